"""What is kept of one invocation, and how it is shown."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.model.payload import readable
from visitplannr.model.trace import root_of

_REPORT = re.compile(r"^REPORT RequestId: \S+\t(.*)$", re.MULTILINE)
_FIGURES = {
    "Duration": "durationMs",
    "Billed Duration": "billedMs",
    "Memory Size": "memorySizeMb",
    "Max Memory Used": "maxMemoryUsedMb",
    "Init Duration": "initMs",
}
_METRICS = {
    "durationMs": "durationMs",
    "billedDurationMs": "billedMs",
    "memorySizeMB": "memorySizeMb",
    "maxMemoryUsedMB": "maxMemoryUsedMb",
    "initDurationMs": "initMs",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One invocation: `state` is "running", "done" or "lost", `number` grows with time.

    `time` is in epoch seconds; `event` and `result` are what was sent and answered, `log` its lines
    from START to REPORT. `trigger` is what caused it, `calls` a JSON list of the AWS calls that it
    made.
    """

    number: int
    function: str
    time: float
    trace_id: str | None
    event: bytes
    state: str
    request_id: str = ""
    result: bytes = b""
    function_error: str | None = None
    log: str = ""
    trigger: str = "invoke"
    calls: str = "[]"

    @property
    def size(self) -> int:
        """Estimate the bytes that it takes."""
        return 1_000 + len(self.event) + len(self.result) + len(self.log) + len(self.calls)

    def row(self) -> dict[str, Any]:
        """Give what a list shows; figures are REPORT's, in ms and MB, where there is one."""
        return {
            "number": self.number,
            "requestId": self.request_id,
            "function": self.function,
            "time": self.time,
            "traceId": root_of(self.trace_id),
            "trigger": self.trigger,
            **_request(readable(self.event)),
            "status": _status(self),
            **figures(self.log),
        }

    def details(self) -> dict[str, Any]:
        """Give the row, the event, the result, the log and the calls."""
        return {
            **self.row(),
            "event": readable(self.event),
            "result": readable(self.result),
            "functionError": self.function_error,
            "log": self.log,
            "calls": [_public(call) for call in json.loads(self.calls)],
        }


def _public(call: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out what only the list of used permissions is made of."""
    return {name: value for name, value in call.items() if name != "permissions"}


def figures(log: str) -> Mapping[str, float]:
    """Read Lambda's REPORT, as text or as JSON (lambda-runtime.md L41, L45)."""
    if found := _REPORT.search(log):
        parts = (part.partition(": ") for part in found[1].split("\t"))
        return {
            _FIGURES[name]: float(value.split()[0]) for name, _, value in parts if name in _FIGURES
        }
    last = log.rpartition("\n")[2]
    match readable(last.encode(errors="replace")) if last.startswith("{") else None:
        case {"type": "platform.report", "record": {"metrics": dict(metrics)}}:
            return {_METRICS[name]: value for name, value in metrics.items() if name in _METRICS}
    return {}


def _status(record: Record) -> str:
    """Say how it went; a function that answers 500 has not failed, but its caller has to know."""
    if record.state != "done":
        return record.state
    if record.function_error:
        return "timeout" if b"Task timed out" in record.result else "error"
    answer = readable(record.result)
    code = answer.get("statusCode") if isinstance(answer, dict) else None
    return str(code) if code is not None else "ok"


def _request(event: Any) -> Mapping[str, Any]:
    """Name what came in: a request's method and path, and its route; or the kind of event."""
    match event:
        case {"httpMethod": method}:
            return {"what": f"{method} {event.get('path', '')}", "route": event.get("resource")}
        case {"requestContext": {"http": {"method": method}}}:
            route = str(event.get("routeKey")).rpartition(" ")[2]
            return {"what": f"{method} {event.get('rawPath', '')}", "route": route}
        case {"Records": [first, *_]}:
            return {"what": _source(first), "route": None}
        case _:
            return {"what": _source(event), "route": None}


def _source(event: Any) -> str:
    found = event if isinstance(event, dict) else {}
    return str(found.get("eventSource") or found.get("source") or "")
