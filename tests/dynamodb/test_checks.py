"""Constraints of requests (dynamodb.md part 4)."""

from functools import partial
from typing import Any

import pytest
from dynamodb.refusal import refusal
from visitplannr.dynamodb.checks import check
from visitplannr.dynamodb.checks.operations import OPERATIONS
from visitplannr.dynamodb.errors import DynamoDBError


def violations(operation: str, body: Any) -> set[str]:
    message = refusal(lambda: check(operation, body))
    count, _, listed = message.partition(" detected: ")
    found = listed.split("; ")
    assert count == f"{len(found)} validation error{'s' if len(found) > 1 else ''}"
    return set(found)


def fault(value: str, path: str, constraint: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: Member must {constraint}"


PATTERN = "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"


AT_LEAST = "have length greater than or equal to "


AT_MOST = "have length less than or equal to "


NOT_NULL = "not be null"


ONE_OF = "satisfy enum value set: "


NO_WRITES = (
    "Value '{abc=[]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy"
    " constraint: [Member must have length less than or equal to 25, Member must have length"
    " greater than or equal to 1]"
)


@pytest.mark.parametrize(
    ("operation", "body", "faults"),
    [
        pytest.param(
            "PutItem",
            {"TableName": ""},
            [
                fault("''", "tableName", PATTERN),
                fault("''", "tableName", AT_LEAST + "3"),
                fault("null", "item", NOT_NULL),
            ],
            id="D41 empty name",
        ),
        pytest.param(
            "GetItem",
            {"TableName": "a" * 256, "Key": {}},
            [fault(f"'{'a' * 256}'", "tableName", AT_MOST + "255")],
            id="D41 long name",
        ),
        pytest.param(
            "PutItem",
            {
                "TableName": "abc;",
                "Item": {},
                "ReturnConsumedCapacity": "hi",
                "ReturnItemCollectionMetrics": "hi",
                "ReturnValues": "hi",
                "ConditionalOperator": "hi",
            },
            [
                fault("'abc;'", "tableName", PATTERN),
                fault("'hi'", "returnConsumedCapacity", ONE_OF + "[INDEXES, TOTAL, NONE]"),
                fault("'hi'", "returnItemCollectionMetrics", ONE_OF + "[SIZE, NONE]"),
                fault(
                    "'hi'",
                    "returnValues",
                    ONE_OF + "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
                ),
                fault("'hi'", "conditionalOperator", ONE_OF + "[OR, AND]"),
            ],
            id="D43 enumerations, D40 all together",
        ),
        pytest.param(
            "Query",
            {
                "TableName": "abc",
                "Limit": 0,
                "AttributesToGet": [],
                "Select": "x",
                "QueryFilter": {"a": {}},
            },
            [
                fault("'0'", "limit", "have value greater than or equal to 1"),
                fault("'[]'", "attributesToGet", AT_LEAST + "1"),
                fault(
                    "'x'",
                    "select",
                    ONE_OF + "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES,"
                    " ALL_PROJECTED_ATTRIBUTES]",
                ),
                fault("null", "queryFilter.a.member.comparisonOperator", NOT_NULL),
            ],
            id="D44 Query",
        ),
        pytest.param(
            "ListTables",
            {"Limit": 101},
            [fault("'101'", "limit", "have value less than or equal to 100")],
            id="D44 ListTables",
        ),
        pytest.param(
            "CreateTable",
            {
                "TableName": "abc;",
                "KeySchema": [{"KeyType": "HASH"}, {"AttributeName": "a" * 256, "KeyType": "x"}],
                "BillingMode": "A",
                "ProvisionedThroughput": {"ReadCapacityUnits": -1},
            },
            [
                fault("'abc;'", "tableName", PATTERN),
                fault("null", "attributeDefinitions", NOT_NULL),
                fault("null", "keySchema.1.member.attributeName", NOT_NULL),
                fault(f"'{'a' * 256}'", "keySchema.2.member.attributeName", AT_MOST + "255"),
                fault("'x'", "keySchema.2.member.keyType", ONE_OF + "[HASH, RANGE]"),
                fault("'A'", "billingMode", ONE_OF + "[PROVISIONED, PAY_PER_REQUEST]"),
                fault("null", "provisionedThroughput.writeCapacityUnits", NOT_NULL),
                fault(
                    "'-1'",
                    "provisionedThroughput.readCapacityUnits",
                    "have value greater than or equal to 1",
                ),
            ],
            id="D39 paths, D74 long names",
        ),
        pytest.param(
            "BatchGetItem", {}, [fault("null", "requestItems", NOT_NULL)], id="D175 no tables"
        ),
        pytest.param(
            "BatchGetItem",
            {"RequestItems": {}},
            [fault("'{}'", "requestItems", AT_LEAST + "1")],
            id="D175 no table",
        ),
        pytest.param(
            "BatchGetItem",
            {"RequestItems": {"abc": {"Keys": []}}},
            [fault("'[]'", "requestItems.abc.member.keys", AT_LEAST + "1")],
            id="D175 no keys",
        ),
        pytest.param(
            "BatchWriteItem",
            {"RequestItems": {"abc": []}},
            [
                NO_WRITES,
            ],
            id="D180 no writes",
        ),
        pytest.param(
            "BatchWriteItem",
            {"RequestItems": {"abc": [{"PutRequest": {}}]}},
            [fault("null", "requestItems.abc.member.1.member.putRequest.item", NOT_NULL)],
            id="D180 no item",
        ),
        pytest.param(
            "TransactWriteItems",
            {"TransactItems": []},
            [fault("'[]'", "transactItems", AT_LEAST + "1")],
            id="D182 no action",
        ),
        pytest.param(
            "TransactWriteItems",
            {
                "TransactItems": [{"ConditionCheck": {"TableName": "abc", "Key": {}}}],
                "ClientRequestToken": "",
            },
            [
                fault(
                    "null", "transactItems.1.member.conditionCheck.conditionExpression", NOT_NULL
                ),
                fault("''", "clientRequestToken", AT_LEAST + "1"),
            ],
            id="D182 a check without condition, D190 token",
        ),
        pytest.param(
            "UpdateTimeToLive",
            {"TableName": "abc", "TimeToLiveSpecification": {"AttributeName": "", "Enabled": True}},
            [fault("''", "timeToLiveSpecification.attributeName", AT_LEAST + "1")],
            id="D229 attribute",
        ),
        pytest.param(
            "GetRecords",
            {"ShardIterator": "x", "Limit": 1001},
            [fault("'1001'", "limit", "have value less than or equal to 1000")],
            id="D222 limit",
        ),
        pytest.param(
            "ListStreams",
            {"Limit": 0},
            [fault("'0'", "limit", "have value greater than or equal to 1")],
            id="D219 limit",
        ),
        pytest.param(
            "CreateTable",
            {"TableName": "abc", "AttributeDefinitions": [None], "KeySchema": [None]},
            [
                fault("null", "attributeDefinitions.1.member", NOT_NULL),
                fault("null", "keySchema.1.member", NOT_NULL),
            ],
            id="D38 null in a list",
        ),
    ],
)
def test_all_violated_constraints_are_listed(operation: str, body: Any, faults: list[str]) -> None:
    assert violations(operation, body) == set(faults)


def test_d176_the_names_of_tables_in_batches() -> None:
    keys = (
        "Value '{a={Keys=[{}]}}' at 'requestItems' failed to satisfy constraint: Map keys must"
        " satisfy constraint: [Member must have length less than or equal to 255, Member must have"
        " length greater than or equal to 3, Member must satisfy regular expression pattern:"
        " [a-zA-Z0-9_.-]+]"
    )
    assert violations("BatchGetItem", {"RequestItems": {"a": {"Keys": [{}]}}}) == {keys}


def test_d40_faults_are_listed_in_the_order_of_a_java_hash_map() -> None:
    wrong = {
        "AttributesToGet": [],
        "ConditionalOperator": "x",
        "IndexName": "x;",
        "Limit": 0,
        "KeyConditions": {"a": {}},
        "QueryFilter": {"a": {}},
        "ReturnConsumedCapacity": "x",
        "Select": "x",
        "TableName": "abc;",
    }
    message = refusal(lambda: check("Query", wrong))
    paths = [part.split("'")[0] for part in message.split(" at '")[1:]]
    assert list(dict.fromkeys(paths)) == [
        "select",
        "indexName",
        "returnConsumedCapacity",
        "queryFilter.a.member.comparisonOperator",
        "tableName",
        "conditionalOperator",
        "attributesToGet",
        "limit",
        "keyConditions.a.member.comparisonOperator",
    ]


def test_d37_ten_violations_are_listed() -> None:
    body = {
        "TableName": "abc",
        "AttributeDefinitions": [],
        "KeySchema": [{}] * 2,
        "LocalSecondaryIndexes": [{}] * 9,
    }
    assert len(violations("CreateTable", body)) == 10


@pytest.mark.parametrize(
    "operation",
    ["CreateTable", "DeleteTable", "DescribeTable", "UpdateTable", "DescribeTimeToLive"],
)
def test_d42_table_operations_look_at_the_table_name_first(operation: str) -> None:
    assert refusal(lambda: check(operation, {})) == (
        "The parameter 'TableName' is required but was not present in the request"
    )
    for body in ({"TableName": ""}, {"TableName": "a;"}, {"TableName": "a" * 256}):
        assert refusal(partial(check, operation, body)) == (
            "TableName must be at least 3 characters long and at most 255 characters long"
        )


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_d40_an_empty_request_names_all_that_is_missing(operation: str) -> None:
    shape = OPERATIONS[operation]
    missing = set(shape.violations({}, ""))
    assert len(missing) == len(shape.required)
    assert all(text.endswith("Member must not be null") for text in missing)


def test_d38_what_is_not_known_is_not_looked_at() -> None:
    check("GetItem", {"TableName": "abc", "Key": {}, "Unknown": [1]})


ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"


BAD_ARN = "Invalid TableArn: Invalid ResourceArn provided as input "


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        pytest.param("TagResource", {}, "Invalid TableArn", id="D232 no ARN"),
        pytest.param(
            "UntagResource",
            {"ResourceArn": "a:b:c:d:e:f/g"},
            "1 validation error detected: " + fault("null", "tagKeys", NOT_NULL),
            id="D232 no list",
        ),
        pytest.param(
            "TagResource",
            {"ResourceArn": "a:b:c:d:e:f/g", "Tags": []},
            BAD_ARN + "a:b:c:d:e:f/g",
            id="D232 no ARN of a table",
        ),
        pytest.param(
            "ListTagsOfResource",
            {"ResourceArn": ARN + "abc/index/def"},
            BAD_ARN + ARN + "abc/index/def",
            id="D233 an index's ARN",
        ),
        pytest.param(
            "TagResource",
            {"ResourceArn": ARN + "ab", "Tags": []},
            BAD_ARN + ARN + "ab",
            id="D232 a short name",
        ),
        pytest.param(
            "TagResource",
            {"ResourceArn": ARN + "abc", "Tags": []},
            "Atleast one Tag needs to be provided as Input.",
            id="D232 no tags",
        ),
        pytest.param(
            "TagResource",
            {"ResourceArn": ARN + "abc", "Tags": [{"Key": "a"}]},
            "1 validation error detected: " + fault("null", "tags.1.member.value", NOT_NULL),
            id="D232 no value",
        ),
    ],
)
def test_tag_operations_look_at_the_arn_first(operation: str, body: Any, message: str) -> None:
    assert refusal(lambda: check(operation, body)) == message


@pytest.mark.parametrize("arn", ["", "abcd", "a:b:c:d:e/f"])
def test_d232_an_arn_of_no_sense_is_nobodys_business(arn: str) -> None:
    with pytest.raises(DynamoDBError) as raised:
        check("TagResource", {"ResourceArn": arn})
    assert raised.value.body == {
        "__type": "com.amazon.coral.service#AccessDeniedException",
        "Message": "User: arn:aws:iam::000000000000:root is not authorized to perform:"
        f" dynamodb:TagResource on resource: {arn or '*'}",
    }


def test_d231_tags_have_letters_digits_blanks_and_some_marks() -> None:
    tags = [{"Key": "Größe 1", "Value": "a+b=c_d:e/f@g.h-i"}, {"Key": "ключ", "Value": ""}]
    check("TagResource", {"ResourceArn": ARN + "abc", "Tags": tags})
    for tag in ({"Key": "!", "Value": ""}, {"Key": "a", "Value": "<>"}):
        body = {"ResourceArn": ARN + "abc", "Tags": [tag]}
        assert "regular expression" in refusal(partial(check, "TagResource", body))
