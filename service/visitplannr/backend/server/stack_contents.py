"""What a stack's resources hold: emptied for the next test, and its tables copied and put back."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from visitplannr.dynamodb.storage.copies import Copy

TABLES = frozenset({"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"})


@dataclass(frozen=True, slots=True)
class Place:
    """The account and region of a stack."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Held:
    """A resource of a stack, which may hold something."""

    type: str
    physical_id: str


class KeptTables(Protocol):
    """The tables of an account and region (`dynamodb.engine.Engine`)."""

    def empty(self, names: Iterable[str]) -> None:
        """Delete all items of tables."""

    def copy(self, names: Iterable[str]) -> tuple[Copy, ...]:
        """Copy tables aside."""

    def put_back(self, copies: Iterable[Copy]) -> None:
        """Give tables the items that they had."""


class NoSuchSnapshotError(Exception):
    """There is no copy of that name."""


class TablesElsewhereError(Exception):
    """The tables are not ours to empty or to copy."""

    def __init__(self) -> None:
        super().__init__("the tables are in another DynamoDB, which cannot empty or copy them")


class StackContents:
    """Empties stacks, and keeps copies of their tables until the process ends.

    `tables_of` gives tables by account and region, None where they are another DynamoDB's; `empty`
    empties resources of other types; `abandon` lets nothing be tried again.
    """

    def __init__(
        self,
        tables_of: Callable[[str, str], KeptTables] | None,
        empty: Callable[[Place, Iterable[Held]], None],
        abandon: Callable[[], None],
    ) -> None:
        self._tables_of = tables_of
        self._empty = empty
        self._abandon = abandon
        self._copies: dict[str, tuple[Place, tuple[Copy, ...]]] = {}

    def reset(self, place: Place, resources: Iterable[Held]) -> None:
        """Empty resources; what was about to be tried again is abandoned.

        Raises:
            TablesElsewhereError: there are tables, and they cannot be emptied.
        """
        resources = tuple(resources)
        self._abandon()
        self._empty(place, resources)
        if names := [one.physical_id for one in resources if one.type in TABLES]:
            self._tables(place).empty(names)

    def snapshot(self, place: Place, resources: Iterable[Held]) -> str:
        """Copy the tables among resources aside; give the copy's name.

        Raises:
            TablesElsewhereError: they cannot be copied.
        """
        names = [one.physical_id for one in resources if one.type in TABLES]
        copies = self._tables(place).copy(names)
        name = uuid.uuid4().hex
        self._copies[name] = place, copies
        return name

    def restore(self, name: str) -> None:
        """Give the tables what they had; their streams are told nothing of it.

        Raises:
            ChangedTableError: one is another table now.
            NoSuchSnapshotError: there is no such copy.
        """
        if name not in self._copies:
            raise NoSuchSnapshotError(f"there is no snapshot {name}")
        place, copies = self._copies[name]
        self._abandon()
        self._tables(place).put_back(copies)

    def _tables(self, place: Place) -> KeptTables:
        if self._tables_of is None:
            raise TablesElsewhereError
        return self._tables_of(place.account, place.region)
