"""The states of an execution environment, and the invocation that passes through it."""

import asyncio
import uuid
from dataclasses import dataclass, field
from enum import Enum, auto

from service.runtime.failures import Failure
from service.template.invocation import InvocationResult


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
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = 0.0
    duration: float = 0.0
    failure: Failure | None = None
