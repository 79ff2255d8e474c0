"""JSON types and constraints of requests (dynamodb.md parts 3 and 4)."""

from functools import partial
from typing import Any

import pytest
from dynamodb.refusal import refusal
from visitplannr.dynamodb.checks import check
from visitplannr.dynamodb.checks.operations import OPERATIONS
from visitplannr.dynamodb.errors import DynamoDBError

NO_STRUCTURE = "Start of structure or map found where not expected"
FIELD = "Unexpected field type"
PAYLOAD = "Unexpected value type in payload"
OURS = "com.amazonaws.dynamodb.v20120810"
NO_CAST = (
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class"
    " java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and"
    " java.lang.Class are in module java.base of loader 'bootstrap')"
)
BASE64 = "Invalid last non-pad Base64 character dectected"


def wrong_type(operation: str, body: object) -> str | None:
    with pytest.raises(DynamoDBError) as raised:
        check(operation, body)
    assert raised.value.type == "com.amazon.coral.service#SerializationException"
    assert raised.value.body.get("Message") == raised.value.message
    return raised.value.message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(True, "TRUE_VALUE cannot be converted to String", id="D27 true"),
        pytest.param(False, "FALSE_VALUE cannot be converted to String", id="D27 false"),
        pytest.param(23, "NUMBER_VALUE cannot be converted to String", id="D27 number"),
        pytest.param(34.56, "DECIMAL_VALUE cannot be converted to String", id="D27 decimal"),
        pytest.param([], "Unrecognized collection type class java.lang.String", id="D27 list"),
        pytest.param({}, NO_STRUCTURE, id="D27 object"),
    ],
)
def test_a_string_is_expected(value: object, message: str) -> None:
    assert wrong_type("GetItem", {"TableName": value}) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("23", "Unexpected token received from parser", id="D28 string"),
        pytest.param(23, "NUMBER_VALUE cannot be converted to Boolean", id="D28 number"),
        pytest.param(34.56, "DECIMAL_VALUE cannot be converted to Boolean", id="D28 decimal"),
        pytest.param([], "Unrecognized collection type class java.lang.Boolean", id="D28 list"),
        pytest.param({}, NO_STRUCTURE, id="D28 object"),
    ],
)
def test_a_boolean_is_expected(value: object, message: str) -> None:
    assert wrong_type("GetItem", {"ConsistentRead": value}) == message


