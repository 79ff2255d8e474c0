"""The lines that Lambda itself writes about an environment and its invocations.

Wording, tabs and rounding are AWS's (lambda-runtime.md L13, L38 to L41).
"""

import hashlib
import math
import re
from dataclasses import dataclass

from visitplannr.model.application import Function

_RUNTIME = re.compile(r"([a-z]+)(?:\.|(?=\d))(\w+(?:\.\d+)?)(?:\.x)?")


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event of a function's log; `message` has no newline at its end.

    `request_id` is that of the invocation in whose course it was written, if there was one.
    """

    function: Function
    log_stream: str
    timestamp_ms: int
    message: str
    request_id: str | None = None


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

    @property
    def billed_ms(self) -> int:
        """Count a shown Init Duration too, as AWS does since August 2025 (L41)."""
        return math.ceil(round((self.duration + (self.init_duration or 0)) * 1000, 2))


def runtime_version(runtime: str) -> str:
    """Name a version as AWS does, e.g. "python:3.13.local"; ours has no number."""
    named = _RUNTIME.fullmatch(runtime)
    return f"{named[1]}:{named[2]}.local" if named else f"{runtime}.local"


def runtime_version_arn(runtime: str, region: str) -> str:
    return f"arn:aws:lambda:{region}::runtime:{hashlib.sha256(runtime.encode()).hexdigest()}"


class TextLines:
    """Makes the lines of one function."""

    def __init__(self, function: Function, region: str) -> None:
        self._function = function
        self._region = region

    def init_start(self) -> str | None:
        runtime = self._function.runtime
        return (
            f"INIT_START Runtime Version: {runtime_version(runtime)}\t"
            f"Runtime Version ARN: {runtime_version_arn(runtime, self._region)}"
        )

    def init_report(self, duration: float, phase: str, error_type: str | None) -> str | None:
        """Report an init that failed; without an error type it was too long."""
        ending = f"Status: error\tError Type: {error_type}" if error_type else "Status: timeout"
        return f"INIT_REPORT Init Duration: {duration * 1000:.2f} ms\tPhase: {phase}\t{ending}"

    def initialised(self, _duration: float, _phase: str) -> str | None:
        """Say nothing: only an init that failed is reported."""
        return None

    def start(self, request_id: str) -> str | None:
        return f"START RequestId: {request_id} Version: {self._function.version}"

    def end(self, facts: Report) -> str | None:
        return f"END RequestId: {facts.request_id}"

    def report(self, facts: Report) -> str | None:
        parts = [
            f"REPORT RequestId: {facts.request_id}",
            f"Duration: {facts.duration * 1000:.2f} ms",
            f"Billed Duration: {facts.billed_ms} ms",
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
