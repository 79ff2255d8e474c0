"""The open database: its tables' definitions, transactions, and totals."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import orjson

from visitplannr.dynamodb.storage.opening import Synchronous, open_database
from visitplannr.dynamodb.storage.schema import Index, Table
from visitplannr.dynamodb.storage.totals import Totals


class Transaction:
    """Keeps what is written inside, or nothing; a savepoint if others are committed with it."""

    __slots__ = ("database", "tables")

    def __init__(self, database: "Database") -> None:
        self.database = database
        self.tables = database.tables

    def __enter__(self) -> None:
        database = self.database
        if not database.connection.in_transaction:
            database.execute("BEGIN IMMEDIATE")
        if database.is_together:
            database.execute("SAVEPOINT one")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        database = self.database
        if error is not None:
            self.undo(error)
            return
        try:
            database.execute("RELEASE one" if database.is_together else "COMMIT")
        except sqlite3.Error as refused:
            self.undo(refused)
            raise

    def undo(self, error: BaseException) -> None:
        database = self.database
        database.tables = self.tables
        database.forget()
        if not database.connection.in_transaction:
            database.lost = error
        elif database.is_together:
            database.execute("ROLLBACK TO one")
            database.execute("RELEASE one")
        else:
            database.execute("ROLLBACK")


class Database:
    """One SQLite file, or one in memory. Not for several threads at once: the engine has a lock."""

    def __init__(self, database: str, synchronous: Synchronous) -> None:
        self.place = database
        self.connection = open_database(database, synchronous)
        self.execute = self.connection.execute
        self.tables: dict[str, Table] = {}
        self.last_sequences: dict[int, int] = {}
        self.has_new_records = False
        self.totals = Totals()
        self.being_made: dict[str, float] = {}
        self.trimmed = 0.0
        self.is_together = False
        self.lost: BaseException | None = None
        try:
            self.read_tables()
        except (sqlite3.Error, ValueError, LookupError):
            self.connection.close()
            raise

    def read_tables(self) -> None:
        rows = self.execute("SELECT definition FROM tables ORDER BY name")
        tables = [Table.from_json(orjson.loads(definition)) for (definition,) in rows]
        self.tables = {table.name: table for table in tables}

    def writing(self) -> Transaction:
        """Keep all that is written inside, or nothing of it."""
        return Transaction(self)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commit all transactions inside at once: one write to the disk for all who wait.

        Raises:
            sqlite3.Error: nothing of them is kept.
        """
        self.is_together = True
        self.lost = None
        try:
            yield
            self.commit_together()
        except BaseException:
            if self.connection.in_transaction:
                self.execute("ROLLBACK")
            self.read_tables()
            self.forget()
            raise
        finally:
            self.is_together = False

    def commit_together(self) -> None:
        if self.lost is not None:
            raise self.lost
        if self.connection.in_transaction:
            self.execute("COMMIT")

    def forget(self) -> None:
        """Forget what is known of the rows that were rolled back."""
        self.last_sequences.clear()
        self.totals.forget()

    def counted(self, name: str) -> int:
        """Count up; a number is never given twice, also after a rollback of others."""
        query = (
            "INSERT INTO counters VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        )
        return int(self.execute(query, (name,)).fetchall()[0][0])

    def add_table(self, table: Table) -> Table:
        """Make a table with its indexes; their numbers are given here."""
        made = replace(table, number=self.counted("table"))
        self.add_items(made.number)
        self.execute(
            f"CREATE TABLE expiry_{made.number} (at REAL, h BLOB, r BLOB, "
            "PRIMARY KEY (at, h, r)) WITHOUT ROWID"
        )
        for index in made.indexes:
            self.add_index(made, index)
        self.save(made)
        return made

    def add_items(self, number: int) -> None:
        self.execute(
            f"CREATE TABLE items_{number} (h BLOB, r BLOB, size INTEGER NOT NULL, "
            "item BLOB NOT NULL, PRIMARY KEY (h, r)) WITHOUT ROWID"
        )

    def add_index(self, table: Table, index: Index) -> None:
        self.execute(
            f"CREATE TABLE index_{table.number}_{index.number} (h BLOB, r BLOB, d BLOB, "
            "ph BLOB, pr BLOB, PRIMARY KEY (h, r, d, ph, pr)) WITHOUT ROWID"
        )

    def drop_index(self, table: Table, index: Index) -> None:
        self.execute(f"DROP TABLE index_{table.number}_{index.number}")

    def drop_table(self, table: Table) -> None:
        for index in table.indexes:
            self.drop_index(table, index)
        self.execute(f"DROP TABLE items_{table.number}")
        self.execute(f"DROP TABLE expiry_{table.number}")
        self.execute("DELETE FROM tables WHERE name = ?", (table.name,))
        self.totals.forget()
        self.tables = {name: each for name, each in self.tables.items() if each is not table}

    def save(self, table: Table) -> None:
        definition = orjson.dumps(table.to_json())
        self.execute("INSERT OR REPLACE INTO tables VALUES (?, ?)", (table.name, definition))
        self.tables = {**self.tables, table.name: table}

    def rows(self, query: str, values: Iterable[Any] = ()) -> list[Any]:
        return self.execute(query, tuple(values)).fetchall()

    def close(self) -> None:
        self.connection.close()
