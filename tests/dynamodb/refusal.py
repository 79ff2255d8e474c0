"""What an engine's part refuses, as one text."""

from collections.abc import Callable

import pytest
from visitplannr.dynamodb.errors import DynamoDBError


def refusal(call: Callable[[], object]) -> str:
    """Give the message of the error that a call raises."""
    with pytest.raises(DynamoDBError) as raised:
        call()
    return raised.value.message or ""


INVALID = "One or more parameter values were invalid: "
EMPTY_VALUE = (
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
)
SEVERAL_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the"
    " supported datatypes"
)
OVERFLOW = (
    "Number overflow. Attempting to store a number with magnitude larger than supported range"
)
UNDERFLOW = (
    "Number underflow. Attempting to store a number with magnitude smaller than supported range"
)
TOO_PRECISE = "Attempting to store more than 38 significant digits in a Number"
