"""The states of an execution environment, and the invocation that passes through it."""

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto

from visitplannr.model.invocation import InvocationResult
from visitplannr.runtime.failures import Failure

_KEPT_CHARACTERS = 256 * 1024


class State(Enum):
    """Where an environment is in its life (lambda-runtime.md L11)."""

    INIT = auto()
    """The process starts and imports the function; ends with its first /next."""
    IDLE = auto()
    """Waits for an invocation."""
    BUSY = auto()
    """The function runs."""
    FINISHING = auto()
    """The answer is given; the runtime has not yet asked for the next invocation."""
    STOPPED = auto()
    """The process is gone or about to be."""


@dataclass(slots=True, eq=False)
class Invocation:
    """One event on its way through an environment."""

    payload: bytes
    trace_id: str
    result: asyncio.Future[InvocationResult]
    logged: asyncio.Future[tuple[str, ...]]
    request_id: str
    client_context: str | None = None
    trigger: str = "invoke"
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
