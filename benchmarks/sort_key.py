"""`make bench-sort-key`: what each kind of sort key costs, and in what order it gives events back.

One stream of so many events; puts are conditional, as the event store makes them. Written are
the tables of docs/adr/sort-key.md, and docs/adr/sort-key.png, for ADR 1.
"""

import contextlib
import itertools
import secrets
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from command_channel.ids import Uuid7Generator

from benchmarks.processes import REGION, ROOT, ministack
from benchmarks.recorded import record
from benchmarks.tables import engine
from benchmarks.targets import localstack

SIZES = (1_000, 10_000, 100_000)
WRITERS = (1, 4, 16)
PUTS = 300
PAGE = 50
CONTENDED_EVENTS = 160
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_STREAM = "destination-0"
_HEAD = (
    "events",
    "key",
    "put, p50 ms",
    f"last page of {PAGE}, ms",
    "whole stream, ms",
    "neighbours in order",
    "newest in the last page",
)


def ulid() -> str:
    """Make 48 bits of milliseconds and 80 random ones, as text in Crockford's base 32."""
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def uuid7() -> str:
    """Make a UUIDv7 as a writer of its own does."""
    return str(Uuid7Generator(_now_ms)())


def numbers() -> Callable[[], str]:
    """Count from 1, in texts that sort as numbers do."""
    count = iter(range(1, 10**9))
    return lambda: f"{next(count):09d}"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def kinds() -> dict[str, Callable[[], str]]:
    """Give a fresh maker of each kind of key."""
    seven = Uuid7Generator(_now_ms)
    return {
        "UUIDv4": lambda: str(uuid.uuid4()),
        "UUIDv7": lambda: str(seven()),
        "ULID-like": ulid,
        "event number": numbers(),
    }


@dataclass(frozen=True)
class Figures:
    """One kind of key at one size; times in ms, `in_order` and `newest` as shares of 1.

    `in_order`: neighbours, as read, that were written in that order. `newest`: of the last page's
    events, those that really are the newest ones.
    """

    put: float
    page: float
    whole: float
    in_order: float
    newest: float


class Table:
    """A table with one stream whose events are appended under keys of one kind."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        self.written: list[str] = []
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": "S"} for key in ("StreamName", "EventId")
            ],
            KeySchema=[
                {"AttributeName": "StreamName", "KeyType": "HASH"},
                {"AttributeName": "EventId", "KeyType": "RANGE"},
            ],
        )
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})

    def fill(self, make: Callable[[], str], size: int) -> None:
        """Append events in batches until there are so many."""
        while len(self.written) < size:
            keys = [make() for _ in range(min(25, size - len(self.written)))]
            requests = [{"PutRequest": {"Item": _item(key)}} for key in keys]
            self._client.batch_write_item(RequestItems={self._name: requests})
            self.written += keys

    def put(self, key: str) -> bool:
        """Append one event if its key is free."""
        try:
            self._client.put_item(
                TableName=self._name,
                Item=_item(key),
                ConditionExpression="attribute_not_exists(StreamName)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def last(self, count: int) -> list[str]:
        """Read the last page of the stream, the latest key first."""
        return self._query(Limit=count, ScanIndexForward=False)[0]

    def all(self) -> list[str]:
        """Read the whole stream in the order of its keys."""
        found, start = self._query()
        while start:
            more, start = self._query(ExclusiveStartKey=start)
            found += more
        return found

    def _query(self, **arguments: Any) -> tuple[list[str], Any]:
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="StreamName = :s",
            ExpressionAttributeValues={":s": {"S": _STREAM}},
            **arguments,
        )
        return [item["EventId"]["S"] for item in answer["Items"]], answer.get("LastEvaluatedKey")


def _item(key: str) -> dict[str, Any]:
    return {
        "StreamName": {"S": _STREAM},
        "EventId": {"S": key},
        "Type": {"S": "DestinationProposed"},
        "Data": {"M": {"name": {"S": "Baltic Centre"}, "description": {"S": "x" * 250}}},
    }


def measure(table: Table, make: Callable[[], str]) -> Figures:
    """Measure a filled table."""
    puts = []
    for _ in range(PUTS):
        key = make()
        puts.append(_timed(lambda key=key: table.put(key))[0])  # type: ignore[misc]
        table.written.append(key)
    pages = [_timed(lambda: table.last(PAGE)) for _ in range(10)]
    whole, read = _timed(table.all)
    place = {key: number for number, key in enumerate(table.written)}
    places = [place[key] for key in read]
    ordered = sum(a < b for a, b in itertools.pairwise(places))
    newest = set(table.written[-PAGE:])
    return Figures(
        median(puts),
        median(milliseconds for milliseconds, _ in pages),
        whole,
        ordered / (len(places) - 1),
        len(newest.intersection(pages[0][1])) / PAGE,
    )


def contended(table: Table, writers: int, make: Callable[[], str] | None) -> tuple[float, float]:
    """Let writers append to one stream at once; give events per second and puts per event.

    Without a `make`, keys are numbers: each writer reads the last one and takes the next, again
    and again until nobody else had it.
    """
    puts: list[int] = []

    def write() -> None:
        for _ in range(CONTENDED_EVENTS // writers):
            tries = 1
            while not table.put(make() if make else _next_number(table)):
                tries += 1
            puts.append(tries)

    threads = [threading.Thread(target=write) for _ in range(writers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(puts) / (time.perf_counter() - began), sum(puts) / len(puts)


def _next_number(table: Table) -> str:
    last = table.last(1)
    return f"{int(last[0]) + 1 if last else 1:09d}"


def _timed(action: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = action()
    return (time.perf_counter() - began) * 1000, found


@contextlib.contextmanager
def backends() -> Iterator[dict[str, str]]:
    """Start our engine, MiniStack, and LocalStack's DynamoDB Local where there is Docker."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours, _ = stack.enter_context(engine(folder / "engine.db"))
        found = {"Our engine": ours, "MiniStack": stack.enter_context(ministack(folder))}
        try:
            found["DynamoDB Local (LocalStack)"] = stack.enter_context(localstack())
        except (LookupError, OSError) as error:
            _say(f"DynamoDB Local: not measured: {error}")
        yield found


