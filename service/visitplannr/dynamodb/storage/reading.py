"""Items in the order of a table or an index, from where a page begins."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from visitplannr.dynamodb.storage.database import Database
from visitplannr.dynamodb.storage.items import Stored
from visitplannr.dynamodb.storage.keys import Bounds
from visitplannr.dynamodb.storage.schema import Index, KeySchema, Table
from visitplannr.dynamodb.values import Item


@dataclass(frozen=True)
class Order:
    """What is read: a table, or one of its indexes."""

    table: Table
    index: Index | None

    @property
    def keys(self) -> KeySchema:
        return self.index.keys if self.index else self.table.keys

    @property
    def source(self) -> str:
        base = f"items_{self.table.number}"
        if self.index is None:
            return f"SELECT item, size FROM {base} AS entry"  # noqa: S608
        entries = f"index_{self.table.number}_{self.index.number}"
        return (
            f"SELECT item, size FROM {entries} AS entry "  # noqa: S608
            f"JOIN {base} AS base ON base.h = entry.ph AND base.r = entry.pr"
        )

    @property
    def columns(self) -> tuple[str, ...]:
        own = ("entry.h", "entry.r")
        return own if self.index is None else (*own, "entry.d", "entry.ph", "entry.pr")

    def position(self, key: Item) -> tuple[bytes, ...]:
        """Encode a starting key, which was checked, as the columns' values."""
        keys = self.table.keys
        if self.index is None:
            return keys.bytes_of(key)
        return (*self.index.keys.bytes_of(key), keys.digest_of(key), *keys.bytes_of(key))


def partition(  # noqa: PLR0913 - what a query is
    database: Database,
    order: Order,
    hash_key: bytes,
    bounds: Bounds,
    start: Item | None,
    *,
    forward: bool,
) -> Iterator[Stored]:
    """Give a partition's items within bounds of the range key, strictly after a starting key."""
    where, values = ["entry.h = ?", "entry.r >= ?"], [hash_key, bounds.low]
    if bounds.high is not None:
        where.append("entry.r < ?")
        values.append(bounds.high)
    columns = order.columns[1:]
    if start is not None:
        where.append(after(columns, forward=forward))
        values += order.position(start)[1:]
    direction = "" if forward else " DESC"
    ordered = ", ".join(column + direction for column in columns)
    return read(database, f"{order.source} WHERE {' AND '.join(where)} ORDER BY {ordered}", values)


def everything(
    database: Database, order: Order, bounds: Bounds, start: Item | None
) -> Iterator[Stored]:
    """Give all items of partitions within bounds, strictly after a starting key."""
    where, values = ["entry.h >= ?"], [bounds.low]
    if bounds.high is not None:
        where.append("entry.h < ?")
        values.append(bounds.high)
    if start is not None:
        where.append(after(order.columns, forward=True))
        values += order.position(start)
    ordered = ", ".join(order.columns)
    return read(database, f"{order.source} WHERE {' AND '.join(where)} ORDER BY {ordered}", values)


def after(columns: tuple[str, ...], *, forward: bool) -> str:
    marks = ", ".join("?" * len(columns))
    return f"({', '.join(columns)}) {'>' if forward else '<'} ({marks})"


def read(database: Database, query: str, values: list[bytes]) -> Iterator[Stored]:
    for item, size in database.execute(query, values):
        yield Stored(orjson.loads(item), size)
