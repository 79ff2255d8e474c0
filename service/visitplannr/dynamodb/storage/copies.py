"""Tables emptied, copied aside and put back, with their indexes; streams get no record of it.

Copies are SQLite's temporary tables: they are gone with the connection. Backups hold the items
alone, and stay.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from visitplannr.dynamodb.storage.database import Database
from visitplannr.dynamodb.storage.records import FIRST_SEQUENCE, last_sequence
from visitplannr.dynamodb.storage.schema import Table


@dataclass(frozen=True, slots=True)
class Copy:
    """A table as it was: SQLite's tables that it was made of, and their copies' prefix."""

    table: str
    parts: tuple[str, ...]
    prefix: str


class ChangedTableError(Exception):
    """A copy cannot be put back; the text says which table is not the one that was copied."""


def empty(database: Database, tables: Iterable[Table]) -> None:
    """Delete all items, and the records of the streams."""
    with database.writing():
        for table in tables:
            for part in _parts(table):
                database.execute(f"DELETE FROM main.{part}")  # noqa: S608 - our own names
            _forget_records(database, table)
    database.forget()


def copy(database: Database, tables: Iterable[Table]) -> tuple[Copy, ...]:
    """Copy tables aside."""
    prefix = f"copy_{database.counted('copy')}_"
    copies = []
    with database.writing():
        for table in tables:
            parts = tuple(_parts(table))
            for part in parts:
                aside = f"CREATE TEMP TABLE {prefix}{part} AS SELECT * FROM main.{part}"  # noqa: S608
                database.execute(aside)
            copies.append(Copy(table.name, parts, prefix))
    return tuple(copies)


def put_back(database: Database, copies: Iterable[Copy]) -> None:
    """Give tables the items that they had when they were copied.

    Raises:
        ChangedTableError: one was deleted, made again, or has other indexes; nothing is changed.
    """
    copies = tuple(copies)
    for one in copies:
        _require_same(database, one)
    with database.writing():
        for one in copies:
            for part in one.parts:
                database.execute(f"DELETE FROM main.{part}")  # noqa: S608 - our own names
                there = f"INSERT INTO main.{part} SELECT * FROM temp.{one.prefix}{part}"  # noqa: S608
                database.execute(there)
            _forget_records(database, database.tables[one.table])
    database.forget()


def back_up(database: Database, table: Table) -> int:
    """Copy a table's items for good, in a transaction, and give the number of their rows."""
    number = database.counted("table")
    database.add_items(number)
    _copy_items(database, table.number, number)
    return number


def forget_backup(database: Database, number: int) -> None:
    database.execute(f"DROP TABLE IF EXISTS items_{number}")


def fill_from(database: Database, table: Table, number: int) -> None:
    """Give a new table the items of a backup or of another table, in a transaction."""
    _copy_items(database, number, table.number)
    database.totals.forget()


def _copy_items(database: Database, of: int, to: int) -> None:
    database.execute(f"INSERT INTO items_{to} SELECT * FROM items_{of}")  # noqa: S608 - numbers


def _parts(table: Table) -> Iterator[str]:
    yield f"items_{table.number}"
    yield f"expiry_{table.number}"
    for index in table.indexes:
        yield f"index_{table.number}_{index.number}"


def _require_same(database: Database, copied: Copy) -> None:
    table = database.tables.get(copied.table)
    if table is None or tuple(_parts(table)) != copied.parts:
        what = "has been deleted" if table is None else "is not the one that was copied"
        raise ChangedTableError(f"the table {copied.table} {what}")


def _forget_records(database: Database, table: Table) -> None:
    """Forget the records of its stream; the newest stays, too old to be read: numbers go on."""
    if table.stream is None:
        return
    last = last_sequence(database, table.stream) - FIRST_SEQUENCE
    older = "DELETE FROM records WHERE stream = ? AND sequence < ?"
    database.execute(older, (table.stream, last))
    database.execute("UPDATE records SET time = 0 WHERE stream = ?", (table.stream,))
