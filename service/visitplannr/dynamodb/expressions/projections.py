"""Projections: which parts of an item are wanted (dynamodb.md part 13)."""

from dataclasses import dataclass

from visitplannr.dynamodb.expressions.paths import Path
from visitplannr.dynamodb.values.types import Item


@dataclass(frozen=True, slots=True)
class Projection:
    """Paths without overlap or conflict."""

    paths: tuple[Path, ...]

    def of(self, item: Item) -> Item:
        """Give the wanted parts, nested as they are in the item, lists closed up (D130)."""
        raise NotImplementedError