@pytest.mark.parametrize(
    ("operation", "body", "kind"),
    [
        pytest.param("Query", "Limit", "Integer", id="D29 Integer"),
        pytest.param("CreateTable", "ReadCapacityUnits", "Long", id="D29 Long"),
    ],
)
def test_a_whole_number_is_expected(operation: str, body: str, kind: str) -> None:
    def message_of(value: object) -> str | None:
        given: object = {body: value}
        return wrong_type(
            operation, given if operation == "Query" else {"ProvisionedThroughput": given}
        )

    assert message_of("23") == f"STRING_VALUE cannot be converted to {kind}"
    assert message_of(True) == f"TRUE_VALUE cannot be converted to {kind}"
    assert message_of(2.5) == f"DECIMAL_VALUE cannot be converted to {kind}"
    assert message_of([]) == f"Unrecognized collection type class java.lang.{kind}"
    assert message_of({}) == NO_STRUCTURE


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(23, "only base-64-encoded strings are convertible to bytes", id="D30 number"),
        pytest.param([], "Unrecognized collection type class java.nio.ByteBuffer", id="D30 list"),
        pytest.param({}, NO_STRUCTURE, id="D30 object"),
        pytest.param(
            "23456",
            "Base64 encoded length is expected a multiple of 4 bytes but found: 5",
            id="D30 length",
        ),
        pytest.param("=+/=", BASE64, id="D30 padding first"),
        pytest.param("+/+=", BASE64, id="D30 bits left over"),
        pytest.param("ab-_", BASE64, id="D52 another alphabet"),
    ],
)
def test_a_binary_is_expected(value: object, message: str) -> None:
    for wrapped in ({"B": value}, {"BS": [value]}, {"L": [{"M": {"x": {"B": value}}}]}):
        assert wrong_type("GetItem", {"Key": {"a": wrapped}}) == message


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        pytest.param("GetItem", {"AttributesToGet": "a"}, FIELD, id="D31 scalar for a list"),
        pytest.param("GetItem", {"AttributesToGet": {}}, NO_STRUCTURE, id="D31 object for a list"),
        pytest.param("GetItem", {"Key": 23}, FIELD, id="D32 scalar for a map"),
        pytest.param(
            "GetItem",
            {"Key": []},
            f"Unrecognized collection type java.util.Map<java.lang.String, {OURS}.AttributeValue>",
            id="D32 list for a map",
        ),
        pytest.param(
            "GetItem",
            {"ExpressionAttributeNames": []},
            "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>",
            id="D32 list for a map of strings",
        ),
        pytest.param("CreateTable", {"ProvisionedThroughput": "a"}, FIELD, id="D33 structure"),
        pytest.param(
            "CreateTable",
            {"ProvisionedThroughput": []},
            f"Unrecognized collection type class {OURS}.ProvisionedThroughput",
            id="D33 list for a structure",
        ),
        pytest.param("CreateTable", {"KeySchema": ["a"]}, PAYLOAD, id="D33 element of a list"),
        pytest.param("PutItem", {"Expected": {"a": 1}}, PAYLOAD, id="D33 entry of a map"),
        pytest.param(
            "PutItem",
            {"Expected": {"a": []}},
            f"Unrecognized collection type class {OURS}.ExpectedAttributeValue",
            id="D33 list in a map",
        ),
        pytest.param(
            "BatchWriteItem", {"RequestItems": {"abc": "a"}}, NO_CAST, id="D34 a list in a map"
        ),
        pytest.param(
            "BatchGetItem", {"RequestItems": {"abc": {"Keys": ["a"]}}}, NO_CAST, id="D34 keys"
        ),
        pytest.param("PutItem", {"Item": {"a": "b"}}, PAYLOAD, id="D35 a value"),
        pytest.param("PutItem", {"Expected": {"a": {"Value": "b"}}}, FIELD, id="D35 as a field"),
        pytest.param("PutItem", {"Item": {"a": {"SS": "b"}}}, FIELD, id="D35 a set"),
        pytest.param("PutItem", {"Item": {"a": {"L": [{"M": 1}]}}}, FIELD, id="D35 a deep map"),
        pytest.param("PutItem", {"Item": {"a": {"L": [1]}}}, PAYLOAD, id="D35 a deep value"),
        pytest.param(
            "PutItem",
            {"Item": {"a": {"N": 3}}},
            "NUMBER_VALUE cannot be converted to String",
            id="D36 a number",
        ),
        pytest.param(
            "PutItem",
            {"ExpressionAttributeNames": {"#a": 3}},
            "NUMBER_VALUE cannot be converted to String",
            id="D36 a name",
        ),
        pytest.param(
            "PutItem",
            {"ReturnValues": 1, "Item": {"a": {"S": []}}},
            "NUMBER_VALUE cannot be converted to String",
            id="D27 the first in the document",
        ),
        pytest.param("PutItem", [], None, id="D17 no object"),
        pytest.param("PutItem", 7, None, id="D17 a number"),
    ],
)
def test_lists_maps_and_structures_are_expected(operation: str, body: Any, message: str) -> None:
    assert wrong_type(operation, body) == message


def test_d18_json_of_many_thousand_levels_is_refused() -> None:
    """However deep Python may go: hypothesis lets it go deeper."""
    value: dict[str, Any] = {"S": ""}
    for _ in range(50_000):
        value = {"L": [value]}
    request = {"TableName": "table", "Item": {"a": value}}
    assert "nested" in refusal(lambda: check("PutItem", request))


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
