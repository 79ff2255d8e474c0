"""The four kinds of expressions: text and placeholders in, something to evaluate out.

Each text is read once: its tree is kept, with the checks that need no placeholders done. Then its
placeholders are resolved and checked, and it is compiled; conditions without values are kept whole.
"""

from functools import lru_cache
from typing import Literal, TypeAlias

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.expressions.condition_grammar import ConditionReader
from visitplannr.dynamodb.expressions.conditions import Condition, condition_of
from visitplannr.dynamodb.expressions.key_expressions import KeyExpression, key_expression_of
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.projections import Projection, projection_of
from visitplannr.dynamodb.expressions.shape import (
    check_condition_functions,
    check_reserved,
    check_update_functions,
)
from visitplannr.dynamodb.expressions.syntax import Clause, ConditionNode, PathNode
from visitplannr.dynamodb.expressions.update_grammar import ProjectionReader, UpdateReader
from visitplannr.dynamodb.expressions.updates import Update, update_of

ConditionParameter: TypeAlias = Literal["ConditionExpression", "FilterExpression"]


def parse_condition(
    text: str, parameter: ConditionParameter, placeholders: Placeholders
) -> Condition:
    """Make a condition or a filter.

    Raises:
        DynamoDBError: in this order: syntax, functions, reserved words; then by comparison what is
            not defined and what it cannot compare (dynamodb.md D87 to D100, D104 to D114).
    """
    try:
        names = placeholders.names
        if names is None:
            return condition_of(_condition_tree(text), placeholders)
        condition, used = _condition_without_values(text, names)
    except DynamoDBError as error:
        raise _about(parameter, error) from None
    placeholders.used |= used
    return condition


def parse_key_condition(text: str, placeholders: Placeholders) -> KeyExpression:
    """Make a query's key condition; errors as `parse_condition`."""
    try:
        return key_expression_of(_condition_tree(text), placeholders)
    except DynamoDBError as error:
        raise _about("KeyConditionExpression", error) from None


def parse_projection(text: str, placeholders: Placeholders) -> Projection:
    """Make a projection.

    Raises:
        DynamoDBError: syntax, reserved words, undefined names, overlap, conflict (D102).
    """
    try:
        return projection_of(_projection_paths(text), placeholders)
    except DynamoDBError as error:
        raise _about("ProjectionExpression", error) from None


def parse_update(text: str, placeholders: Placeholders) -> Update:
    """Make an update.

    Raises:
        DynamoDBError: the first fault in D102's order.
    """
    try:
        return update_of(_update_clauses(text), placeholders)
    except DynamoDBError as error:
        raise _about("UpdateExpression", error) from None


def _about(parameter: str, error: DynamoDBError) -> DynamoDBError:
    """Say which expression an error is about."""
    return validation(f"Invalid {parameter}: {error.message}")


@lru_cache(maxsize=1024)
def _condition_without_values(
    text: str, names: tuple[tuple[str, str], ...]
) -> tuple[Condition, frozenset[str]]:
    """Make a condition that needs no values, and tell which names it uses."""
    placeholders = Placeholders(dict(names))
    condition = condition_of(_condition_tree(text), placeholders)
    return condition, frozenset(placeholders.used)


@lru_cache(maxsize=1024)
def _condition_tree(text: str) -> ConditionNode:
    reader = ConditionReader(text)
    tree = reader.condition()
    check_condition_functions(tree)
    check_reserved(reader.names)
    return tree


@lru_cache(maxsize=1024)
def _projection_paths(text: str) -> tuple[PathNode, ...]:
    reader = ProjectionReader(text)
    paths = reader.paths()
    check_reserved(reader.names)
    return paths


@lru_cache(maxsize=1024)
def _update_clauses(text: str) -> tuple[Clause, ...]:
    reader = UpdateReader(text)
    clauses = reader.clauses()
    check_reserved(reader.names)
    check_update_functions(clauses)
    reader.check_sections()
    return clauses
