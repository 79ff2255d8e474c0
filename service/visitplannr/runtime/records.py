"""What the console keeps of one invocation, and how it shows it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Never

_REPORT = re.compile(r"^REPORT RequestId: \S+\t(.*)$", re.MULTILINE)
_FIGURES = {
    "Duration": "durationMs",
    "Billed Duration": "billedMs",
    "Memory Size": "memorySizeMb",
    "Max Memory Used": "maxMemoryUsedMb",
    "Init Duration": "initMs",
}
_HALF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")
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
        **_request(readable(record.event)),
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
    """Give JSON as what it says; what is none, or cannot be sent on as JSON, as text."""
    try:
        found = json.loads(payload, parse_constant=_refuse)
        if _HALF_A_PAIR.search(payload):
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return payload.decode("utf-8", errors="replace")
    return found


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is no JSON")


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
