"""What is checked of a request before its table is looked up, and in which order (dynamodb.md)."""

import functools
from collections.abc import Callable
from typing import Any

import pytest
from dynamodb.refusal import EMPTY_VALUE, INVALID, SEVERAL_TYPES, refusal
from visitplannr.dynamodb import arguments
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.expressions import KeyTest

Make = Callable[[Any], object]
S: dict[str, Any] = {"S": "a"}
KEY = {"a": S}
BOTH = (
    "Can not use both expression and non-expression parameters in the same request:"
    " Non-expression parameters: {%s} Expression parameters: {%s}"
)
NAMES = "ExpressionAttributeNames "
VALUES = "ExpressionAttributeValues "
ONLY = "can only be specified when using expressions"
EQ = {"a": {"ComparisonOperator": "EQ", "AttributeValueList": [S]}}
OLD_QUERY = {"KeyConditions": EQ}
START = "The provided starting key is invalid: "


@pytest.mark.parametrize(
    ("make", "body", "message"),
    [
        pytest.param(
            arguments.put,
            {"Item": {"a": {}}, "Expected": {"a": {}}, "ConditionExpression": ""},
            BOTH % ("Expected", "ConditionExpression"),
            id="D78 put",
        ),
        pytest.param(
            arguments.delete,
            {"Key": KEY, "Expected": {}, "ConditionExpression": ""},
            BOTH % ("Expected", "ConditionExpression"),
            id="D78 delete",
        ),
        pytest.param(
            arguments.change,
            {
                "Key": {"a": {}},
                "Expected": {},
                "AttributeUpdates": {},
                "ConditionExpression": "",
                "UpdateExpression": "",
            },
            BOTH % ("AttributeUpdates, Expected", "UpdateExpression, ConditionExpression"),
            id="D78 update",
        ),
        pytest.param(
            arguments.change,
            {"Key": KEY, "AttributeUpdates": {}, "ConditionExpression": ""},
            BOTH % ("AttributeUpdates", "ConditionExpression"),
            id="D86 update",
        ),
        pytest.param(
            arguments.get,
            {"Key": KEY, "AttributesToGet": ["a"], "ProjectionExpression": ""},
            BOTH % ("AttributesToGet", "ProjectionExpression"),
            id="D78 get",
        ),
        pytest.param(
            arguments.query,
            {
                "AttributesToGet": ["a"],
                "QueryFilter": {},
                "ConditionalOperator": "OR",
                "KeyConditions": {},
                "ProjectionExpression": "",
                "FilterExpression": "",
                "KeyConditionExpression": "",
            },
            BOTH
            % (
                "AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions",
                "ProjectionExpression, FilterExpression, KeyConditionExpression",
            ),
            id="D78 query",
        ),
        pytest.param(
            arguments.query,
            {"QueryFilter": {}, "KeyConditions": EQ, "FilterExpression": ""},
            BOTH % ("QueryFilter", "FilterExpression"),
            id="D79 query",
        ),
        pytest.param(
            arguments.scan,
            {"ScanFilter": {}, "FilterExpression": ""},
            BOTH % ("ScanFilter", "FilterExpression"),
            id="D78 scan",
        ),
        pytest.param(
            arguments.batch_get,
            {
                "RequestItems": {
                    "abc": {"Keys": [KEY], "AttributesToGet": ["a"], "ProjectionExpression": ""}
                }
            },
            BOTH % ("AttributesToGet", "ProjectionExpression"),
            id="D78 batch",
        ),
        pytest.param(
            arguments.put,
            {"Item": {"a": {}}, "ExpressionAttributeNames": {}},
            NAMES + ONLY,
            id="D80 names alone",
        ),
        pytest.param(
            arguments.put,
            {"Item": {"a": {}}, "ExpressionAttributeValues": {}},
            VALUES + ONLY + ": ConditionExpression is null",
            id="D81 put",
        ),
        pytest.param(
            arguments.change,
            {"Key": {}, "ExpressionAttributeValues": {}},
            VALUES + ONLY + ": UpdateExpression and ConditionExpression are null",
            id="D81 update",
        ),
        pytest.param(
            arguments.query,
            {**OLD_QUERY, "ExpressionAttributeValues": {}},
            VALUES + ONLY + ": FilterExpression and KeyConditionExpression are null",
            id="D81 query",
        ),
        pytest.param(
            arguments.scan,
            {"ProjectionExpression": "a", "ExpressionAttributeValues": {}},
            VALUES + ONLY + ": FilterExpression is null",
            id="D81 scan",
        ),
        pytest.param(
            arguments.put,
            {
                "Item": KEY,
                "ConditionExpression": "",
                "ExpressionAttributeNames": {},
                "ExpressionAttributeValues": {},
            },
            NAMES + "must not be empty",
            id="D82 names",
        ),
        pytest.param(
            arguments.put,
            {"Item": KEY, "ConditionExpression": "", "ExpressionAttributeValues": {}},
            VALUES + "must not be empty",
            id="D82 values",
        ),
        pytest.param(
            arguments.put,
            {"Item": KEY, "ConditionExpression": "", "ExpressionAttributeNames": {"a": "a"}},
            NAMES + 'contains invalid key: Syntax error; key: "a"',
            id="D83 names",
        ),
        pytest.param(
            arguments.change,
            {"Key": KEY, "UpdateExpression": "", "ExpressionAttributeValues": {":b": {}, "b": S}},
            VALUES + 'contains invalid key: Syntax error; key: "b"',
            id="D83 values",
        ),
        pytest.param(
            arguments.change,
            {"Key": KEY, "UpdateExpression": "", "ExpressionAttributeValues": {":b": {}}},
            VALUES + f"contains invalid value: {EMPTY_VALUE} for key :b",
            id="D84 value",
        ),
        pytest.param(
            arguments.get,
            {"Key": KEY, "ProjectionExpression": "#a", "ExpressionAttributeNames": {"#a": ""}},
            NAMES + f"contains invalid value: {INVALID}Empty attribute name for key #a",
            id="D54 name",
        ),
        pytest.param(
            arguments.get,
            {"Key": KEY, "AttributesToGet": ["b", "a", "a"]},
            INVALID + "Duplicate value in attribute name: a",
            id="D85 get",
        ),
        pytest.param(
            arguments.get,
            {"Key": KEY, "AttributesToGet": [""]},
            INVALID + "Empty attribute name",
            id="D54 attributes to get",
        ),
        pytest.param(
            arguments.put,
            {"Item": {"a": {}}, "Expected": {"a": {}}},
            EMPTY_VALUE,
            id="D234 values before Expected",
        ),
        pytest.param(
            arguments.put,
            {"Item": {"a": {"S": "x" * 409_600}}, "Expected": {"a": {}}},
            "Item size has exceeded the maximum allowed size",
            id="D75 D77 put",
        ),
        pytest.param(
            arguments.put,
            {"Item": KEY, "ReturnValues": "ALL_NEW"},
            "ReturnValues can only be ALL_OLD or NONE",
            id="D148 put",
        ),
        pytest.param(
            arguments.delete,
            {"Key": KEY, "ReturnValues": "UPDATED_NEW"},
            "ReturnValues can only be ALL_OLD or NONE",
            id="D148 delete",
        ),
        pytest.param(
            arguments.change,
            {"Key": KEY, "ConditionalOperator": "OR", "UpdateExpression": "REMOVE b"},
            BOTH % ("ConditionalOperator", "UpdateExpression"),
            id="D123 with expression",
        ),
        pytest.param(
            arguments.change,
            {"Key": KEY, "ConditionExpression": "", "UpdateExpression": ""},
            "Invalid UpdateExpression: The expression can not be empty;",
            id="D102 update before condition",
        ),
        pytest.param(
            arguments.change,
            {
                "Key": KEY,
                "UpdateExpression": "REMOVE b",
                "ConditionExpression": "b = :b",
                "ExpressionAttributeValues": {":a": S, ":b": S},
            },
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}",
            id="D95 all expressions count",
        ),
        pytest.param(
            arguments.query,
            {"FilterExpression": "b = c"},
            "Either the KeyConditions or KeyConditionExpression parameter must be specified"
            " in the request.",
            id="D155 no keys",
        ),
        pytest.param(
            arguments.query,
            {
                "KeyConditionExpression": "attribute_type(a, :t)",
                "FilterExpression": "",
                "ExpressionAttributeValues": {":t": {"S": "N"}},
            },
            "Invalid FilterExpression: The expression can not be empty;",
            id="D102 the filter after the key condition",
        ),
        pytest.param(
            arguments.query,
            {
                "KeyConditionExpression": "contains(a, b)",
                "FilterExpression": "b = c",
                "ProjectionExpression": "(",
            },
            'Invalid ProjectionExpression: Syntax error; token: "(", near: "("',
            id="D102 then the projection",
        ),
        pytest.param(
            arguments.query,
            {"KeyConditions": {}},
            "Conditions can be of length 1 or 2 only",
            id="D124 no condition",
        ),
        pytest.param(
            arguments.query,
            {
                "KeyConditionExpression": "a = :a and b = :a and c = :a",
                "ExpressionAttributeValues": {":a": S},
            },
            "Conditions can be of length 1 or 2 only",
            id="D124 three conditions",
        ),
        pytest.param(
            arguments.query,
            {**OLD_QUERY, "ExclusiveStartKey": {"a": {}}},
            START + EMPTY_VALUE,
            id="D162 start",
        ),
        pytest.param(
            arguments.query,
            {**OLD_QUERY, "ExclusiveStartKey": {"a": {"SS": []}}},
            START + INVALID + "An string set  may not be empty",
            id="D162 a set",
        ),
        pytest.param(
            arguments.query,
            {**OLD_QUERY, "ExclusiveStartKey": {"a": {"NS": []}}},
            INVALID + "An number set  may not be empty",
            id="D162 not introduced",
        ),
        pytest.param(
            arguments.scan,
            {"ExclusiveStartKey": {"a": {"N": "b"}}},
            "The parameter cannot be converted to a numeric value: b",
            id="D162 scan",
        ),
        pytest.param(
            arguments.query,
            {**OLD_QUERY, "Select": "ALL_PROJECTED_ATTRIBUTES"},
            INVALID + "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
            id="D163 projected",
        ),
        pytest.param(
            arguments.scan,
            {"Select": "SPECIFIC_ATTRIBUTES"},
            INVALID + "Must specify the AttributesToGet or ProjectionExpression when"
            " choosing to get SPECIFIC_ATTRIBUTES",
            id="D163 specific",
        ),
        pytest.param(
            arguments.scan,
            {"Select": "COUNT", "ProjectionExpression": "a"},
            "Cannot specify the ProjectionExpression when choosing to get only the Count",
            id="D163 count",
        ),
        pytest.param(
            arguments.scan,
            {"Segment": 0},
            "The TotalSegments parameter is required but was not present in the request when"
            " Segment parameter is present",
            id="D171 segment alone",
        ),
        pytest.param(
            arguments.scan,
            {"TotalSegments": 4},
            "The Segment parameter is required but was not present in the request when"
            " parameter TotalSegments is present",
            id="D171 total alone",
        ),
        pytest.param(
            arguments.scan,
            {"Segment": 4, "TotalSegments": 4},
            "The Segment parameter is zero-based and must be less than parameter"
            " TotalSegments: Segment: 4 is not less than TotalSegments: 4",
            id="D171 segment too high",
        ),
        pytest.param(
            arguments.batch_get,
            {"RequestItems": {"abc": {"Keys": [KEY, {"a": {"S": "b"}}, KEY]}}},
            "Provided list of item keys contains duplicates",
            id="D175 double",
        ),
        pytest.param(
            arguments.batch_get,
            {
                "RequestItems": {
                    name: {"Keys": [{"a": {"S": str(n)}} for n in range(60)]}
                    for name in ("abc", "abd")
                }
            },
            "Too many items requested for the BatchGetItem call",
            id="D175 too many",
        ),
        pytest.param(
            arguments.batch_write,
            {
                "RequestItems": {
                    name: [{"DeleteRequest": {"Key": KEY}}] * 13 for name in ("abc", "abd")
                }
            },
            "Too many items requested for the BatchWriteItem call",
            id="D178 too many",
        ),
        pytest.param(
            arguments.batch_write,
            {"RequestItems": {"abc": [{}]}},
            EMPTY_VALUE,
            id="D180 an empty write",
        ),
        pytest.param(
            arguments.batch_write,
            {
                "RequestItems": {
                    "abc": [{"PutRequest": {"Item": KEY}, "DeleteRequest": {"Key": KEY}}]
                }
            },
            SEVERAL_TYPES,
            id="D180 two in one",
        ),
        pytest.param(
            arguments.batch_write,
            {"RequestItems": {"abc": [{"PutRequest": {"Item": {"a": {"dog": "cat"}}}}]}},
            EMPTY_VALUE,
            id="D53 batch",
        ),
        pytest.param(
            arguments.transact_write,
            {"TransactItems": [{}]},
            INVALID + "TransactItems can only contain one of Check, Put, Update or Delete",
            id="D182 no action",
        ),
        pytest.param(
            arguments.transact_write,
            {
                "TransactItems": [
                    {"Update": {"TableName": "abc", "Key": KEY, "UpdateExpression": "SET #x = b"}}
                ]
            },
            "Invalid UpdateExpression: An expression attribute name used in the document"
            " path is not defined; attribute name: #x",
            id="D188 transaction",
        ),
    ],
)
def test_a_request_is_refused_before_its_table(make: Make, body: Any, message: str) -> None:
    assert refusal(lambda: make(body)) == message


