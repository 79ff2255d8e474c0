"""Updates of one item (dynamodb.md part 14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from visitplannr.dynamodb.expressions.actions import Change, addition, deletion, evaluation
from visitplannr.dynamodb.expressions.documents import changed
from visitplannr.dynamodb.expressions.operands import resolve_path, resolve_value
from visitplannr.dynamodb.expressions.paths import Path
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.projections import Projection
from visitplannr.dynamodb.expressions.shape import nodes
from visitplannr.dynamodb.expressions.syntax import (
    Arithmetic,
    Call,
    Clause,
    Operand,
    PathNode,
    ValueNode,
)
from visitplannr.dynamodb.expressions.update_checks import check_clauses
from visitplannr.dynamodb.values.comparison import kind_of
from visitplannr.dynamodb.values.types import Item


@dataclass(frozen=True, slots=True)
class Update:
    """A change of an item, old or new style.

    `changes` by the path that each changes; `reads` are the paths that operands name;
    `only_removes` says that it makes no item where there is none (D126, D146). `types` are
    those that whole attributes get, where that is known from the text alone (D71).
    """

    changes: tuple[tuple[Path, Change], ...]
    reads: tuple[Path, ...]
    only_removes: bool
    types: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Name what it changes, for the check against key attributes (D134)."""
        return tuple(path for path, _ in self.changes)

    def apply(self, item: Item) -> Item:
        """Give the item after the update; the one given stays as it is.

        All that is assigned is evaluated on the item as it was (D135).

        Raises:
            DynamoDBError: a path or an operand does not fit the item (D135, D138, D145).
        """
        return changed(item, [(path, change(item)) for path, change in self.changes])

    def updated(self, item: Item) -> Item:
        """Give what UPDATED_OLD or UPDATED_NEW return of the old or new item (D150, D151)."""
        return Projection(self.paths).of(item)


def update_of(clauses: Sequence[Clause], placeholders: Placeholders) -> Update:
    """Resolve, check and compile an update's clauses.

    Raises:
        DynamoDBError: in the order of D102, from undefined names on.
    """
    _check_defined(clauses, placeholders)
    paths = [resolve_path(clause.path, placeholders) for clause in clauses]
    check_clauses(clauses, paths, placeholders)
    return Update(
        tuple(
            (path, _change(clause, path, placeholders))
            for clause, path in zip(clauses, paths, strict=True)
        ),
        tuple(
            resolve_path(node, placeholders)
            for clause in clauses
            for node in nodes(clause.operand)
            if isinstance(node, PathNode)
        ),
        all(clause.section in {"REMOVE", "DELETE"} for clause in clauses),
        {
            str(path[0]): kind
            for clause, path in zip(clauses, paths, strict=True)
            if len(path) == 1 and (kind := _known_type(clause.operand, placeholders))
        },
    )


def _known_type(operand: Operand | None, placeholders: Placeholders) -> str | None:
    """Give the type of a constant, of a sum, of joined lists; None for what an item decides."""
    if isinstance(operand, ValueNode):
        return kind_of(resolve_value(operand, placeholders))
    if isinstance(operand, Arithmetic):
        return "N"
    return "L" if isinstance(operand, Call) and operand.function == "list_append" else None


def _check_defined(clauses: Sequence[Clause], placeholders: Placeholders) -> None:
    """Resolve all names, then all values: an undefined name comes before an undefined value."""
    for clause in clauses:
        for node in (clause.path, *nodes(clause.operand)):
            if isinstance(node, PathNode):
                resolve_path(node, placeholders)
    for clause in clauses:
        for node in nodes(clause.operand):
            if isinstance(node, ValueNode):
                resolve_value(node, placeholders)


def _change(clause: Clause, path: Path, placeholders: Placeholders) -> Change:
    if clause.operand is None:
        return lambda _: None
    if clause.section == "SET" or not isinstance(clause.operand, ValueNode):
        return evaluation(clause.operand, placeholders)
    value = resolve_value(clause.operand, placeholders)
    return (addition if clause.section == "ADD" else deletion)(path, value)
