"""How large items are, in bytes (dynamodb.md D76)."""

from collections.abc import Callable, Mapping
from typing import Any

from visitplannr.dynamodb.values.types import AttributeValue, Item

_CONTAINER = 3  # a list or a map itself; 1 more for each element


def item_size(item: Item) -> int:
    """Add up names and values (D75)."""
    total = 0
    for name, value in item.items():
        total += len(name) if name.isascii() else text_size(name)
        for kind, content in value.items():
            if kind == "S" and content.isascii():
                total += len(content)
            else:
                total += _SIZES[kind](content)
    return total


def value_size(value: AttributeValue) -> int:
    for kind, content in value.items():
        return _SIZES[kind](content)
    return 0


def text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def binary_size(base64: str) -> int:
    return len(base64) // 4 * 3 - base64.count("=", -2)


def number_size(text: str) -> int:
    """Count 1 and a byte for two digits, one more for a sign; zeros at the ends don't count."""
    if text == "0":
        return 1
    negative = text[0] == "-"
    digits = text[1:] if negative else text
    whole, _, fraction = digits.partition(".")
    significant = (whole + fraction).lstrip("0") if fraction else whole.rstrip("0")
    return 1 + (len(significant) + 1) // 2 + negative


def _list_size(content: list[AttributeValue]) -> int:
    return _CONTAINER + len(content) + sum(map(value_size, content))


def _map_size(content: Item) -> int:
    return _CONTAINER + len(content) + item_size(content)


_SIZES: Mapping[str, Callable[[Any], int]] = {
    "S": text_size,
    "N": number_size,
    "B": binary_size,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda content: sum(map(text_size, content)),
    "NS": lambda content: sum(map(number_size, content)),
    "BS": lambda content: sum(map(binary_size, content)),
    "L": _list_size,
    "M": _map_size,
}