def main() -> None:
    """Measure, write the tables and the plot."""
    lines: list[str] = []
    plotted: dict[str, dict[str, list[Figures]]] = {}
    with backends() as found:
        for backend, endpoint in found.items():
            client = boto3.client(
                "dynamodb",
                endpoint_url=endpoint,
                region_name=REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(max_pool_connections=max(WRITERS), read_timeout=120),
            )
            plotted[backend] = _sizes(client, backend, lines)
            _writers(client, backend, lines)
    text = "\n".join(lines) + "\n"
    print(text)
    record(ROOT / "docs/adr/sort-key.md", text)
    _plot(plotted)


def _sizes(client: Any, backend: str, lines: list[str]) -> dict[str, list[Figures]]:
    lines += ["", f"## {backend}", "", f"| {' | '.join(_HEAD)} |", "|---" * len(_HEAD) + "|"]
    found: dict[str, list[Figures]] = {}
    tables = {
        kind: (Table(client, f"keys-{uuid.uuid4().hex}"), make) for kind, make in kinds().items()
    }
    for size in SIZES:
        for kind, (table, make) in tables.items():
            _say(f"{backend}: {size} events, {kind} ...")
            table.fill(make, size)
            one = measure(table, make)
            found.setdefault(kind, []).append(one)
            lines.append(
                f"| {size:,} | {kind} | {one.put:.2f} | {one.page:.1f} | {one.whole:.0f} "
                f"| {one.in_order:.0%} | {one.newest:.0%} |"
            )
    return found


def _writers(client: Any, backend: str, lines: list[str]) -> None:
    lines += ["", "| writers | key | events/s | puts per event |", "|---|---|---|---|"]
    for writers in WRITERS:
        for kind, make in (
            ("UUIDv7", uuid7),
            ("event number", None),
        ):
            _say(f"{backend}: {writers} writers, {kind} ...")
            table = Table(client, f"contended-{uuid.uuid4().hex}")
            rate, puts = contended(table, writers, make)
            lines.append(f"| {writers} | {kind} | {rate:.0f} | {puts:.2f} |")


def _plot(plotted: dict[str, dict[str, list[Figures]]]) -> None:
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only this needs it

    figure, rows = plt.subplots(len(plotted), 3, figsize=(12, 3.4 * len(plotted)), squeeze=False)
    for row, (backend, found) in zip(rows, plotted.items(), strict=True):
        for axes, (name, label) in zip(
            row,
            (("put", "put, p50 ms"), ("whole", "whole stream, ms"), ("in_order", "in order")),
            strict=True,
        ):
            for kind, figures in found.items():
                axes.plot(SIZES, [getattr(one, name) for one in figures], marker="o", label=kind)
            axes.set(xscale="log", xlabel="events in the stream", title=f"{backend}: {label}")
            axes.set_ylim(bottom=0)
        row[0].legend()
    figure.tight_layout()
    figure.savefig(ROOT / "docs/adr/sort-key.png", dpi=80)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
