"""What operations consume, and how their answers say it (dynamodb.md D211 to D215)."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from visitplannr.dynamodb import throughput
from visitplannr.dynamodb.storage.items import Stored
from visitplannr.dynamodb.storage.schema import Index, Table
from visitplannr.dynamodb.throughput import Direction, Meter
from visitplannr.dynamodb.values import Item, equal, item_size

READ_UNIT = 4096
WRITE_UNIT = 1024
Amounts: TypeAlias = dict[tuple[str | None, Direction], float]
Observe: TypeAlias = Callable[[str, str | None, Direction, float], None]


def read_units(size: int, *, consistent: bool) -> float:
    """Count a read of so many bytes; nothing found counts as little (dynamodb.md D211)."""
    units = max(1, -(-size // READ_UNIT))
    return units if consistent else units / 2


def write_units(size: int) -> int:
    return max(1, -(-size // WRITE_UNIT))


@dataclass
class Consumption:
    """Units by table and index of one call. `factor` is 2 in transactions.

    `observe` is told of every amount: table, index or None, direction, units. `meter` is asked
    first, for provisioned tables, and may refuse.
    """

    wanted: str | None = None
    observe: Observe | None = None
    factor: int = 1
    tables: dict[str, tuple[Table, Amounts]] = field(default_factory=dict)
    meter: Meter | None = None
    admitted: list[tuple[Table, Direction, throughput.Amounts]] = field(default_factory=list)

    def read(self, table: Table, index: Index | None, units: float) -> None:
        self.admit(table, "read", [(index, units)])
        self.add(table, index, "read", units)

    def write(self, table: Table, old: Stored | None, new: Stored | None) -> None:
        """Count a write of the table and of the index entries that it changes (D211, D215)."""
        if not (self.detailed or self.observe or self.meter):
            return
        size = max(new.size if new else 0, old.size if old else 0)
        amounts: list[tuple[Index | None, float]] = [(None, write_units(size))]
        metered = self.meter is not None and throughput.is_provisioned(table)
        if table.indexes and (metered or self.detailed or self.observe):
            before, after = old.item if old else None, new.item if new else None
            costs = ((index, entry_units(index, table, before, after)) for index in table.indexes)
            amounts += [(index, units) for index, units in costs if units]
        self.admit(table, "write", amounts)
        for index, units in amounts:
            self.add(table, index, "write", units)

    def admit(self, table: Table, direction: Direction, amounts: throughput.Amounts) -> None:
        """Ask for room; what there is none for is refused by an error."""
        if self.meter is None or not throughput.is_provisioned(table):
            return
        wanted = [(index, units * self.factor) for index, units in amounts]
        if self.meter.admit(table, direction, wanted):
            self.admitted.append((table, direction, wanted))

    def give_back(self) -> None:
        """Take back what was asked for by a call that has failed as a whole."""
        for table, direction, amounts in self.admitted:
            if self.meter:
                self.meter.give_back(table, direction, amounts)

    @property
    def detailed(self) -> bool:
        return self.wanted in {"TOTAL", "INDEXES"}

    def add(self, table: Table, index: Index | None, direction: Direction, units: float) -> None:
        name = index.name if index else None
        amount = units * self.factor
        if self.observe:
            self.observe(table.name, name, direction, amount)
        if self.detailed:
            _, amounts = self.tables.setdefault(table.name, (table, defaultdict(float)))
            amounts[name, direction] += amount

    def answer(self) -> dict[str, Any]:
        """Give the member for an operation on one table, if it was asked for."""
        described = self.described()
        return {"ConsumedCapacity": described[0]} if described else {}

    def answers(self) -> dict[str, Any]:
        """Give the member for an operation on several tables, if it was asked for."""
        return {"ConsumedCapacity": self.described()} if self.detailed else {}

    def described(self) -> list[dict[str, Any]]:
        return [self.of_table(table, amounts) for table, amounts in self.tables.values()]

    def of_table(self, table: Table, amounts: Amounts) -> dict[str, Any]:
        units: dict[str, Any] = {"TableName": table.name, **self.units(amounts, ...)}
        if self.wanted != "INDEXES":
            return units
        units["Table"] = self.units(amounts, None)
        for member, is_global in (
            ("LocalSecondaryIndexes", False),
            ("GlobalSecondaryIndexes", True),
        ):
            names = [
                index.name
                for index in table.indexes
                if index.is_global is is_global and any(name == index.name for name, _ in amounts)
            ]
            if names:
                units[member] = {name: self.units(amounts, name) for name in names}
        return units

    def units(self, amounts: Amounts, wanted: Any) -> dict[str, float]:
        """Add up what belongs to an index, the table (None) or everything (...)."""
        by_direction: dict[Direction, float] = defaultdict(float)
        for (name, direction), amount in amounts.items():
            if wanted is ... or name == wanted:
                by_direction[direction] += amount
        total = {"CapacityUnits": float(sum(by_direction.values()))}
        if self.factor == 1:
            return total
        names = {"read": "ReadCapacityUnits", "write": "WriteCapacityUnits"}
        return total | {names[direction]: amount for direction, amount in by_direction.items()}


def entry_units(index: Index, table: Table, old: Item | None, new: Item | None) -> int:
    """Count what a write costs an index: nothing for an entry that stays, one more if it moves."""
    was = index.projected(old, table.keys) if old is not None and index.holds(old) else None
    now = index.projected(new, table.keys) if new is not None and index.holds(new) else None
    if was is None and now is None:
        return 0
    if was is not None and now is not None:
        if equal({"M": was}, {"M": now}):
            return 0
        if index.keys.of(was) == index.keys.of(now):
            return write_units(max(item_size(was), item_size(now)))
    return sum(write_units(item_size(entry)) for entry in (was, now) if entry is not None)
