"""What paths and operands of an update must be, whatever the item (dynamodb.md D133 to D140)."""

from collections.abc import Iterable, Sequence

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.expressions.operands import check_count, resolve_value, wrong_kind
from visitplannr.dynamodb.expressions.overlap import check_paths
from visitplannr.dynamodb.expressions.paths import Path
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.syntax import (
    Arithmetic,
    Call,
    Clause,
    Operand,
    PathNode,
    ValueNode,
)
from visitplannr.dynamodb.values.comparison import MEMBERS, kind_of

_LONG_NAMES = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "BOOL": "BOOLEAN",
    "NULL": "NULL",
    "M": "MAP",
    "L": "LIST",
}


def check_clauses(
    clauses: Sequence[Clause], paths: Iterable[Path], placeholders: Placeholders
) -> None:
    """Check paths against each other, what ADD and DELETE take, then functions and + and -.

    Raises:
        DynamoDBError: the first fault in that order (D102).
    """
    check_paths(paths)
    for clause in clauses:
        if clause.section in {"ADD", "DELETE"} and isinstance(clause.operand, ValueNode):
            _check_section(clause.section, resolve_value(clause.operand, placeholders))
    for clause in clauses:
        if clause.operand is not None:
            _check_operand(clause.operand, placeholders)


def _check_section(section: str, value: dict[str, object]) -> None:
    """ADD takes numbers and sets, DELETE sets (D140)."""
    kind = kind_of(value)
    if kind not in MEMBERS and (section, kind) != ("ADD", "N"):
        raise validation(
            "Incorrect operand type for operator or function; operator:"
            f" {section}, operand type: {_LONG_NAMES[kind]}"
        )


def _check_operand(operand: Operand, placeholders: Placeholders) -> None:
    """Check the inner before the outer."""
    if isinstance(operand, Arithmetic):
        inner: tuple[Operand, ...] = (operand.left, operand.right)
    elif isinstance(operand, Call):
        inner = operand.arguments
    else:
        return
    for one in inner:
        _check_operand(one, placeholders)
    if isinstance(operand, Arithmetic):
        _check_constants(operand.operator, "N", inner, placeholders)
        return
    check_count(operand.function, len(inner), 2)
    if operand.function == "list_append":
        _check_constants("list_append", "L", inner, placeholders)
    elif not isinstance(inner[0], PathNode):
        raise validation(
            "Operator or function requires a document path; operator or function:"
            f" {operand.function}"
        )


def _check_constants(
    function: str, right: str, operands: Iterable[Operand], placeholders: Placeholders
) -> None:
    for operand in operands:
        if isinstance(operand, ValueNode):
            kind = kind_of(resolve_value(operand, placeholders))
            if kind != right:
                raise wrong_kind(function, kind)
