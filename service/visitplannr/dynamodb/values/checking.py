"""Check values as AWS does, and put their numbers into canonical text (dynamodb.md D46 to D60)."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, validation
from visitplannr.dynamodb.values.numbers import canonical_number
from visitplannr.dynamodb.values.types import AttributeValue, Item

_LEVELS = 32
_LONGEST_NAME = 65_535
_EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
_SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of"
    " the supported datatypes"
)


def checked_item(item: Item) -> Item:
    """Check an item's names and values; the result shares nothing that is changed later.

    Raises:
        DynamoDBError: a name's length, or what `checked_value` raises.
    """
    return {_name(name): checked_value(value) for name, value in item.items()}


def checked_value(value: AttributeValue, level: int = 0) -> AttributeValue:
    """Check one value, whose JSON types are right, and give it with canonical numbers.

    Raises:
        DynamoDBError: no type or several (D46, D47), an empty set or a double member (D48, D49),
            a NULL that is not true (D51), a bad number (D56 to D59), nesting (D18).
    """
    if level > _LEVELS:
        raise validation(
            "Nesting Levels have exceeded supported limits: Attributes nested too deep"
        )
    kinds = [kind for kind in value if kind in _CHECKS]
    if not kinds:
        raise validation(_EMPTY)
    if len(kinds) > 1:
        _check_numbers(value)
        raise validation(_SEVERAL)
    kind = kinds[0]
    return {kind: _CHECKS[kind](value[kind], level)}


def _name(name: str) -> str:
    if not name:
        raise invalid_parameter("An attribute name must not be empty")
    if len(name) > _LONGEST_NAME // 4 and len(name.encode("utf-8", "replace")) > _LONGEST_NAME:
        raise invalid_parameter("Attribute name is too large, must be less than 65536 bytes")
    return name


def _check_numbers(value: AttributeValue) -> None:
    """A bad number comes before several types (D47)."""
    if "N" in value:
        canonical_number(value["N"])
    for text in value.get("NS") or ():
        canonical_number(text)


def _string(content: str, _: int) -> str:
    return content


def _number(content: str, _: int) -> str:
    return canonical_number(content)


def _binary(content: str, _: int) -> str:
    try:
        base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise DynamoDBError(
            "SerializationException", "Invalid last non-pad Base64 character dectected"
        ) from None
    return content


def _truth(content: bool | str, _: int) -> bool:  # noqa: FBT001 - BOOL of the wire
    return content if isinstance(content, bool) else content.lower() in {"true", "yes", "1"}


def _null(content: bool | str, level: int) -> bool:  # noqa: FBT001 - NULL of the wire
    if not _truth(content, level):
        raise invalid_parameter("Null attribute value types must have the value of true")
    return True


def _strings(content: list[str], _: int) -> list[str]:
    if not content:
        raise invalid_parameter("An string set  may not be empty")
    if len(set(content)) != len(content):
        raise invalid_parameter(f"Input collection {_listed(content)} contains duplicates.")
    return content


def _numbers(content: list[str], _: int) -> list[str]:
    if not content:
        raise invalid_parameter("An number set  may not be empty")
    canonical = [canonical_number(text) for text in content]
    if len(set(canonical)) != len(canonical):
        raise validation("Input collection contains duplicates")
    return canonical


def _binaries(content: list[str], level: int) -> list[str]:
    if not content:
        raise invalid_parameter("Binary sets should not be empty")
    if len(set(content)) != len(content):
        raise invalid_parameter(
            f"Input collection {_listed(content)}of type BS contains duplicates."
        )
    return [_binary(member, level) for member in content]


def _list(content: list[AttributeValue], level: int) -> list[AttributeValue]:
    return [checked_value(member, level + 1) for member in content]


def _map(content: Item, level: int) -> Item:
    return {name: checked_value(member, level + 1) for name, member in content.items()}


def _listed(members: list[str]) -> str:
    return "[" + ", ".join(members) + "]"


_CHECKS: dict[str, Callable[[Any, int], Any]] = {
    "S": _string,
    "N": _number,
    "B": _binary,
    "BOOL": _truth,
    "NULL": _null,
    "SS": _strings,
    "NS": _numbers,
    "BS": _binaries,
    "L": _list,
    "M": _map,
}
