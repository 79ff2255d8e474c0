"""The time of the backend: schedules, retries, visibility and waits go by it; it may be moved."""

import threading
import time
from collections.abc import Callable


class Clock:
    """Gives epoch seconds when called; `advance` moves it forward, and what waits hears of it.

    `ticking` is the time that goes by itself.
    """

    def __init__(self, ticking: Callable[[], float] = time.time) -> None:
        self._ticking = ticking
        self._moved = 0.0
        self._changed = threading.Condition()

    def __call__(self) -> float:
        return self._ticking() + self._moved

    @property
    def moved(self) -> float:
        """By how many seconds it has been moved."""
        return self._moved

    def advance(self, seconds: float) -> None:
        """Move it forward.

        Raises:
            ValueError: it would go back.
        """
        if seconds < 0:
            raise ValueError("the clock does not go back")
        with self._changed:
            self._moved += seconds
            self._changed.notify_all()

    def sleep(self, seconds: float) -> None:
        """Wait in a thread until so many seconds have passed, or it is moved over them."""
        until = self() + seconds
        with self._changed:
            while (left := until - self()) > 0:
                self._changed.wait(left)
