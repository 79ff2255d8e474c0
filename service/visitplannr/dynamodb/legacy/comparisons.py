"""Old-style comparison operators: what arguments they take, and when they hold."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from visitplannr.dynamodb.errors import invalid_parameter, validation
from visitplannr.dynamodb.values.checking import checked_value
from visitplannr.dynamodb.values.comparison import (
    begins_with,
    compare,
    contains,
    equal,
    kind_of,
)
from visitplannr.dynamodb.values.types import AttributeValue

Attribute: TypeAlias = AttributeValue | None
Test: TypeAlias = Callable[[Attribute], bool]
_Arguments: TypeAlias = Sequence[AttributeValue]

_COUNTS = {"BETWEEN": 2, "NULL": 0, "NOT_NULL": 0}
_SCALARS = frozenset({"S", "N", "B"})
_TYPES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("LT", "LE", "GT", "GE", "BETWEEN", "IN"), _SCALARS),
    **dict.fromkeys(("CONTAINS", "NOT_CONTAINS"), _SCALARS | {"BOOL", "NULL"}),
    "BEGINS_WITH": frozenset({"S", "B"}),
}


def checked_arguments(operator: str, given: Sequence[Any]) -> list[AttributeValue]:
    """Check the values that an operator is given.

    Raises:
        DynamoDBError: a bad value, then their number (D120), types (D121, D122), order (D122).
    """
    values = [checked_value(value) for value in given]
    if not (values if operator == "IN" else len(values) == _COUNTS.get(operator, 1)):
        raise invalid_parameter(
            f"Invalid number of argument(s) for the {operator} ComparisonOperator"
        )
    kinds = [kind_of(value) for value in values]
    if len(set(kinds)) > 1:
        raise invalid_parameter("AttributeValues inside AttributeValueList must be of same type")
    if operator in _TYPES and kinds[0] not in _TYPES[operator]:
        raise invalid_parameter(
            f"ComparisonOperator {operator} is not valid for {kinds[0]} AttributeValue type"
        )
    if operator == "BETWEEN" and (compare(*values) or 0) > 0:
        raise validation(
            "The BETWEEN condition was provided a range where the lower bound is greater than"
            " the upper bound"
        )
    return values


def test_of(operator: str, values: _Arguments) -> Test:
    """Compile an operator with its arguments; the attribute may be missing."""
    relation = _RELATIONS[operator]
    if operator in {"NE", "NULL"}:  # they hold for a missing attribute
        return lambda attribute: attribute is None or relation(attribute, values)
    return lambda attribute: attribute is not None and relation(attribute, values)


def _ordered(right: Callable[[int], bool]) -> Callable[[AttributeValue, _Arguments], bool]:
    def relation(attribute: AttributeValue, values: _Arguments) -> bool:
        order = compare(attribute, values[0])
        return order is not None and right(order)

    return relation


def _between(attribute: AttributeValue, values: _Arguments) -> bool:
    low, high = (compare(attribute, value) for value in values)
    return low is not None and high is not None and low >= 0 >= high


_RELATIONS: Mapping[str, Callable[[AttributeValue, _Arguments], bool]] = {
    "EQ": lambda attribute, values: equal(attribute, values[0]),
    "NE": lambda attribute, values: not equal(attribute, values[0]),
    "LT": _ordered(lambda order: order < 0),
    "LE": _ordered(lambda order: order <= 0),
    "GT": _ordered(lambda order: order > 0),
    "GE": _ordered(lambda order: order >= 0),
    "BETWEEN": _between,
    "IN": lambda attribute, values: any(equal(attribute, value) for value in values),
    "NULL": lambda _attribute, _values: False,
    "NOT_NULL": lambda _attribute, _values: True,
    "CONTAINS": lambda attribute, values: contains(attribute, values[0]),
    "NOT_CONTAINS": lambda attribute, values: not contains(attribute, values[0]),
    "BEGINS_WITH": lambda attribute, values: begins_with(attribute, values[0]),
}
