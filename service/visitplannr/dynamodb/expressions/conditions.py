"""Conditions: what holds for an item and what does not (dynamodb.md part 11)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from visitplannr.dynamodb.expressions.condition_checks import check_leaf
from visitplannr.dynamodb.expressions.operands import (
    Getter,
    Resolved,
    getter,
    paths_of,
    resolve,
)
from visitplannr.dynamodb.expressions.paths import Path
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.shape import operands
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
from visitplannr.dynamodb.values.comparison import (
    begins_with,
    compare,
    contains,
    equal,
    kind_of,
)
from visitplannr.dynamodb.values.types import AttributeValue, Item

Test: TypeAlias = Callable[[Item], bool]
_Relation: TypeAlias = Callable[[AttributeValue, AttributeValue], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition or filter with its placeholders resolved; `{}` is an item that is not there."""

    holds: Test
    paths: tuple[Path, ...]


def condition_of(tree: ConditionNode, placeholders: Placeholders) -> Condition:
    """Resolve, check and compile a condition, comparison by comparison.

    Raises:
        DynamoDBError: what is not defined, or operands that a comparison or function cannot take.
    """
    paths: list[Path] = []
    return Condition(_compiled(tree, placeholders, paths), tuple(paths))


def _compiled(tree: ConditionNode, placeholders: Placeholders, paths: list[Path]) -> Test:
    if isinstance(tree, Junction):
        tests = tuple(_compiled(node, placeholders, paths) for node in tree.conditions)
        return _all(tests) if tree.operator == "AND" else _any(tests)
    if isinstance(tree, Not):
        inner = _compiled(tree.condition, placeholders, paths)
        return lambda item: not inner(item)
    resolved = tuple(resolve(operand, placeholders) for operand in operands(tree))
    check_leaf(tree, resolved)
    paths.extend(chain.from_iterable(map(paths_of, resolved)))
    return _leaf_test(tree, resolved)


def _all(tests: tuple[Test, ...]) -> Test:
    return lambda item: all(test(item) for test in tests)


def _any(tests: tuple[Test, ...]) -> Test:
    return lambda item: any(test(item) for test in tests)


def _leaf_test(leaf: Leaf, resolved: tuple[Resolved, ...]) -> Test:
    getters = tuple(map(getter, resolved))
    match leaf:
        case Comparison(operator="<>"):
            equality = _related(equal, *getters)
            return lambda item: not equality(item)
        case Comparison():
            return _related(_RELATIONS[leaf.operator], *getters)
        case Between():
            return _between(*getters)
        case In():
            return _in(getters[0], getters[1:])
        case Call():
            return _FUNCTIONS[leaf.function](*getters)


def _related(relation: _Relation, left: Getter, right: Getter) -> Test:
    """Both sides have to be there for a relation to hold (D106, D107)."""

    def holds(item: Item) -> bool:
        one, other = left(item), right(item)
        return one is not None and other is not None and relation(one, other)

    return holds


def _ordered(right: Callable[[int], bool]) -> _Relation:
    def relation(one: AttributeValue, other: AttributeValue) -> bool:
        order = compare(one, other)
        return order is not None and right(order)

    return relation


_RELATIONS: Mapping[str, _Relation] = {
    "=": equal,
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
}


def _between(operand: Getter, low: Getter, high: Getter) -> Test:
    from_low = _related(_RELATIONS[">="], operand, low)
    to_high = _related(_RELATIONS["<="], operand, high)
    return lambda item: from_low(item) and to_high(item)


def _in(operand: Getter, candidates: tuple[Getter, ...]) -> Test:
    return _any(tuple(_related(equal, operand, candidate) for candidate in candidates))


def _exists(attribute: Getter) -> Test:
    return lambda item: attribute(item) is not None


def _not_exists(attribute: Getter) -> Test:
    return lambda item: attribute(item) is None


def _has_type(attribute: Getter, kind: Getter) -> Test:
    return _related(lambda value, name: kind_of(value) == name["S"], attribute, kind)


_FUNCTIONS: Mapping[str, Callable[..., Test]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _not_exists,
    "attribute_type": _has_type,
    "begins_with": lambda value, prefix: _related(begins_with, value, prefix),
    "contains": lambda value, part: _related(contains, value, part),
}
