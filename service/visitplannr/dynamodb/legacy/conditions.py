"""Old-style conditions by attribute: Expected, QueryFilter and ScanFilter, KeyConditions."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, validation
from visitplannr.dynamodb.expressions import Condition, KeyConditions, KeyTest
from visitplannr.dynamodb.legacy.comparisons import Test, checked_arguments, test_of
from visitplannr.dynamodb.values.checking import checked_name
from visitplannr.dynamodb.values.types import Item

_Given: TypeAlias = Mapping[str, Any]
_INDEXABLE = {
    "EQ": "=",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "BETWEEN": "BETWEEN",
    "BEGINS_WITH": "begins_with",
}


def filter_condition(given: Mapping[str, _Given], operator: str | None) -> Condition | None:
    """Make the condition of a QueryFilter or ScanFilter; `operator` is AND (None too) or OR.

    Raises:
        DynamoDBError: values or operators (dynamodb.md D120 to D122), an operator alone (D123).
    """
    return _joined({name: _comparison(one) for name, one in given.items()}, operator)


def expected_condition(given: Mapping[str, _Given], operator: str | None) -> Condition | None:
    """Make the condition of Expected.

    Raises:
        DynamoDBError: parts that don't go together (D119), or as `filter_condition`.
    """
    return _joined({name: _expectation(name, one) for name, one in given.items()}, operator)


def key_conditions(given: Mapping[str, _Given]) -> KeyConditions:
    """Make KeyConditions; operators that no index serves are refused with the schema (D124).

    Raises:
        DynamoDBError: values or operators (D120 to D122).
    """
    tests: dict[str, KeyTest] = {}
    for name, one in given.items():
        operator: str = one["ComparisonOperator"]
        values = checked_arguments(operator, one.get("AttributeValueList") or ())
        tests[name] = KeyTest(_INDEXABLE.get(operator, operator), tuple(values))
    return KeyConditions(tests)


def _joined(tests: Mapping[str, Test], operator: str | None) -> Condition | None:
    if not tests:
        if operator:
            raise invalid_parameter("ConditionalOperator cannot be used without Filter or Expected")
        return None
    join = any if operator == "OR" else all

    def holds(item: Item) -> bool:
        return join(test(item.get(name)) for name, test in tests.items())

    return Condition(holds, tuple((checked_name(name),) for name in tests))


def _comparison(given: _Given) -> Test:
    operator = given["ComparisonOperator"]
    return test_of(operator, checked_arguments(operator, given.get("AttributeValueList") or ()))


def _expectation(name: str, given: _Given) -> Test:
    """Make the test of one expected attribute; None counts as absent."""
    there = {part: value for part, value in given.items() if value is not None}
    if fault := _fault(there):
        raise _at(name, fault)
    operator = there.get("ComparisonOperator")
    values = there.get("AttributeValueList")
    if values is None:
        values = [there["Value"]] if "Value" in there else []
    if operator is None:
        operator = "EQ" if _exists(there) else "NULL"
    return test_of(operator, checked_arguments(operator, values))


def _fault(given: _Given) -> str | None:
    """Say which parts don't go together (D119)."""
    if "Value" in given and "AttributeValueList" in given:
        return "Value and AttributeValueList cannot be used together"
    if "ComparisonOperator" in given:
        return _fault_of_operator(given["ComparisonOperator"], given)
    if "AttributeValueList" in given:
        return "AttributeValueList can only be used with a ComparisonOperator"
    if _exists(given) == ("Value" in given):
        return None
    if "Value" in given:
        return "Value cannot be used when Exists is false"
    return f"Value must be provided when Exists is {'true' if 'Exists' in given else 'null'}"


def _fault_of_operator(operator: str, given: _Given) -> str | None:
    if "Exists" in given:
        return "Exists and ComparisonOperator cannot be used together"
    if operator in {"NULL", "NOT_NULL"} or "Value" in given or "AttributeValueList" in given:
        return None
    return f"Value or AttributeValueList must be used with ComparisonOperator: {operator}"


def _exists(given: _Given) -> bool:
    """Read Exists, which is true if it is absent and may be a string (D51)."""
    exists = given.get("Exists", True)
    return exists if isinstance(exists, bool) else exists.lower() in {"true", "yes", "1"}


def _at(name: str, fault: str) -> DynamoDBError:
    return invalid_parameter(f"{fault} for Attribute: {name}")


def require_number_of_keys(conditions: KeyConditions, *, with_index: bool) -> None:
    """Refuse no or many conditions; an index may have up to eight key attributes (D124, D202)."""
    if not 1 <= len(conditions.tests) <= (8 if with_index else 2):
        raise validation("Conditions can be of length 1 or 2 only")
