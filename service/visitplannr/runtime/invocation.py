"""One event on its way through an execution environment."""

import asyncio
from dataclasses import dataclass, field

from visitplannr.model.invocation import InvocationResult, ResponseStream
from visitplannr.runtime.failures import Failure

_KEPT_CHARACTERS = 256 * 1024


@dataclass(slots=True, eq=False)
class Invocation:
    """What is asked, and what comes of it.

    `qualifier` is the version or alias that was asked for, if one was. `started` is a time of the
    monotonic clock, `duration` in seconds. `result` is set when the runtime has answered, `logged`
    (all log lines, START to REPORT) when it asks for more work. `stream` takes the answer while it
    is written, if somebody wants that.
    """

    payload: bytes
    trace_id: str
    result: asyncio.Future[InvocationResult]
    logged: asyncio.Future[tuple[str, ...]]
    request_id: str
    client_context: str | None = None
    trigger: str = "invoke"
    stream: ResponseStream | None = None
    qualifier: str = ""
    started: float = 0.0
    duration: float = 0.0
    failure: Failure | None = None
    lines: list[str] = field(default_factory=list)
    _kept: int = 0

    def keep(self, line: str) -> None:
        """Keep a log line with the invocation, up to a bound; the last lines matter most."""
        self.lines.append(line)
        self._kept += len(line)
        while self._kept > _KEPT_CHARACTERS and len(self.lines) > 1:
            self._kept -= len(self.lines.pop(0))

    def settle(self, payload: bytes, function_error: str | None, duration: float) -> None:
        """Give whoever waits the outcome; nobody waits if they have cancelled."""
        self.duration = duration
        if not self.result.done():
            self.result.set_result(
                InvocationResult(self.request_id, payload, function_error, self.logged)
            )
