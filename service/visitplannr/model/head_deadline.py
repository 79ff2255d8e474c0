"""How long a connection may take for a request's head: half-open ones are not kept for ever."""

from collections.abc import Callable
from typing import Protocol

HEAD_SECONDS = 30.0


class Timer(Protocol):
    """What is to happen later (`asyncio.TimerHandle`)."""

    def cancel(self) -> None:
        """Let it not happen."""


class HeadDeadline:
    """Calls `close` if a head is not complete in time; the first is awaited from the start.

    `call_later` is an event loop's.
    """

    def __init__(
        self,
        call_later: Callable[[float, Callable[[], None]], Timer],
        close: Callable[[], None],
        seconds: float,
    ) -> None:
        self._call_later = call_later
        self._close = close
        self._seconds = seconds
        self._timer = call_later(seconds, close)

    def begin(self) -> None:
        """Await the next head: its first bytes are there."""
        self._timer.cancel()
        self._timer = self._call_later(self._seconds, self._close)

    def end(self) -> None:
        """Await none: it is complete, or the connection is lost."""
        self._timer.cancel()
