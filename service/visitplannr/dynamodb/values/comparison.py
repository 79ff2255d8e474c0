"""How attribute values compare: equality, order, membership (dynamodb.md D55, D107, D112, D113)."""

import base64
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from visitplannr.dynamodb.values.types import AttributeValue

ORDERED: dict[str, Callable[[str], Any]] = {
    "S": lambda text: text.encode("utf-8", "surrogatepass"),
    "N": Decimal,
    "B": base64.b64decode,
}
MEMBERS = {"SS": "S", "NS": "N", "BS": "B"}


def kind_of(value: AttributeValue) -> str:
    """Give the letters of a value's type: `S`, `NS`, `NULL`."""
    return next(iter(value))


def equal(left: AttributeValue, right: AttributeValue) -> bool:
    """Say whether two values are the same; sets are, in whatever order (D55).

    Numbers are in canonical text, so equal text is an equal number.
    """
    if left == right:
        return True
    kind = kind_of(left)
    if kind != kind_of(right):
        return False
    one, other = left[kind], right[kind]
    if kind in MEMBERS:
        return set(one) == set(other)
    if kind == "L":
        return len(one) == len(other) and all(map(equal, one, other))
    if kind == "M":
        return one.keys() == other.keys() and all(equal(one[name], other[name]) for name in one)
    return False


def compare(left: AttributeValue, right: AttributeValue) -> int | None:
    """Order two values: below 0, 0, above 0; None for types that differ or have no order."""
    kind = kind_of(left)
    if kind not in ORDERED or kind not in right:
        return None
    if left[kind] == right[kind]:
        return 0
    key = ORDERED[kind]
    return 1 if key(left[kind]) > key(right[kind]) else -1


def begins_with(value: AttributeValue, prefix: AttributeValue) -> bool:
    """Say whether a string or binary begins with another of its type (D112)."""
    kind = kind_of(prefix)
    if kind not in {"S", "B"} or kind not in value:
        return False
    if kind == "S":
        return bool(value["S"].startswith(prefix["S"]))
    return base64.b64decode(value["B"]).startswith(base64.b64decode(prefix["B"]))


def contains(value: AttributeValue, part: AttributeValue) -> bool:
    """Say whether a part is in a string or binary, or is a member of a set or list (D113)."""
    kind = kind_of(value)
    wanted = kind_of(part)
    if kind in MEMBERS:
        return MEMBERS[kind] == wanted and part[wanted] in value[kind]
    if kind == "L":
        return any(equal(member, part) for member in value["L"])
    if kind != wanted:
        return False
    if kind == "S":
        return part["S"] in value["S"]
    return kind == "B" and base64.b64decode(part["B"]) in base64.b64decode(value["B"])
