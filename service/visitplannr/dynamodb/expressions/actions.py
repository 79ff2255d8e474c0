"""What SET, ADD and DELETE put at a path, evaluated on the item as it was."""

from collections.abc import Callable
from typing import TypeAlias

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.expressions.operands import path_getter, resolve_path, resolve_value
from visitplannr.dynamodb.expressions.paths import Path, value_at
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.syntax import (
    Arithmetic,
    Call,
    Operand,
    PathNode,
    ValueNode,
)
from visitplannr.dynamodb.values.comparison import MEMBERS, kind_of
from visitplannr.dynamodb.values.numbers import add, subtract
from visitplannr.dynamodb.values.types import AttributeValue, Item

Evaluation: TypeAlias = Callable[[Item], AttributeValue]
Change: TypeAlias = Callable[[Item], AttributeValue | None]  # None: nothing is there afterwards
_Mismatch: TypeAlias = Callable[[], DynamoDBError]


def wrong_operand() -> DynamoDBError:
    """Make the error of an attribute whose type an update cannot use (dynamodb.md D138)."""
    return validation("An operand in the update expression has an incorrect data type")


def evaluation(operand: Operand, placeholders: Placeholders) -> Evaluation:
    """Compile what SET assigns; evaluating it raises D135's or D138's error."""
    if isinstance(operand, ValueNode):
        value = resolve_value(operand, placeholders)
        return lambda _: value
    if isinstance(operand, PathNode):
        return _present(resolve_path(operand, placeholders))
    if isinstance(operand, Arithmetic):
        operation = add if operand.operator == "+" else subtract
        return _arithmetic(operation, *_both(operand.left, operand.right, placeholders))
    return _function(operand, placeholders)


def _both(
    left: Operand, right: Operand, placeholders: Placeholders
) -> tuple[Evaluation, Evaluation]:
    return evaluation(left, placeholders), evaluation(right, placeholders)


def _present(path: Path) -> Evaluation:
    attribute = path_getter(path)

    def evaluate(item: Item) -> AttributeValue:
        value = attribute(item)
        if value is None:
            raise validation(
                "The provided expression refers to an attribute that does not exist in the item"
            )
        return value

    return evaluate


def _function(call: Call, placeholders: Placeholders) -> Evaluation:
    first, second = call.arguments
    if call.function == "if_not_exists" and isinstance(first, PathNode):
        attribute = path_getter(resolve_path(first, placeholders))
        otherwise = evaluation(second, placeholders)
        return lambda item: attribute(item) or otherwise(item)
    return _list_append(*_both(first, second, placeholders))


def _list_append(left: Evaluation, right: Evaluation) -> Evaluation:
    def evaluate(item: Item) -> AttributeValue:
        one, other = left(item), right(item)
        if "L" not in one or "L" not in other:
            raise wrong_operand()
        return {"L": one["L"] + other["L"]}

    return evaluate


def _arithmetic(
    operation: Callable[[str, str], str], left: Evaluation, right: Evaluation
) -> Evaluation:
    def evaluate(item: Item) -> AttributeValue:
        one, other = left(item), right(item)
        if "N" not in one or "N" not in other:
            raise wrong_operand()
        return {"N": operation(one["N"], other["N"])}

    return evaluate


def addition(path: Path, value: AttributeValue, mismatch: _Mismatch = wrong_operand) -> Change:
    """Add a number, or members to a set; what is missing is 0 or empty (D141)."""
    kind = kind_of(value)

    def change(item: Item) -> AttributeValue:
        old = value_at(item, path)
        if old is None:
            return value
        if kind not in old:
            raise mismatch()
        if kind == "N":
            return {"N": add(old["N"], value["N"])}
        if kind not in MEMBERS:
            return {kind: old[kind] + value[kind]}
        known = set(old[kind])
        return {kind: old[kind] + [member for member in value[kind] if member not in known]}

    return change


def deletion(path: Path, value: AttributeValue, mismatch: _Mismatch = wrong_operand) -> Change:
    """Take members out of a set; an emptied set is gone (D142)."""
    kind = kind_of(value)
    unwanted = set(value[kind])

    def change(item: Item) -> AttributeValue | None:
        old = value_at(item, path)
        if old is None:
            return None
        if kind not in old:
            raise mismatch()
        rest = [member for member in old[kind] if member not in unwanted]
        return {kind: rest} if rest else None

    return change
