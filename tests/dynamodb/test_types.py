"""JSON types of requests: a field of the wrong one is refused first (dynamodb.md part 3)."""

from typing import Any

import pytest
from dynamodb.refusal import refusal
from visitplannr.dynamodb.checks import check
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
