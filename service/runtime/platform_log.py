"""The lines that Lambda itself writes about an environment and its invocations.

Wording, tabs and rounding are AWS's (lambda-runtime.md L13, L38 to L41).
"""

import hashlib
import math
from dataclasses import dataclass

from service.template.model import Function


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event of a function's log; `message` has no newline at its end."""

    function: Function
    log_stream: str
    timestamp_ms: int
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What REPORT says; durations in seconds, memory in MB, `status` "timeout" or "error"."""

    request_id: str
    duration: float
    memory_size: int
    max_memory_used: int
    init_duration: float | None = None
    status: str | None = None
    error_type: str | None = None


def init_start(runtime: str, region: str) -> str:
    version = hashlib.sha256(runtime.encode()).hexdigest()
    return (
        f"INIT_START Runtime Version: {runtime}.local\t"
        f"Runtime Version ARN: arn:aws:lambda:{region}::runtime:{version}"
    )


def init_report(duration: float, phase: str, error_type: str | None) -> str:
    """Report an init that failed; without an error type it was too long."""
    ending = f"Status: error\tError Type: {error_type}" if error_type else "Status: timeout"
    return f"INIT_REPORT Init Duration: {duration * 1000:.2f} ms\tPhase: {phase}\t{ending}"


def start(request_id: str) -> str:
    return f"START RequestId: {request_id} Version: $LATEST"


def end(request_id: str) -> str:
    return f"END RequestId: {request_id}"


def report(facts: Report) -> str:
    """Billed Duration counts a shown Init Duration too, as on AWS since August 2025."""
    billed = math.ceil(round((facts.duration + (facts.init_duration or 0)) * 1000, 2))
    parts = [
        f"REPORT RequestId: {facts.request_id}",
        f"Duration: {facts.duration * 1000:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {facts.memory_size} MB",
        f"Max Memory Used: {facts.max_memory_used} MB",
    ]
    if facts.init_duration is not None:
        parts.append(f"Init Duration: {facts.init_duration * 1000:.2f} ms")
    if facts.status is None:
        return "\t".join([*parts, ""])
    parts.append(f"Status: {facts.status}")
    if facts.error_type:
        parts.append(f"Error Type: {facts.error_type}")
    return "\t".join(parts)
