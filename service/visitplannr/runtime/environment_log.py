"""The log stream of one environment: Lambda's own lines and what the function prints."""

import time
import uuid
from datetime import UTC, datetime

from visitplannr.model.application import Function
from visitplannr.model.invocation import Begun
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.platform_json import JsonLines
from visitplannr.runtime.platform_log import LogEvent, Report, TextLines
from visitplannr.runtime.settings import HostSettings


class EnvironmentLog:
    """Writes events in order; those in the course of an invocation are also kept with it."""

    def __init__(self, function: Function, settings: HostSettings) -> None:
        made = JsonLines if function.log_format == "JSON" else TextLines
        self.id = uuid.uuid4().hex
        self.stream = _stream_name(function, self.id)
        self._lines = made(function, settings.sandbox.region)
        self._function = function
        self._emit = settings.emit
        self._observe = settings.observe
        self._current: Invocation | None = None

    def init_start(self) -> None:
        self._line(self._lines.init_start())

    def init_report(self, duration: float, phase: str, error_type: str | None) -> None:
        self._line(self._lines.init_report(duration, phase, error_type))

    def start(self, invocation: Invocation, access_key: str) -> None:
        """Write START, and tell that an invocation begins in the environment with that key.

        It has been running already: its time is that from which its duration is counted.
        """
        self._current = invocation
        self._line(self._lines.start(invocation.request_id))
        name, trace_id = self._function.name, invocation.trace_id
        began = time.time() - (time.monotonic() - invocation.started)
        self._observe(
            Begun(
                name,
                invocation.payload,
                trace_id,
                began,
                invocation.result,
                invocation.trigger,
                access_key,
            )
        )

    def end(self, invocation: Invocation, max_memory: int, init_duration: float | None) -> None:
        """Write END and REPORT; `max_memory` in MB, `init_duration` in seconds."""
        failure = invocation.failure
        has_type = failure is not None and failure.status == "error"
        report = Report(
            request_id=invocation.request_id,
            duration=invocation.duration,
            memory_size=self._function.memory,
            max_memory_used=max_memory,
            init_duration=init_duration,
            status=failure.status if failure else None,
            error_type=failure.error_type if failure and has_type else None,
        )
        self._line(self._lines.end(invocation.request_id))
        self._line(self._lines.report(report))
        self._current = None
        if not invocation.logged.done():
            invocation.logged.set_result(tuple(invocation.lines))

    def add(self, message: str) -> None:
        """Write a line of the function's, or one of the host's own about it."""
        self._line(message)

    def _line(self, message: str | None) -> None:
        if message is None:
            return
        current = self._current
        if current is not None:
            current.keep(message)
        now = time.time_ns() // 1_000_000
        request_id = current.request_id if current else None
        self._emit(LogEvent(self._function, self.stream, now, message, request_id))


def _stream_name(function: Function, environment: str) -> str:
    """Name a stream; in a log group of the function's own choice its name is part of it (L46)."""
    owner = "" if function.log_group == function.default_log_group else function.name
    return f"{datetime.now(UTC):%Y/%m/%d}/{owner}[$LATEST]{environment}"
