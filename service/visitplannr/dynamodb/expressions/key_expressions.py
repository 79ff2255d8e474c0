"""KeyConditionExpression: a condition that may only compare keys with values (dynamodb.md D156)."""

from collections.abc import Iterator
from dataclasses import dataclass

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.expressions.condition_checks import check_leaf
from visitplannr.dynamodb.expressions.key_conditions import KeyConditions, KeyTest
from visitplannr.dynamodb.expressions.operands import (
    Attribute,
    Constant,
    Resolved,
    SizeOf,
    resolve,
)
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.shape import leaves, operands
from visitplannr.dynamodb.expressions.syntax import (
    Between,
    Call,
    Comparison,
    ConditionNode,
    In,
    Junction,
    Leaf,
    Not,
)

_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class KeyExpression:
    """A key condition whose placeholders are resolved and whose operands are checked."""

    tree: ConditionNode
    operands: tuple[tuple[Leaf, tuple[Resolved, ...]], ...]

    def by_attribute(self) -> KeyConditions:
        """Give the conditions by key attribute.

        AWS looks at this once all expressions of the request are parsed (D102).

        Raises:
            DynamoDBError: an operator that no key condition has, nested paths or operations, no
                or several attributes in one condition, two conditions for one key (D156, D157).
        """
        resolved = {id(leaf): found for leaf, found in self.operands}
        tests: dict[str, KeyTest] = {}
        for leaf in _indexable_leaves(self.tree):
            name, test = _key_test(leaf, resolved[id(leaf)])
            if name in tests:
                raise validation("KeyConditionExpressions must only contain one condition per key")
            tests[name] = test
        return KeyConditions(tests)


def key_expression_of(tree: ConditionNode, placeholders: Placeholders) -> KeyExpression:
    """Resolve and check the operands of a key condition.

    Raises:
        DynamoDBError: what is not defined, or operands that do not fit.
    """
    found: list[tuple[Leaf, tuple[Resolved, ...]]] = []
    for leaf in leaves(tree):
        resolved = tuple(resolve(operand, placeholders) for operand in operands(leaf))
        check_leaf(leaf, resolved)
        found.append((leaf, resolved))
    return KeyExpression(tree, tuple(found))


def _indexable_leaves(tree: ConditionNode) -> Iterator[Leaf]:
    """Give the comparisons joined by AND, refusing other operators as they are met."""
    if isinstance(tree, Junction) and tree.operator == "AND":
        for node in tree.conditions:
            yield from _indexable_leaves(node)
        return
    operator = _unusable_operator(tree)
    if operator:
        raise validation(f"Invalid operator used in KeyConditionExpression: {operator}")
    if isinstance(tree, Comparison | Between | Call):
        yield tree


def _unusable_operator(tree: ConditionNode) -> str | None:
    match tree:
        case Junction():
            return "OR"
        case Not():
            return "NOT"
        case In():
            return "IN"
        case Comparison(operator="<>"):
            return "<>"
        case Call() if tree.function != "begins_with":
            return tree.function
        case _:
            return None


def _key_test(leaf: Leaf, resolved: tuple[Resolved, ...]) -> tuple[str, KeyTest]:
    operator = _operator(leaf)
    if operator in {"BETWEEN", "begins_with"} and not isinstance(resolved[0], Attribute):
        raise _invalid(f"{operator} operator must have the key attribute as its first operand")
    names, values = _names_and_values(resolved)
    if not names:
        raise _invalid("No key attribute specified")
    if isinstance(leaf, Comparison) and not isinstance(resolved[0], Attribute):
        operator = _MIRRORED[leaf.operator]
    return names[0], KeyTest(operator, tuple(one.value for one in values))


def _operator(leaf: Leaf) -> str:
    match leaf:
        case Comparison():
            return leaf.operator
        case Call():
            return leaf.function
        case _:
            return "BETWEEN"


def _names_and_values(resolved: tuple[Resolved, ...]) -> tuple[list[str], list[Constant]]:
    """Split operands, refusing what a key condition cannot have from left to right."""
    names: list[str] = []
    values: list[Constant] = []
    for operand in resolved:
        if isinstance(operand, SizeOf):
            raise validation("KeyConditionExpressions cannot contain nested operations")
        if isinstance(operand, Constant):
            values.append(operand)
            continue
        if names:
            raise _invalid("Multiple attribute names used in one condition")
        if len(operand.path) > 1:
            raise validation("KeyConditionExpressions cannot have conditions on nested attributes")
        names.append(str(operand.path[0]))
    return names, values


def _invalid(what: str) -> DynamoDBError:
    return validation(f"Invalid condition in KeyConditionExpression: {what}")