def test_d179_keys_of_a_batch_are_compared_as_text() -> None:
    keys = [{"a": {"N": "1000"}}, {"a": {"N": "1e3"}}]
    given = arguments.batch_get({"RequestItems": {"abc": {"Keys": keys}}})
    assert given["abc"] == ([{"a": {"N": "1000"}}] * 2, None)


def test_d202_an_index_may_have_eight_conditions() -> None:
    text = " and ".join(f"a{n} = :a" for n in range(8))
    query = arguments.query(
        {
            "IndexName": "index",
            "KeyConditionExpression": text,
            "ExpressionAttributeValues": {":a": S},
        }
    )
    assert len(query.keys.tests) == 8


def test_a_request_becomes_arguments() -> None:
    query = arguments.query(
        {
            "KeyConditionExpression": "a = :a",
            "FilterExpression": "#n > :n",
            "ProjectionExpression": "#n",
            "ExclusiveStartKey": {"a": S, "n": {"N": "01"}},
            "ExpressionAttributeNames": {"#n": "n"},
            "ExpressionAttributeValues": {":a": S, ":n": {"N": "1.0"}},
        }
    )
    assert query.start_key == {"a": S, "n": {"N": "1"}}
    assert query.keys.tests == {"a": KeyTest("=", (S,))}
    assert query.filter is not None
    assert query.filter.holds({"n": {"N": "2"}})
    assert query.projection is not None
    assert query.projection.paths == (("n",),)


