"""Projections: which parts of an item are wanted (dynamodb.md part 13)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from visitplannr.dynamodb.expressions.operands import resolve_path
from visitplannr.dynamodb.expressions.overlap import check_paths
from visitplannr.dynamodb.expressions.paths import Path, child
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.syntax import PathNode
from visitplannr.dynamodb.values.types import AttributeValue, Item

_Wanted: TypeAlias = "dict[str | int, _Wanted]"  # empty: all of it


@dataclass(frozen=True)
class Projection:
    """Paths without overlap or conflict."""

    paths: tuple[Path, ...]
    _wanted: _Wanted = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_wanted", _tree(self.paths))

    def of(self, item: Item) -> Item:
        """Give the wanted parts, nested as they are in the item, lists closed up (D130)."""
        return _parts_of_map(item, self._wanted)


def projection_of(nodes: Iterable[PathNode], placeholders: Placeholders) -> Projection:
    """Resolve and check paths.

    Raises:
        DynamoDBError: an undefined name, an overlap, a conflict (D127, D128).
    """
    paths = tuple(resolve_path(node, placeholders) for node in nodes)
    check_paths(paths)
    return Projection(paths)


def _tree(paths: Iterable[Path]) -> _Wanted:
    root: _Wanted = {}
    for path in paths:
        place = root
        for step in path:
            place = place.setdefault(step, {})
    return root


def _parts_of_map(content: Item, wanted: _Wanted) -> Item:
    found = ((name, _part({"M": content}, name, inner)) for name, inner in wanted.items())
    return {str(name): value for name, value in found if value is not None}


def _part(parent: AttributeValue, step: str | int, wanted: _Wanted) -> AttributeValue | None:
    """Give what is wanted of a child, None if nothing of it is there."""
    value = child(parent, step)
    if value is None or not wanted:
        return value
    if "M" in value:
        parts = _parts_of_map(value["M"], wanted)
        return {"M": parts} if parts else None
    members = [_part(value, index, inner) for index, inner in sorted(wanted.items(), key=_index)]
    there = [member for member in members if member is not None]
    return {"L": there} if there else None


def _index(entry: tuple[str | int, _Wanted]) -> int:
    return entry[0] if isinstance(entry[0], int) else -1
