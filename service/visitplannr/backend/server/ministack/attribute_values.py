"""Attribute values as plain JSON and back, as AppSync's resolvers hand them over."""

from collections.abc import Mapping
from typing import Any

_TYPES = {"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"}


def typed_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Give an item's attributes in DynamoDB JSON; those that are stay as they are."""
    return {name: typed(value) for name, value in item.items()}


def typed(value: Any) -> dict[str, Any]:
    """Give one value in DynamoDB JSON."""
    match value:
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [typed(one) for one in value]}
        case Mapping():
            return dict(value) if _is_typed(value) else {"M": typed_item(value)}
        case _:
            return {"NULL": True}


def _is_typed(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and value.keys() <= _TYPES


def plain_item(item: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Give an item's attributes as plain JSON; none is none."""
    return None if item is None else {name: plain(value) for name, value in item.items()}


def plain(value: Mapping[str, Any]) -> Any:
    """Give one value as plain JSON; binary ones stay in base64."""
    ((kind, inner),) = value.items()
    match kind:
        case "N":
            return _number(inner)
        case "NS":
            return [_number(one) for one in inner]
        case "M":
            return plain_item(inner)
        case "L":
            return [plain(one) for one in inner]
        case "NULL":
            return None
        case _:
            return inner


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)
