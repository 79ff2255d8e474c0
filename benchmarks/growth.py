"""`make bench-growth`: what bends as routes, requests at once, bodies and events become more.

Writes the tables of docs/growth.md, and docs/growth.png.
"""

import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import boto3

from benchmarks.load import Load
from benchmarks.processes import (
    APPLICATION,
    REGION,
    ROOT,
    resident_megabytes,
    start_up,
    up,
    wait_for,
)
from benchmarks.recorded import record
from benchmarks.targets import NOOP, PROPOSE, send_load

ROUTES = (1, 10, 50)
CONCURRENCY = (1, 2, 4, 8, 16, 50, 100, 200)
BODIES = (1_000, 10_000, 100_000, 1_000_000, 5_000_000)
TOO_LARGE = 10_000_000
EVENTS = (1_000, 10_000, 100_000, 1_000_000)
_HANDLER = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'OK'}\n"


@dataclass(frozen=True)
class Curve:
    """Figures over a number that grows: `rows` has x, then a figure for each of `labels`.

    `remark` stands below the table.
    """

    title: str
    x: str
    labels: tuple[str, ...]
    rows: Sequence[tuple[float, ...]]
    remark: str = ""

    def lines(self) -> Iterator[str]:
        """Give it as a table."""
        yield from ("", f"## {self.title}", "", f"| {self.x} | {' | '.join(self.labels)} |")
        yield "|---" * (len(self.labels) + 1) + "|"
        for x, *figures in self.rows:
            yield f"| {x:,.0f} | {' | '.join(f'{figure:,.2f}' for figure in figures)} |"
        if self.remark:
            yield from ("", self.remark)


def routes(folder: Path) -> Curve:
    """Start applications with more and more routes, each with a function of its own."""
    rows = []
    for count in ROUTES:
        _say(f"{count} routes ...")
        project = folder / f"routes-{count}"
        (project / "code").mkdir(parents=True)
        (project / "code" / "app.py").write_text(_HANDLER, encoding="utf-8")
        template = project / "template.yaml"
        template.write_text(json.dumps(_template(count)), encoding="utf-8")
        seconds = []
        for _ in range(2):
            began = time.perf_counter()
            running = start_up(project / "state", template)
            try:
                wait_for(f"{running.url}/r0", body=b"{}")
                seconds.append(time.perf_counter() - began)
                measured = send_load(Load(f"{running.url}/r{count - 1}", "{}", 1, 300))
                memory = sum(resident_megabytes(running.process.pid).values())
            finally:
                running.stop()
        rows.append((count, *seconds, median(measured.milliseconds), memory))
    labels = ("first 200 from nothing, s", "with state, s", "no-op p50, ms", "resident, MB")
    return Curve("Routes and functions", "routes", labels, rows)


def _template(count: int) -> dict[str, Any]:
    resources = {
        f"F{number}": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": "code",
                "Handler": "app.handler",
                "Runtime": "python3.13",
                "Events": {
                    "Api": {"Type": "Api", "Properties": {"Path": f"/r{number}", "Method": "post"}}
                },
            },
        }
        for number in range(count)
    }
    return {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}


def concurrency(url: str) -> Curve:
    """Send no-ops over more and more connections."""
    rows = []
    for connections in CONCURRENCY:
        _say(f"{connections} at once ...")
        measured = send_load(Load(f"{url}{NOOP.path}", NOOP.body, connections, 2000))
        ordered = sorted(measured.milliseconds)
        rows.append(
            (connections, measured.rate, median(ordered), ordered[len(ordered) * 99 // 100])
        )
    return Curve(
        "Requests at once", "connections", ("requests/s", "no-op p50, ms", "p99, ms"), rows
    )


def bodies(url: str) -> Curve:
    """Send larger and larger bodies, the last of them over Lambda's limit of 6 MB."""
    rows = []
    for size in BODIES:
        _say(f"bodies of {size} bytes ...")
        count = max(5, min(300, 3_000_000 // size))
        measured = send_load(Load(f"{url}{NOOP.path}", _body(size), 1, count))
        rows.append((size, median(measured.milliseconds)))
    try:
        send_load(Load(f"{url}{NOOP.path}", _body(TOO_LARGE), 1, 1))
    except subprocess.CalledProcessError as error:
        answer = error.stderr.rpartition("UnexpectedAnswerError: ")[2].splitlines()[0]
    else:
        answer = "200"
    remark = f"{TOO_LARGE:,} bytes are answered with {answer.removeprefix('HTTP/1.1 ')}."
    return Curve("Bodies", "bytes", ("no-op p50, ms",), rows, remark)


def _body(size: int) -> str:
    return json.dumps({"text": "x" * (size - 12)})


def events(
    url: str, endpoint_url: str, table: str, memory: Callable[[], dict[str, float]]
) -> Curve:
    """Propose destinations while the table has more and more events, each in its own stream."""
    client: Any = boto3.client(
        "dynamodb",
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    rows, filled = [], 0
    for size in EVENTS:
        _say(f"{size} events ...")
        while filled < size:
            requests = [{"PutRequest": {"Item": _event()}} for _ in range(25)]
            client.batch_write_item(RequestItems={table: requests})
            filled += 25
        measured = send_load(Load(f"{url}{PROPOSE.path}", PROPOSE.body, 1, 300))
        rows.append((size, median(measured.milliseconds), memory()["MiniStack"]))
    return Curve("Events in the table", "events", ("POST p50, ms", "MiniStack, MB"), rows)


def _event() -> dict[str, Any]:
    return {
        "StreamName": {"S": f"destination-{uuid.uuid4()}"},
        "EventId": {"S": str(uuid.uuid4())},
        "Type": {"S": "DestinationProposed"},
        "Data": {"M": {"name": {"S": "Baltic Centre"}, "description": {"S": "x" * 250}}},
    }


def main() -> None:
    """Measure all, write table and plot."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        curves = [routes(folder)]
        with up(folder / "state", APPLICATION) as running:
            endpoint_url = running.get("/_local/health")["endpoint_url"]
            table = running.physical_id("EventsTable")
            curves += [
                concurrency(running.url),
                bodies(running.url),
                events(
                    running.url,
                    endpoint_url,
                    table,
                    lambda: resident_megabytes(running.process.pid),
                ),
            ]
    text = "\n".join(line for curve in curves for line in curve.lines())
    print(text)
    record(ROOT / "docs/growth.md", text)
    _plot(curves)


def _plot(curves: list[Curve]) -> None:
    """Draw a row of small plots for each curve, one for each figure, all from zero."""
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only this needs it

    columns = max(len(curve.labels) for curve in curves)
    figure, grid = plt.subplots(len(curves), columns, figsize=(3.6 * columns, 2.6 * len(curves)))
    for row, curve in zip(grid, curves, strict=True):
        for number, axes in enumerate(row, start=1):
            if number > len(curve.labels):
                axes.set_axis_off()
                continue
            axes.plot([one[0] for one in curve.rows], [one[number] for one in curve.rows], "o-")
            axes.set(xscale="log", xlabel=curve.x, title=curve.labels[number - 1])
            axes.set_ylim(bottom=0)
    figure.tight_layout()
    figure.savefig(ROOT / "docs/growth.png", dpi=80)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
