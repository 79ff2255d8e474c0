"""The engine: one database and all operations on it."""

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from visitplannr.dynamodb.checks import check
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.operations.call import Answer, Call, Place
from visitplannr.dynamodb.operations.capacity import Consumption, Observe
from visitplannr.dynamodb.operations.housekeeping import keep_house
from visitplannr.dynamodb.operations.registry import OPERATIONS, STREAM_OPERATIONS
from visitplannr.dynamodb.storage.copies import Copy, copy, empty, put_back
from visitplannr.dynamodb.storage.database import Database
from visitplannr.dynamodb.storage.opening import MEMORY, Synchronous
from visitplannr.dynamodb.storage.schema import Table

if TYPE_CHECKING:
    from visitplannr.dynamodb.throughput import Meter

HANDLERS = OPERATIONS | STREAM_OPERATIONS
NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def say_on_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


class Engine:
    """DynamoDB on one database; safe to call from several threads, which wait for each other.

    `clock` gives epoch seconds. `say` takes one line for the terminal. `observe`, if set, is told
    what each call consumes: table, index or None, "read" or "write", units; `meter`, if set, may
    refuse it; `on_records`, if set, is called when a call has written records of a stream;
    `deliver`, if set, is given the ARN of a Kinesis stream and a record for it.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float],
        place: Place,
        say: Callable[[str], None] = say_on_stderr,
    ) -> None:
        self.database = database
        self.clock = clock
        self.place = place
        self.observe: Observe | None = None
        self.meter: Meter | None = None
        self.on_records: Callable[[], None] | None = None
        self.deliver: Callable[[str, Mapping[str, Any]], None] | None = None
        self._say = say
        self._lock = RLock()
        self._without_room = False
        self._damage: str | None = None

    def call(self, operation: str, body: Mapping[str, Any]) -> Answer:
        """Do one operation: the request's JSON in, the answer's JSON out.

        Raises:
            DynamoDBError: DynamoDB refuses it, does not know the operation, or the disk does.
        """
        handler = HANDLERS.get(operation)
        if handler is None:
            raise DynamoDBError("UnknownOperationException")
        body = self._named(body)
        check(operation, body)
        if any(isinstance(value, float) for value in body.values()):
            body = {key: whole(value) for key, value in body.items()}
        with self._lock:
            wanted = body.get("ReturnConsumedCapacity")
            consumption = Consumption(wanted, self.observe, meter=self.meter)
            call = Call(body, self.database, self.place, self.clock(), consumption)
            try:
                return self._guarded(handler, call)
            except DynamoDBError:
                consumption.give_back()
                raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commit all calls inside at once: what they answer counts once this has ended.

        Raises:
            DynamoDBError: nothing that they wrote is kept.
        """
        with self._lock:
            before = self.database.connection.total_changes
            try:
                with self.database.together():
                    yield
            except sqlite3.Error as error:
                raise internal_error(self._refused(error)) from error
            self._after_commit(before)

    def _named(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put a table's name in the place of its ARN."""
        name = body.get("TableName") if isinstance(body, dict) else None
        if isinstance(name, str) and name.startswith("arn:"):
            return {**body, "TableName": name.removeprefix(self.place.table_arn(""))}
        return body

    def keep_house(self) -> None:
        """Delete what has expired and forget old stream records; to be called once a second."""
        with self._lock:
            call = Call({}, self.database, self.place, self.clock(), Consumption())
            self._guarded(keep_house, call)

    def empty(self, names: Iterable[str]) -> None:
        """Delete all items of tables, of those that are there; their streams tell nothing of it."""
        with self._lock:
            empty(self.database, self._there(names))

    def copy(self, names: Iterable[str]) -> tuple[Copy, ...]:
        """Copy tables aside, those that are there, until the engine is closed."""
        with self._lock:
            return copy(self.database, self._there(names))

    def put_back(self, copies: Iterable[Copy]) -> None:
        """Give tables the items that they had when they were copied.

        Raises:
            ChangedTableError: one is not the table that was copied.
        """
        with self._lock:
            put_back(self.database, copies)

    def close(self) -> None:
        with self._lock:
            self.database.close()

    def _there(self, names: Iterable[str]) -> list[Table]:
        return [self.database.tables[name] for name in names if name in self.database.tables]

    def _guarded(self, handler: Callable[[Call], Answer], call: Call) -> Answer:
        """Turn what SQLite refuses into an error that SDKs try again."""
        if self._damage:
            raise internal_error(self._damage)
        before = self.database.connection.total_changes
        try:
            answer = handler(call)
        except sqlite3.Error as error:
            raise internal_error(self._refused(error)) from error
        if not self.database.is_together:
            self._after_commit(before)
        return answer

    def _after_commit(self, changes_before: int) -> None:
        """Tell of new records; and of room, once something was written after it could not be."""
        outgoing, self.database.outgoing = self.database.outgoing, []
        if self.deliver:
            for arn, record in outgoing:
                self.deliver(arn, record)
        if self.database.has_new_records:
            self.database.has_new_records = False
            if self.on_records:
                self.on_records()
        if self._without_room and self.database.connection.total_changes > changes_before:
            self._without_room = False
            self._say(f"DynamoDB: there is room again in {self._folder()}")

    def _refused(self, error: sqlite3.Error) -> str:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in NO_ROOM:
            text = (
                f"no room to write in {self._folder()} ({error}); nothing was lost, make room there"
            )
            if not self._without_room:
                self._without_room = True
                self._say(f"DynamoDB: {text}")
            return text
        text = f"{self.database.place}: {error}"
        if code in DAMAGED:
            self._damage = (
                f"{self.database.place}: is damaged ({error}); nothing more is written to it"
            )
            text = self._damage
        self._say(f"DynamoDB: {text}")
        return text

    def _folder(self) -> str:
        place = self.database.place
        return place if place == MEMORY else str(Path(place).absolute().parent)


def whole(value: Any) -> Any:
    """Cut a number's fraction off, as AWS does where it expects an integer."""
    return int(value) if isinstance(value, float) else value


def internal_error(message: str) -> DynamoDBError:
    """Make the error that SDKs take for a fault of the service, and try again."""
    return DynamoDBError("InternalServerError", message, status=500)


def open_engine(  # noqa: PLR0913 - what an engine is made of
    database: str,
    clock: Callable[[], float],
    *,
    synchronous: Synchronous = "NORMAL",
    region: str = "us-east-1",
    account: str = "000000000000",
    say: Callable[[str], None] = say_on_stderr,
) -> Engine:
    """Open a database file, or `:memory:`.

    Raises:
        DatabaseRefusedError: it is damaged, of a later version, another program's, or in use.
    """
    return Engine(Database(database, synchronous), clock, Place(region, account), say)
