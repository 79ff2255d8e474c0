"""Items by key: read one, write one with all that hangs on it."""

from typing import NamedTuple, Self

import orjson

from visitplannr.dynamodb.storage.database import Database
from visitplannr.dynamodb.storage.expiry import expiry_of
from visitplannr.dynamodb.storage.schema import Index, Table
from visitplannr.dynamodb.values import Item, item_size

Key = tuple[bytes, bytes]


class Stored(NamedTuple):
    """An item and its size in bytes as DynamoDB counts it."""

    item: Item
    size: int

    @classmethod
    def of(cls, item: Item) -> Self:
        return cls(item, item_size(item))


def read_item(database: Database, table: Table, key: Key) -> Stored | None:
    query = f"SELECT item, size FROM items_{table.number} WHERE h = ? AND r = ?"  # noqa: S608
    row = database.execute(query, key).fetchone()
    return Stored(orjson.loads(row[0]), row[1]) if row else None


def write_item(
    database: Database, table: Table, key: Key, old: Stored | None, new: Stored | None
) -> None:
    """Put `new`, or delete the item, where `old` was, with index entries and expiry."""
    items = f"items_{table.number}"
    if new is None:
        database.execute(f"DELETE FROM {items} WHERE h = ? AND r = ?", key)  # noqa: S608
    else:
        database.execute(
            f"INSERT OR REPLACE INTO {items} VALUES (?, ?, ?, ?)",  # noqa: S608
            (*key, new.size, orjson.dumps(new.item)),
        )
    number = (new is not None) - (old is not None)
    size = (new.size if new else 0) - (old.size if old else 0)
    database.totals.change(table.number, number, size)
    before, after = old.item if old else None, new.item if new else None
    for index in table.indexes:
        write_entry(database, table, index, key, before, after)
    if table.expiry:
        write_expiry(database, table, key, before, after)


def write_entry(  # noqa: PLR0913, PLR0917 - an entry belongs to all of them
    database: Database, table: Table, index: Index, key: Key, old: Item | None, new: Item | None
) -> None:
    """Move an item's entry in an index from where it was to where it belongs (dynamodb.md D197)."""
    was = index.keys.bytes_of(old) if old is not None and index.holds(old) else None
    now = index.keys.bytes_of(new) if new is not None and index.holds(new) else None
    entries = f"index_{table.number}_{index.number}"
    name = (table.number, index.number)
    if database.totals.knows_any([name]):
        before = item_size(index.projected(old, table.keys)) if was and old else 0
        after = item_size(index.projected(new, table.keys)) if now and new else 0
        database.totals.change(name, (now is not None) - (was is not None), after - before)
    if was == now:
        return
    order = table.keys.digest_of(new if new is not None else old or {})
    if was:
        database.execute(
            f"DELETE FROM {entries} WHERE h = ? AND r = ? AND d = ? AND ph = ? AND pr = ?",  # noqa: S608
            (*was, order, *key),
        )
    if now:
        database.execute(
            f"INSERT INTO {entries} VALUES (?, ?, ?, ?, ?)",  # noqa: S608
            (*now, order, *key),
        )


def write_expiry(
    database: Database, table: Table, key: Key, old: Item | None, new: Item | None
) -> None:
    was = expiry_of(old, table.expiry) if old else None
    now = expiry_of(new, table.expiry) if new else None
    if was == now:
        return
    expiry = f"expiry_{table.number}"
    if was is not None:
        database.execute(
            f"DELETE FROM {expiry} WHERE at = ? AND h = ? AND r = ?",  # noqa: S608
            (was, *key),
        )
    if now is not None:
        database.execute(f"INSERT INTO {expiry} VALUES (?, ?, ?)", (now, *key))  # noqa: S608


def table_totals(database: Database, table: Table) -> tuple[int, int]:
    """Give a table's number of items and their size in bytes."""

    def count() -> tuple[int, int]:
        query = f"SELECT count(*), coalesce(sum(size), 0) FROM items_{table.number}"  # noqa: S608
        number, size = database.execute(query).fetchone()
        return number, size

    return database.totals.of(table.number, count)


def index_totals(database: Database, table: Table, index: Index) -> tuple[int, int]:
    """Give an index's number of entries and the size of what it projects."""

    def count() -> tuple[int, int]:
        query = (
            f"SELECT item FROM index_{table.number}_{index.number} AS entry "  # noqa: S608
            f"JOIN items_{table.number} AS base ON base.h = entry.ph AND base.r = entry.pr"
        )
        sizes = [
            item_size(index.projected(orjson.loads(item), table.keys))
            for (item,) in database.execute(query)
        ]
        return len(sizes), sum(sizes)

    return database.totals.of((table.number, index.number), count)


def all_items(database: Database, table: Table) -> list[tuple[Key, Item]]:
    query = f"SELECT h, r, item FROM items_{table.number}"  # noqa: S608
    return [((h, r), orjson.loads(item)) for h, r, item in database.rows(query)]
