"""What the console keeps of one invocation, and how it shows it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    from START to REPORT.
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

    @property
    def size(self) -> int:
        """Estimate the bytes that it takes."""
        return 1_000 + len(self.event) + len(self.result) + len(self.log)


def as_row(record: Record) -> dict[str, Any]:
    """Give what a list shows; figures are REPORT's, in ms and MB, where there is one."""
    return {
        "number": record.number,
        "requestId": record.request_id,
        "function": record.function,
        "time": record.time,
        "traceId": record.trace_id,
        "what": _what(record.event),
        "status": _status(record),
        **figures(record.log),
    }


def as_details(record: Record) -> dict[str, Any]:
    """Give the row, the event, the result and the log."""
    return {
        **as_row(record),
        "event": readable(record.event),
        "result": readable(record.result),
        "functionError": record.function_error,
        "log": record.log,
    }


def readable(payload: bytes) -> Any:
    """Give JSON as what it says, anything else as text."""
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", errors="replace")


def figures(log: str) -> Mapping[str, float]:
    """Read Lambda's REPORT, as text or as JSON (lambda-runtime.md L41, L45)."""
    if found := _REPORT.search(log):
        parts = (part.partition(": ") for part in found[1].split("\t"))
        return {
            _FIGURES[name]: float(value.split()[0]) for name, _, value in parts if name in _FIGURES
        }
    last = log.rpartition("\n")[2]
    if '"platform.report"' in last:
        metrics = json.loads(last)["record"]["metrics"]
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


def _what(event: bytes) -> str:
    """Name what came in: a request's method and path, or the kind of event."""
    found = readable(event)
    if not isinstance(found, dict):
        return ""
    if method := found.get("httpMethod"):
        return f"{method} {found.get('path', '')}"
    match found.get("requestContext"):
        case {"http": {"method": method}}:
            return f"{method} {found.get('rawPath', '')}"
    records = found.get("Records")
    first = records[0] if isinstance(records, list) and records else found
    source = first.get("eventSource") or first.get("source") if isinstance(first, dict) else None
    return str(source or "")
