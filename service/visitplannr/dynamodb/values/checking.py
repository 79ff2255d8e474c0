"""Check values as AWS does, and put their numbers into canonical text (dynamodb.md D46 to D60)."""

from collections.abc import Callable
from typing import Any

from visitplannr.dynamodb.errors import ItemContentError, invalid_parameter, validation
from visitplannr.dynamodb.values.numbers import canonical_number
from visitplannr.dynamodb.values.types import AttributeValue, Item

_DEEPEST = 31  # a value in a list or map of the 31st level, the item being the first
_LONGEST_NAME = 65_535
_EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
_SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of"
    " the supported datatypes"
)


def checked_item(item: Item) -> Item:
    """Check an item's names and values.

    Raises:
        DynamoDBError: a name's length (D54), or what `checked_value` raises.
    """
    return {checked_name(name): checked_value(value) for name, value in item.items()}


def checked_name(name: str) -> str:
    """Check the length of an attribute's name: 1 to 65,535 bytes (D54)."""
    if not name:
        raise invalid_parameter("Empty attribute name")
    if len(name) * 4 > _LONGEST_NAME and len(name.encode("utf-8", "replace")) > _LONGEST_NAME:
        raise invalid_parameter("Attribute name is too large, must be less than 65536 bytes")
    return name


def checked_value(value: AttributeValue | None, level: int = 0) -> AttributeValue:
    """Check one value, whose JSON types are right, and give it with canonical numbers.

    Raises:
        DynamoDBError: no type or several (D46, D47), an empty set or a double member (D48, D49),
            a NULL that is not true (D51), a bad number (D56 to D59), nesting (D18).
    """
    if level > _DEEPEST:
        raise too_deep()
    if value and len(value) == 1 and type(value.get("S")) is str:
        return value  # what most values are
    checked: AttributeValue = {}
    for kind, content in (value or {}).items():
        check = _CHECKS.get(kind)
        if check and content is not None:
            checked[kind] = check(content, level)
    if len(checked) != 1:
        raise validation(_SEVERAL if checked else _EMPTY)
    return checked


def too_deep() -> ItemContentError:
    """Make the error of too many levels (D18)."""
    return ItemContentError(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels"
        " beyond supported limit"
    )


def require_shallow(value: AttributeValue, level: int = 0) -> None:
    """Refuse a value that an update has put together too deeply (D18)."""
    if level > _DEEPEST:
        raise too_deep()
    ((kind, content),) = value.items()
    if kind == "L":
        for member in content:
            require_shallow(member, level + 1)
    elif kind == "M":
        for member in content.values():
            require_shallow(member, level + 1)


def _same(content: str, _: int) -> str:
    return content


def _number(content: str, _: int) -> str:
    return canonical_number(content)


def _truth(content: Any, _: int) -> bool:
    return content if isinstance(content, bool) else content.lower() in {"true", "yes", "1"}


def _null(content: Any, level: int) -> bool:
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


def _binaries(content: list[str], _: int) -> list[str]:
    if not content:
        raise invalid_parameter("Binary sets should not be empty")
    if len(set(content)) != len(content):
        raise invalid_parameter(
            f"Input collection {_listed(content)}of type BS contains duplicates."
        )
    return content


def _list(content: list[AttributeValue | None], level: int) -> list[AttributeValue]:
    return [checked_value(member, level + 1) for member in content]


def _map(content: Item, level: int) -> Item:
    return {
        checked_name(name): checked_value(member, level + 1) for name, member in content.items()
    }


def _listed(members: list[str]) -> str:
    return "[" + ", ".join(members) + "]"


_CHECKS: dict[str, Callable[[Any, int], Any]] = {
    "S": _same,
    "N": _number,
    "B": _same,
    "BOOL": _truth,
    "NULL": _null,
    "SS": _strings,
    "NS": _numbers,
    "BS": _binaries,
    "L": _list,
    "M": _map,
}
