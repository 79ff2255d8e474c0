"""`make bench-growth`: what bends as routes, requests at once, bodies and events become more.

Writes the tables of docs/growth.md, and docs/growth.png.
"""

import json
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
from benchmarks.processes import REGION, ROOT, resident_megabytes, start_up, up, wait_for
from benchmarks.recorded import record
from benchmarks.targets import NOOP, PROPOSE, send_load

ROUTES = (1, 10, 50)
CONCURRENCY = (1, 2, 4, 8, 16, 50, 100, 200)
BODIES = (1_000, 10_000, 100_000, 1_000_000, 5_000_000)
EVENTS = (1_000, 10_000, 100_000)
_HANDLER = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'OK'}\n"


@dataclass(frozen=True)
class Curve:
    """Figures over a number that grows: `rows` has x, then a figure for each of `labels`."""

    title: str
    x: str
    labels: tuple[str, ...]
    rows: Sequence[tuple[float, ...]]

    def lines(self) -> Iterator[str]:
        """Give it as a table."""
        yield from ("", f"## {self.title}", "", f"| {self.x} | {' | '.join(self.labels)} |")
        yield "|---" * (len(self.labels) + 1) + "|"
        for x, *figures in self.rows:
            yield f"| {x:,.0f} | {' | '.join(f'{figure:,.2f}' for figure in figures)} |"


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
    """Send larger and larger bodies; over 6 MB, AWS and the gateway answer 413."""
    rows = []
    for size in BODIES:
        _say(f"bodies of {size} bytes ...")
        body = json.dumps({"text": "x" * (size - 12)})
        measured = send_load(
            Load(f"{url}{NOOP.path}", body, 1, max(5, min(300, 3_000_000 // size)))
        )
        rows.append((size, median(measured.milliseconds)))
    return Curve("Bodies", "bytes", ("no-op p50, ms",), rows)


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
        with up(folder / "state") as running:
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
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only this needs it

    figure, all_axes = plt.subplots(2, 2, figsize=(11, 7))
    for axes, curve in zip(all_axes.flat, curves, strict=True):
        for number, label in enumerate(curve.labels, start=1):
            axes.plot(
                [row[0] for row in curve.rows],
                [row[number] for row in curve.rows],
                marker="o",
                label=label,
            )
        axes.set(xscale="log", yscale="log", xlabel=curve.x, title=curve.title)
        axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(ROOT / "docs/growth.png", dpi=80)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
