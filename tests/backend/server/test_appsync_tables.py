"""AppSync's resolvers read and write tables, with plain values."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from visitplannr.backend.server.ministack.appsync_tables import asked, named
from visitplannr.backend.server.ministack.attribute_values import plain, typed
from visitplannr.dynamodb.engine import Engine
from visitplannr.dynamodb.errors import DynamoDBError

KEYS = ("id", "at")


@pytest.fixture
def table(tables: Engine) -> str:
    tables.call(
        "CreateTable",
        {
            "TableName": "visits",
            "KeySchema": [
                {"AttributeName": name, "KeyType": kind}
                for name, kind in zip(KEYS, ("HASH", "RANGE"), strict=True)
            ],
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in KEYS
            ],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )
    return "visits"


KEY = {"id": "a", "at": {"S": "1"}}
NEVER = {"expression": "attribute_exists(id)"}
IS_OPEN = {
    "expression": "#o = :o",
    "expressionNames": {"#o": "open"},
    "expressionValues": {":o": {"BOOL": True}},
}
SET = {"expression": "SET n = n + :n", "expressionValues": {":n": 2}}


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ({"operation": "GetItem", "key": KEY}, {"id": "a", "at": "1", "open": True, "n": 1}),
        ({"operation": "GetItem", "key": {**KEY, "id": "b"}}, None),
        (
            {"operation": "PutItem", "key": KEY, "attributeValues": {"n": 5}},
            {"id": "a", "at": "1", "n": 5},
        ),
        (
            {"operation": "UpdateItem", "key": KEY, "update": SET, "condition": IS_OPEN},
            {"id": "a", "at": "1", "open": True, "n": 3},
        ),
        (
            {"operation": "UpdateItem", "key": KEY, "attributeValues": {"open": False}},
            {"id": "a", "at": "1", "open": False, "n": 1},
        ),
        (
            {"operation": "DeleteItem", "key": KEY},
            {"id": "a", "at": "1", "open": True, "n": 1},
        ),
        ({"operation": "DeleteItem", "key": {**KEY, "id": "b"}}, None),
        (
            {"operation": "Scan", "filter": IS_OPEN},
            {
                "items": [{"id": "a", "at": "1", "open": True, "n": 1}],
                "nextToken": None,
                "scannedCount": 1,
            },
        ),
    ],
)
def test_what_a_resolver_asks_for(
    tables: Engine, table: str, request_: Mapping[str, Any], answer: object
) -> None:
    there = {"operation": "PutItem", "key": KEY, "attributeValues": {"open": True, "n": 1}}
    asked(tables, table, there)
    assert asked(tables, table, request_) == answer


def test_a_query_page_by_page(tables: Engine, table: str) -> None:
    for at in "123":
        asked(tables, table, {"operation": "PutItem", "key": {**KEY, "at": at}})
    query = {"expression": "id = :id", "expressionValues": {":id": "a"}}
    request = {"operation": "Query", "query": query, "limit": 2, "scanIndexForward": False}
    first = asked(tables, table, request)
    assert [item["at"] for item in first["items"]] == ["3", "2"]
    assert json.loads(base64.b64decode(first["nextToken"]))["at"] == {"S": "2"}
    second = asked(tables, table, {**request, "nextToken": first["nextToken"]})
    assert [item["at"] for item in second["items"]] == ["1"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (
            {"operation": "PutItem", "key": KEY, "condition": NEVER},
            "ConditionalCheckFailedException",
        ),
        ({"operation": "BatchGetItem"}, "UnsupportedOperation"),
    ],
)
def test_what_is_refused(
    tables: Engine, table: str, request_: Mapping[str, Any], code: str
) -> None:
    with pytest.raises(DynamoDBError) as refused:
        asked(tables, table, request_)
    assert refused.value.code == code


def test_fields_without_code_are_told_by_their_names(tables: Engine, table: str) -> None:
    made = named(tables, table, "createVisit", {"input": {"at": "1", "who": "x"}})
    key = {"id": made["id"], "at": "1"}
    assert named(tables, table, "getVisit", key) == made
    changed = named(tables, table, "updateVisit", {"input": {**key, "who": "y"}})
    assert changed == {**key, "who": "y"}
    assert named(tables, table, "listVisits", {})["items"] == [changed]
    assert named(tables, table, "listVisits", {"filter": {"who": {"eq": "x"}}})["items"] == []
    assert named(tables, table, "deleteVisit", {"input": key}) == changed
    assert named(tables, table, "getVisit", key) is None


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        ("a", {"S": "a"}),
        (True, {"BOOL": True}),
        (1, {"N": "1"}),
        (1.5, {"N": "1.5"}),
        (None, {"NULL": True}),
        ([1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
        ({"a": {"b": 1}}, {"M": {"a": {"M": {"b": {"N": "1"}}}}}),
    ],
)
def test_values_there_and_back(value: object, attribute: Mapping[str, Any]) -> None:
    assert typed(value) == attribute
    assert typed(attribute) == attribute
    assert plain(attribute) == value


@pytest.mark.parametrize(
    ("attribute", "value"), [({"NS": ["1", "2.5"]}, [1, 2.5]), ({"SS": ["a"]}, ["a"])]
)
def test_sets_are_lists(attribute: Mapping[str, Any], value: object) -> None:
    assert plain(attribute) == value
