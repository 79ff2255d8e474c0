"""Tables read page by page, and DynamoDB JSON as plain JSON."""

import json
from decimal import Decimal
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st
from random_json import documents
from visitplannr.backend.tables import TableKeys, TableQuery, plain, read_all, read_page

KEYS = TableKeys("stream", "number", {"stream": "S", "number": "N"})


def dynamodb() -> Any:
    make: Any = boto3.client
    return make(
        "dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


PLAIN: list[Any] = [
    pytest.param({"S": "text"}, "text", id="text"),
    pytest.param({"N": "54"}, 54, id="a whole number"),
    pytest.param({"N": "54.969"}, 54.969, id="a fraction"),
    pytest.param({"BOOL": True}, True, id="bool"),
    pytest.param({"NULL": True}, None, id="null"),
    pytest.param({"B": b"\x00\xff"}, "AP8=", id="bytes"),
    pytest.param({"SS": ["b", "a"]}, ["a", "b"], id="a set"),
    pytest.param({"BS": [b"a"]}, ["YQ=="], id="a set of bytes"),
    pytest.param({"L": [{"N": "1"}, {"M": {"a": {"S": "b"}}}]}, [1, {"a": "b"}], id="nested"),
]


@pytest.mark.parametrize(("value", "expected"), PLAIN)
def test_plain_json(value: dict[str, Any], expected: Any) -> None:
    assert plain({"a": value}) == {"a": expected}


NUMBERS = st.integers(-(10**20), 10**20)
JSON = documents(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=12), names=st.text(max_size=4)
)


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=5))
def test_what_was_json_is_json_again(item: dict[str, Any]) -> None:
    numbers = json.loads(json.dumps(item), parse_int=Decimal)
    stored = {name: TypeSerializer().serialize(value) for name, value in numbers.items()}
    assert plain(stored) == item


def test_a_key_is_queried_with_its_types() -> None:
    client = dynamodb()
    wanted = {
        "TableName": "t",
        "Limit": 2,
        "ConsistentRead": True,
        "KeyConditionExpression": "#0 = :0 AND #1 = :1",
        "ExpressionAttributeNames": {"#0": "stream", "#1": "number"},
        "ExpressionAttributeValues": {":0": {"S": "a"}, ":1": {"N": "7"}},
    }
    with Stubber(client) as aws:
        aws.add_response("query", {"Items": [{"stream": {"S": "a"}}]}, wanted)
        query = TableQuery("t", KEYS, {"stream": "a", "number": "7"})
        assert read_page(client, query, limit=2).next_start is None


def test_pages_follow_one_another() -> None:
    client, first = dynamodb(), {"stream": {"S": "a"}, "number": {"N": "1"}}
    asked = {"TableName": "t", "Limit": 1, "ConsistentRead": True}
    with Stubber(client) as aws:
        aws.add_response("scan", {"Items": [first], "LastEvaluatedKey": first}, asked)
        aws.add_response("scan", {"Items": [first]}, {**asked, "ExclusiveStartKey": first})
        found = list(read_all(client, TableQuery("t", KEYS, {}), page_size=1))
    assert found == [first, first]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [({"other": "x"}, "other is no key; the keys are: stream, number"),
     ({"number": "1"}, "the partition key stream is needed, too")],
)  # fmt: skip
def test_what_is_no_key(wanted: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TableQuery("t", KEYS, wanted)
