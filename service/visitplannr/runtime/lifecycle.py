"""The states of an execution environment, and why one is ended."""

from enum import Enum, auto


class State(Enum):
    """Where an environment is in its life (lambda-runtime.md L11)."""

    INIT = auto()
    """The process starts and imports the function; ends with its first /next."""
    IDLE = auto()
    """It waits for an invocation."""
    BUSY = auto()
    """The function runs."""
    FINISHING = auto()
    """The answer is given; the next /next is expected at once."""
    OVERDUE = auto()
    """The answer is given, but /next has not come for so long that nobody should wait for it."""
    STOPPED = auto()
    """The process is gone or about to be."""


class Ending(Enum):
    """Why the host ends a process that would go on."""

    UNNEEDED = auto()
    """There is no work for it: it is idle for too long, its code is old, or all ends."""
    TOO_SLOW = auto()
    """Its init, its invocation or its way to the next one takes too long."""
    TOO_LARGE = auto()
    """It uses more than MemorySize."""
