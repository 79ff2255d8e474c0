"""How long a connection waits for its client: what is half open is not kept for ever."""

import math
from collections.abc import Callable
from typing import Protocol

PATIENCE_SECONDS = 30.0
SLOWEST_BYTES_A_SECOND = 500


class Timer(Protocol):
    """What is to happen later (`asyncio.TimerHandle`)."""

    def cancel(self) -> None:
        """Let it not happen."""


class Clock(Protocol):
    """The time, in seconds, and what happens at one (`asyncio.AbstractEventLoop`)."""

    def time(self) -> float:
        """Give it."""

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Have something happen."""


class Transport(Protocol):
    """The server's end of the connection (`asyncio.Transport`)."""

    def get_write_buffer_size(self) -> int:
        """Count the bytes that the client has not taken yet."""

    def abort(self) -> None:
        """End it; what is not taken yet is lost."""


class ConnectionWatch:
    """Calls `late` if what is expected of the client has not come in time.

    Ends the connection of a client that has read nothing of what waits for it for as long. A new
    connection has `seconds` for its first request.
    """

    def __init__(
        self, clock: Clock, transport: Transport, late: Callable[[], None], seconds: float
    ) -> None:
        self._clock = clock
        self._transport = transport
        self._late = late
        self._seconds = seconds
        self._unread = 0
        self._due = math.inf
        self.expect()
        self._timer = clock.call_at(self._due, self._look)

    def expect(self, seconds: float | None = None) -> None:
        """Expect something from now on, within the usual time or another."""
        self._due = self._clock.time() + (self._seconds if seconds is None else seconds)

    def keep_expecting(self) -> None:
        """Expect something, if nothing is expected yet."""
        if self._due == math.inf:
            self.expect()

    def came(self, size: int) -> None:
        """Give more time for some bytes: whoever sends steadily may send much."""
        self._due += size / SLOWEST_BYTES_A_SECOND

    def expect_nothing(self) -> None:
        """Let the client take its time."""
        self._due = math.inf

    def end(self) -> None:
        """Watch no longer: the connection is lost, or somebody else's."""
        self._timer.cancel()

    def _look(self) -> None:
        now, unread = self._clock.time(), self._transport.get_write_buffer_size()
        if unread and unread >= self._unread > 0:
            self._transport.abort()
            return
        self._unread = unread
        if now >= self._due:
            self._due = math.inf
            self._late()
        self._timer = self._clock.call_at(min(self._due, now + self._seconds), self._look)
