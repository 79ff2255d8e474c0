"""Paths that cannot stand beside each other in one expression (dynamodb.md D127, D128)."""

from collections.abc import Iterable

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.expressions.paths import Path, printed


class _Place:
    """A place in a document: the first path that came by, and the one that ends here."""

    __slots__ = ("children", "end", "first")

    def __init__(self, first: Path) -> None:
        self.first = first
        self.end: Path | None = None
        self.children: dict[str | int, _Place] = {}


def check_paths(paths: Iterable[Path]) -> None:
    """Refuse paths of which one contains another, or which need a map and a list at one place.

    Raises:
        DynamoDBError: an overlap, which comes first, or a conflict.
    """
    root = _Place(())
    conflict: DynamoDBError | None = None
    for path in paths:
        conflict = _enter(root, path) or conflict
    if conflict:
        raise conflict


def _enter(root: _Place, path: Path) -> DynamoDBError | None:
    place = root
    conflict = None
    known = True
    for step in path:
        other = next(iter(place.children), step)
        if type(other) is not type(step):
            conflict = _error("conflict", place.children[other].first, path)
        known = step in place.children
        place = place.children.setdefault(step, _Place(path))
        if place.end is not None:
            raise _error("overlap", place.end, path)
    if known:
        raise _error("overlap", place.first, path)
    place.end = path
    return conflict


def _error(kind: str, one: Path, two: Path) -> DynamoDBError:
    return validation(
        f"Two document paths {kind} with each other; must remove or rewrite one of these paths;"
        f" path one: {printed(one)}, path two: {printed(two)}"
    )
