"""DynamoDB: our engine alone, the same behind the backend's door, and MiniStack's, in one run.

`python -m benchmarks.tables` measures this alone.
"""

import contextlib
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import boto3

from benchmarks.compared import FULL, Extent, ratio
from benchmarks.processes import (
    APPLICATION,
    REGION,
    ROOT,
    environment,
    free_port,
    ministack,
    resident_megabytes,
    up,
    wait_for,
)
from benchmarks.writers import Share, write_together

STREAM = "destination-0"
SIZES = (1_000, 100_000)
PAGE = 50
_PAGES = 60
_PUTS_EACH = 400
_HEAD = ("", "put, p50 ms", "to MiniStack's", "get, p50 ms", "to MiniStack's", "8 writers, puts/s",
         "to MiniStack's")  # fmt: skip


@dataclass
class Served:
    """DynamoDB at an endpoint; times in ms, a median for each round, and puts per second."""

    name: str
    url: str
    table: str = ""
    puts: list[float] = field(default_factory=list)
    gets: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = client_of(self.url)
        self.table = new_table(self.client)


def client_of(url: str) -> Any:
    """Make boto3's client of an endpoint."""
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def new_table(client: Any) -> str:
    """Make a table of events, and give its name."""
    name = f"events-{uuid.uuid4().hex}"
    keys = ("StreamName", "EventId")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[
            {"AttributeName": key, "KeyType": kind}
            for key, kind in zip(keys, ("HASH", "RANGE"), strict=True)
        ],
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return name


def event(number: int, stream: str = STREAM) -> dict[str, Any]:
    """Make an event of some 350 bytes."""
    return {
        "StreamName": {"S": stream},
        "EventId": {"S": f"{number:09d}"},
        "Type": {"S": "DestinationProposed"},
        "Data": {"M": {"name": {"S": "Baltic Centre"}, "description": {"S": "x" * 250}}},
    }


def tables(extent: Extent, say: Callable[[str], None]) -> list[str]:
    """Measure all of it; give the lines of the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("tables: puts, gets, writers ...")
        with _all_served(folder) as served:
            for number in range(extent.rounds):
                _one_by_one(served, number, extent.requests)
                for one in served:
                    one.rates.append(_rate(one, number))
        say("tables: long streams, starts ...")
        rows = [*_streams(folder, extent), ("answers after its start", _starts(extent.starts))]
    return [*_compared(served), "", "| our engine alone | |", "|---|---|",
            *(f"| {what} | {figure} |" for what, figure in rows)]  # fmt: skip


@contextlib.contextmanager
def _all_served(folder: Path) -> Iterator[list[Served]]:
    with (
        engine(folder / "engine.db") as (alone, _),
        up(folder / "state", APPLICATION) as running,
        ministack(folder) as emulator,
    ):
        yield [
            Served("our engine alone", alone),
            Served("visitplannr up's backend", running.get("/_local/health")["endpoint_url"]),
            Served("MiniStack", emulator),
        ]


@contextlib.contextmanager
def engine(database: Path | str) -> Iterator[tuple[str, int]]:
    """Run our engine in a process of its own; yields its endpoint and the process's number."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "visitplannr.dynamodb", "--port", str(port),
         "--database", str(database)],
        cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/", process=process)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _one_by_one(served: list[Served], round_: int, requests: int) -> None:
    """Let all take turns, request by request."""
    puts: dict[str, list[float]] = {one.name: [] for one in served}
    gets: dict[str, list[float]] = {one.name: [] for one in served}
    for number in range(round_ * requests, (round_ + 1) * requests):
        for one in served:
            puts[one.name].append(timed(_put, one, number))
        for one in served:
            gets[one.name].append(timed(_get, one, number))
    for one in served:
        one.puts.append(median(puts[one.name]))
        one.gets.append(median(gets[one.name]))


def _put(one: Served, number: int) -> None:
    one.client.put_item(
        TableName=one.table,
        Item=event(number),
        ConditionExpression="attribute_not_exists(StreamName)",
    )


def _get(one: Served, number: int) -> None:
    key = {name: event(number)[name] for name in ("StreamName", "EventId")}
    one.client.get_item(TableName=one.table, Key=key)


def _rate(one: Served, round_: int) -> float:
    share = Share(one.url, one.table, event(0, f"round-{round_}"), _PUTS_EACH)
    return write_together(share)


def _compared(served: list[Served]) -> list[str]:
    lines = ["", "**DynamoDB, 1 client with boto3, and 8 writers with prepared bytes**", "",
             f"| {' | '.join(_HEAD)} |", "|---" * len(_HEAD) + "|"]  # fmt: skip
    theirs = served[-1]
    for one in served:
        pairs = ((one.puts, theirs.puts), (one.gets, theirs.gets), (one.rates, theirs.rates))
        cells = [f"{_span(own)} | {ratio(own, other)}" for own, other in pairs]
        lines.append(f"| {one.name} | {' | '.join(cells)} |")
    return lines


def _streams(folder: Path, extent: Extent) -> Iterator[tuple[str, str]]:
    """Fill a stream, and read its last page where it is short and where it is long."""
    sizes = SIZES if extent.rounds > 1 else SIZES[:1]
    with engine(folder / "streams.db") as (url, pid):
        client = client_of(url)
        names = {size: new_table(client) for size in sizes}
        for size, name in names.items():
            began = time.perf_counter()
            fill(client, name, size)
            yield f"{size:,} events loaded by batches", f"{time.perf_counter() - began:.1f} s"
        pages: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(_PAGES):
            for size, name in names.items():
                pages[size].append(timed(last_page, client, name))
        for size in sizes:
            yield f"last {PAGE} of {size:,}", f"{_span(pages[size])} ms"
        yield "last pages, long to short", ratio(pages[sizes[-1]], pages[sizes[0]])
        resident = sum(resident_megabytes(pid).values())
        yield f"resident, with {sum(sizes):,} events", f"{resident:.0f} MB"


def fill(client: Any, table: str, size: int) -> None:
    """Append events to a stream in batches of 25."""
    for first in range(0, size, 25):
        numbers = range(first, min(first + 25, size))
        requests = [{"PutRequest": {"Item": event(number)}} for number in numbers]
        client.batch_write_item(RequestItems={table: requests})


def last_page(client: Any, table: str) -> None:
    """Read the newest events of the stream."""
    client.query(
        TableName=table,
        KeyConditionExpression="StreamName = :s",
        ExpressionAttributeValues={":s": {"S": STREAM}},
        Limit=PAGE,
        ScanIndexForward=False,
    )


def _starts(times: int) -> str:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        with engine(":memory:"):
            found.append(time.perf_counter() - began)
    return f"{_span(found)} s"


def timed(action: Callable[..., None], *arguments: Any) -> float:
    """Give the milliseconds that a call takes."""
    began = time.perf_counter()
    action(*arguments)
    return (time.perf_counter() - began) * 1000


def _span(found: list[float]) -> str:
    places = 0 if median(found) >= 100 else 2
    return f"{median(found):,.{places}f} ({min(found):,.{places}f} to {max(found):,.{places}f})"


def main() -> None:
    """Measure, and print."""
    print("\n".join(tables(FULL, lambda line: print(line, file=sys.stderr, flush=True))))


if __name__ == "__main__":
    main()
