"""Invocations kept over a restart, in a SQLite file of the state folder."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Never, Self

from visitplannr.model.aws_call import FetchCalls, no_calls
from visitplannr.model.keeping import KEEPING, Keeping
from visitplannr.model.secrets import SECRETS, Secrets
from visitplannr.runtime.recorder import LIMIT, Recorder
from visitplannr.runtime.records import Record

_SECONDS = 5.0
_DAY_SECONDS = 86_400
_COLUMNS = [field.name for field in fields(Record)]
_NAMES = ", ".join(_COLUMNS)
_CREATE = f"CREATE TABLE IF NOT EXISTS invocation ({_NAMES}, PRIMARY KEY (number))"
_SELECT = f"SELECT {_NAMES} FROM invocation WHERE time >= ? ORDER BY number"  # noqa: S608 - our own names
_ADDED_LATER = {
    "trigger": "ALTER TABLE invocation ADD COLUMN trigger DEFAULT 'invoke'",
    "calls": "ALTER TABLE invocation ADD COLUMN calls DEFAULT '[]'",
}
_MARKS = ", ".join("?" * len(_COLUMNS))
_INSERT = f"INSERT OR REPLACE INTO invocation ({_NAMES}) VALUES ({_MARKS})"  # noqa: S608 - as above
_DELETE = """
    WITH latest AS (
        SELECT number, row_number() OVER latest_first AS place, sum(
            1000 + length(event) + length(result) + length(log) + length(calls)
        ) OVER latest_first AS bytes
        FROM invocation WINDOW latest_first AS (ORDER BY number DESC)
    )
    DELETE FROM invocation
    WHERE number NOT IN (SELECT number FROM latest WHERE place <= ? AND bytes <= ?)
"""
_DELETE_OLD = "DELETE FROM invocation WHERE time < ?"
_TROUBLE = (OSError, sqlite3.Error, TypeError)


class Store:
    """Holds the latest records, their `secrets` masked, as many as `keeping` allows.

    There is one writer at a time, as the state folder is locked.

    A file that cannot be read or written is no reason to stop: `report` hears why, once.
    """

    def __init__(
        self,
        file: Path,
        report: Callable[[str], None],
        secrets: Secrets = SECRETS,
        keeping: Keeping = KEEPING,
    ) -> None:
        self._file = file
        self._report = report
        self._secrets = secrets
        self.keeping = keeping
        self._told = False

    def load(self) -> list[Record]:
        """Give the records, the earliest first."""
        try:
            with self._connection() as connection:
                return [Record(*row) for row in connection.execute(_SELECT, (self._since(),))]
        except _TROUBLE as error:
            self._tell(error)
            return []

    def save(self, records: list[Record]) -> None:
        """Add records, and let go of the oldest."""
        try:
            with self._connection() as connection:
                masked = map(self._masked, records)
                rows = [tuple(getattr(record, name) for name in _COLUMNS) for record in masked]
                connection.executemany(_INSERT, rows)
                connection.execute(_DELETE, (LIMIT, self.keeping.size))
                connection.execute(_DELETE_OLD, (self._since(),))
        except _TROUBLE as error:
            self._tell(error)

    def clear(self) -> None:
        """Let go of all records."""
        try:
            with self._connection() as connection:
                connection.execute("DELETE FROM invocation")
        except _TROUBLE as error:
            self._tell(error)

    def _since(self) -> float:
        return time.time() - self.keeping.days * _DAY_SECONDS

    def _masked(self, record: Record) -> Record:
        return replace(
            record,
            event=self._secrets.payload(record.event),
            result=self._secrets.payload(record.result),
            log=self._secrets.text(record.log),
            calls=self._secrets.payload(record.calls.encode()).decode(),
        )

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, and make its table if it is new."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(self._file)) as connection, connection:
            connection.execute(_CREATE)
            there = {row[1] for row in connection.execute("PRAGMA table_info(invocation)")}
            for column in _ADDED_LATER.keys() - there:
                connection.execute(_ADDED_LATER[column])
            yield connection

    def _tell(self, error: Exception) -> None:
        if not self._told:
            self._report(f"past invocations are not kept in {self._file} ({error}); remove it")
        self._told = True


class Recording:
    """A recorder that goes on from what is stored; a context, which saves what is left, and calls.

    `run` saves what ends, every five seconds.
    """

    def __init__(self, store: Store, fetch: FetchCalls = no_calls) -> None:
        self._store = store
        self.recorder = Recorder(store.load(), max_bytes=store.keeping.size, fetch=fetch)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.recorder.close()
        await self.recorder.bring_calls()
        self._store.save(self.recorder.take_unsaved())

    async def clear(self) -> None:
        """Forget all invocations."""
        self.recorder.clear()
        await asyncio.to_thread(self._store.clear)

    async def run(self) -> Never:
        """Save, until cancelled."""
        while True:
            await asyncio.sleep(_SECONDS)
            await self.recorder.bring_calls()
            if unsaved := self.recorder.take_unsaved():
                await asyncio.to_thread(self._store.save, unsaved)
