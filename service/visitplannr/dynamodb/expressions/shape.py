"""Checks of a tree that need no placeholders: reserved words, unknown and misplaced functions."""

from collections.abc import Iterable, Iterator
from itertools import chain

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.expressions.reserved import RESERVED
from visitplannr.dynamodb.expressions.syntax import (
    Arithmetic,
    Between,
    Call,
    Clause,
    Comparison,
    ConditionNode,
    In,
    Junction,
    Leaf,
    Not,
    Operand,
)

_CONDITIONS = frozenset(
    {"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"}
)
_UPDATES = frozenset({"if_not_exists", "list_append"})
_ALL = _CONDITIONS | _UPDATES | {"size"}


def check_reserved(names: Iterable[str]) -> None:
    """Refuse the first reserved word among plain names, as it is written (dynamodb.md D93)."""
    for name in names:
        if name.upper() in RESERVED:
            raise validation(f"Attribute name is a reserved keyword; reserved keyword: {name}")


def check_condition_functions(tree: ConditionNode) -> None:
    """Refuse unknown functions (D96), then those that stand where they cannot (D100)."""
    found = leaves(tree)
    _check_known(chain.from_iterable(map(_calls_of_leaf, found)))
    for leaf in found:
        if isinstance(leaf, Call) and leaf.function not in _CONDITIONS:
            raise _misused(leaf)
        for call in chain.from_iterable(map(calls, operands(leaf))):
            if call.function != "size":
                raise _misused(call)


def check_update_functions(clauses: Iterable[Clause]) -> None:
    """Refuse unknown functions, those of conditions, and list_append in itself (D96, D139)."""
    found = [call for clause in clauses for call in calls(clause.operand)]
    _check_known(found)
    for call in found:
        if call.function not in _UPDATES:
            raise _misused(call)
        inner = chain.from_iterable(map(calls, call.arguments))
        if call.function == "list_append" and any(one.function == "list_append" for one in inner):
            raise _misused(call)


def leaves(tree: ConditionNode) -> list[Leaf]:
    """Give the comparisons and functions of a condition as they stand in the text."""
    if isinstance(tree, Junction):
        return [leaf for node in tree.conditions for leaf in leaves(node)]
    return leaves(tree.condition) if isinstance(tree, Not) else [tree]


def operands(leaf: Leaf) -> tuple[Operand, ...]:
    """Give the operands of a comparison or the arguments of a function."""
    match leaf:
        case Comparison():
            return (leaf.left, leaf.right)
        case Between():
            return (leaf.operand, leaf.low, leaf.high)
        case In():
            return (leaf.operand, *leaf.candidates)
        case Call():
            return leaf.arguments


def nodes(operand: Operand | None) -> Iterator[Operand]:
    """Give an operand and all that it contains, from left to right, the outer before the inner."""
    if operand is None:
        return
    yield operand
    inner: tuple[Operand, ...] = ()
    if isinstance(operand, Call):
        inner = operand.arguments
    elif isinstance(operand, Arithmetic):
        inner = (operand.left, operand.right)
    for one in inner:
        yield from nodes(one)


def calls(operand: Operand | None) -> Iterator[Call]:
    return (node for node in nodes(operand) if isinstance(node, Call))


def _calls_of_leaf(leaf: Leaf) -> Iterator[Call]:
    if isinstance(leaf, Call):
        yield leaf
    yield from chain.from_iterable(map(calls, operands(leaf)))


def _check_known(found: Iterable[Call]) -> None:
    for call in found:
        if call.function not in _ALL:
            raise validation(f"Invalid function name; function: {call.function}")


def _misused(call: Call) -> Exception:
    return validation(
        "The function is not allowed to be used this way in an expression;"
        f" function: {call.function}"
    )