def test_d126_an_update_of_nothing() -> None:
    for body in ({"Key": KEY}, {"Key": KEY, "AttributeUpdates": {}}):
        assert arguments.change(body) == arguments.Change(KEY, None, None)


def test_actions_of_a_transaction() -> None:
    put = {"TableName": "abc", "Item": {"a": {"N": "01"}}}
    check = {"TableName": "abd", "Key": KEY, "ConditionExpression": "attribute_exists(a)"}
    first, second = arguments.transact_write(
        {"TransactItems": [{"Put": put}, {"ConditionCheck": check}]}
    )
    assert first == ("Put", "abc", arguments.Put({"a": {"N": "1"}}, 3, None))
    assert second[:2] == ("ConditionCheck", "abd")
    (get,) = arguments.transact_get({"TransactItems": [{"Get": {"TableName": "abc", "Key": KEY}}]})
    assert get == ("abc", arguments.Get(KEY, None))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(
            {"S": "x" * 409_600}, "Item size has exceeded the maximum allowed size", id="D187 size"
        ),
        pytest.param(
            functools.reduce(lambda inner, _: {"L": [inner]}, range(40), S),
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested"
            " levels beyond supported limit",
            id="D187 nesting",
        ),
    ],
)
def test_a_fault_of_an_items_content_cancels_the_transaction(value: Any, message: str) -> None:
    items: tuple[dict[str, Any], ...] = (KEY, {"a": S, "b": value}, {"b": {}})
    puts = [{"Put": {"TableName": "abc", "Item": item}} for item in items]
    with pytest.raises(DynamoDBError) as raised:
        arguments.transact_write({"TransactItems": puts})
    assert raised.value.code == "TransactionCanceledException"
    assert raised.value.members["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ValidationError", "Message": message},
        {"Code": "None"},
    ]
