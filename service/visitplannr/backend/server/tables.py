"""DynamoDB in the backend process: an engine for each account and region, and its HTTP."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.throughput import ThroughputReport
from visitplannr.dynamodb.application import dynamodb_application
from visitplannr.dynamodb.desk import Desk
from visitplannr.dynamodb.engine import Engine, open_engine
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.wire import Wire

ACCOUNT = "000000000000"
_TARGET = b"x-amz-target"
_AUTHORIZATION = b"authorization"
_CREDENTIAL = re.compile(rb"Credential=([^/,\s]+)/[^/]*/([a-z0-9-]+)/")
_ACCOUNT_ID = re.compile(r"\d{12}")

Say = Callable[[str], None]
Deliver = Callable[[str, str, str, Mapping[str, Any]], None]
"""Writes a record to a Kinesis stream: account, region, ARN, record."""


class Tables(Protocol):
    """DynamoDB, in one account and region."""

    def call(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do one operation of DynamoDB or of its streams.

        Raises:
            DynamoDBError: it is refused.
        """


class TablesOf(Protocol):
    """DynamoDB in an account and a region."""

    def __call__(self, account: str, region: str) -> Tables: ...


@dataclass(frozen=True, slots=True)
class DynamoDB:
    """What serves tables: by account and region, over HTTP, and what it needs every second.

    `kept` gives those that can be emptied and copied; None if they are another DynamoDB's.
    """

    of: TablesOf
    app: App
    every_second: Callable[[], None]
    kept: Callable[[str, str], Engine] | None = None


class Engines:
    """The engines whose databases are in `folder`, each opened when it is first asked for.

    `clock` gives epoch seconds; `say` takes lines for the terminal; `on_records` is called when
    there is something new in a stream; `report` limits what tables take; `deliver`, if given,
    writes to the Kinesis streams that are destinations of tables.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what all engines are made of
        self,
        folder: Path,
        clock: Callable[[], float],
        say: Say,
        on_records: Callable[[], None],
        report: ThroughputReport,
        deliver: Deliver | None = None,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._say = say
        self._on_records = on_records
        self._report = report
        self._deliver = deliver
        self._opening = Lock()
        self._open: dict[tuple[str, str], Engine] = {}

    def of(self, account: str, region: str) -> Engine:
        """Give the engine of an account and a region.

        Raises:
            DatabaseRefusedError: its file cannot be used; the text says why and what to do.
        """
        found = self._open.get((account, region))
        return found or self._opened(account, region)

    def keep_house(self) -> None:
        """Let what has expired leave, and say what was throttled; to be called every second."""
        for engine in list(self._open.values()):
            engine.keep_house()
        self._report.tell()

    def close(self) -> None:
        """Close the databases."""
        for engine in self._open.values():
            engine.close()

    def _opened(self, account: str, region: str) -> Engine:
        with self._opening:
            if (account, region) not in self._open:
                file = self._folder / f"{account}-{region}.sqlite"
                engine = open_engine(
                    str(file), self._clock, region=region, account=account, say=self._say
                )
                engine.on_records = self._on_records
                if self._deliver:
                    engine.deliver = partial(self._deliver, account, region)
                self._report.meter(engine)
                self._open[account, region] = engine
            return self._open[account, region]


def on_this_machine(engines: Engines, region: str) -> DynamoDB:
    """Serve tables by engines of our own; `region` is where unsigned requests belong.

    Raises:
        DatabaseRefusedError: the region's file cannot be used.
    """
    engines.of(ACCOUNT, region)
    app = tables_app(engines.of, region)
    return DynamoDB(engines.of, app, engines.keep_house, kept=engines.of)


def has_table(dynamodb: DynamoDB) -> Callable[[str, str, str], bool]:
    """Give what says whether a table is there, by account, region and name; elsewhere all are."""

    def there(account: str, region: str, name: str) -> bool:
        if dynamodb.kept is None:
            return True
        try:
            dynamodb.of(account, region).call("DescribeTable", {"TableName": name})
        except DynamoDBError:
            return False
        return True

    return there


def tables_app(engine_of: Callable[[str, str], Engine], region: str) -> App:
    """Answer DynamoDB's requests; `region` is where those belong that are not signed for any."""
    apps: dict[tuple[str, str], App] = {}

    async def answered(scope: Message, receive: Receive, send: Send) -> None:
        place = _place(scope, region)
        app = apps.get(place)
        if app is None:
            engine = engine_of(*place)
            wire = Wire(engine.call, time.time, place[1])
            app = apps[place] = dynamodb_application(Desk(wire, engine.together))
        await app(scope, receive, send)

    return answered


def is_for_tables(scope: Message) -> bool:
    """Say whether a request is one to DynamoDB or its streams."""
    for name, value in scope["headers"]:
        if name == _TARGET:
            return bool(value.startswith((b"DynamoDB_20120810.", b"DynamoDBStreams_20120810.")))
    return False


def _place(scope: Message, region: str) -> tuple[str, str]:
    """Give the account and the region that a request was signed for.

    As everywhere in the backend, an access key of twelve digits is an account's.
    """
    for name, value in scope["headers"]:
        if name == _AUTHORIZATION and (found := _CREDENTIAL.search(value)):
            key = found[1].decode("latin-1")
            account = key if _ACCOUNT_ID.fullmatch(key) else ACCOUNT
            return account, found[2].decode("latin-1")
    return ACCOUNT, region
