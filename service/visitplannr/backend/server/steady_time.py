"""The machine's time, as long as it goes forward."""

import time
from collections.abc import Callable
from threading import Lock

_STEP_SECONDS = 1.0


class SteadyTime:
    """Gives epoch seconds when called, for any thread.

    Where the machine's clock is set back, it goes on from where it was: what is to be visible or
    due by then must not wait for hours or days. Where that is set forward, as after a sleep of the
    machine, it follows. `wall` gives epoch seconds, `monotonic` seconds that only pass.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._lock = Lock()
        self._ahead = 0.0
        self._last, self._since = wall(), monotonic()

    def __call__(self) -> float:
        with self._lock:
            now, since = self._wall() + self._ahead, self._monotonic()
            passed = self._last + since - self._since
            if now < passed - _STEP_SECONDS:
                self._ahead += passed - now
                now = passed
            self._last, self._since = now, since
            return now
