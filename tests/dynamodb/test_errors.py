"""What an error's answer looks like (dynamodb.md parts 2 and 15)."""

import pytest
from visitplannr.dynamodb.checks.printing import printed
from visitplannr.dynamodb.errors import (
    DynamoDBError,
    condition_failed,
    in_use,
    not_found,
    serialization,
    validation,
)

OURS = "com.amazonaws.dynamodb.v20120810#"


@pytest.mark.parametrize(
    ("error", "body"),
    [
        pytest.param(
            validation("no"),
            {"__type": "com.amazon.coral.validate#ValidationException", "message": "no"},
            id="D21 ValidationException",
        ),
        pytest.param(
            serialization("no"),
            {"__type": "com.amazon.coral.service#SerializationException", "Message": "no"},
            id="D22 a capital Message",
        ),
        pytest.param(
            serialization(),
            {"__type": "com.amazon.coral.service#SerializationException"},
            id="D7 no message",
        ),
        pytest.param(
            DynamoDBError("AccessDeniedException", "no"),
            {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "no"},
            id="D22 AccessDeniedException",
        ),
        pytest.param(
            not_found(),
            {
                "__type": OURS + "ResourceNotFoundException",
                "message": "Requested resource not found",
            },
            id="D25 of an item operation",
        ),
        pytest.param(
            in_use("busy"),
            {"__type": OURS + "ResourceInUseException", "message": "busy"},
            id="D21 all others",
        ),
        pytest.param(
            condition_failed(),
            {
                "__type": OURS + "ConditionalCheckFailedException",
                "message": "The conditional request failed",
            },
            id="D24 condition",
        ),
        pytest.param(
            condition_failed({"a": {"S": "x"}}),
            {
                "__type": OURS + "ConditionalCheckFailedException",
                "message": "The conditional request failed",
                "Item": {"a": {"S": "x"}},
            },
            id="D153 with the old item",
        ),
    ],
)
def test_an_error_is_answered_as_json(error: DynamoDBError, body: dict[str, object]) -> None:
    assert error.body == body
    assert error.status == 400, "D23"


def test_d45_values_in_texts_are_printed_as_java_does() -> None:
    value = {"a": [True, None, 1, "x"], "b": {}}
    assert printed(value) == "{a=[true, null, 1, x], b={}}"
