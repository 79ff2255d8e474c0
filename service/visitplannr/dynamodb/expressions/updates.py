"""Updates of one item (dynamodb.md part 14)."""

from typing import Protocol

from visitplannr.dynamodb.expressions.paths import Path
from visitplannr.dynamodb.values.types import Item


class Update(Protocol):
    """A change of an item, old or new style."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """Name what it changes, for the check against key attributes (D134)."""
        ...

    @property
    def only_removes(self) -> bool:
        """Say whether it creates no item where there is none (D146)."""
        ...

    def apply(self, item: Item) -> Item:
        """Give the item after the update; the old one stays as it is.

        Raises:
            DynamoDBError: a path or an operand does not fit the item (D135, D138, D145).
        """
        ...

    def updated(self, item: Item) -> Item:
        """Give what UPDATED_OLD or UPDATED_NEW return of the old or the new item (D150, D151)."""
        ...
