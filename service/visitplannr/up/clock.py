"""The time of what `up` itself waits for; a test moves it together with the backend's."""

import asyncio
import time
from collections.abc import Callable


class MovableClock:
    """Gives epoch seconds when called; `advance` moves it forward, and what waits hears of it.

    `ticking` is the time that goes by itself. For one event loop.
    """

    def __init__(self, ticking: Callable[[], float] = time.time) -> None:
        self._ticking = ticking
        self._moved = 0.0
        self._change = asyncio.Event()

    def __call__(self) -> float:
        return self._ticking() + self._moved

    def advance(self, seconds: float) -> None:
        """Move it forward."""
        self._moved += seconds
        self._change.set()
        self._change = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait until so many seconds have passed, or it is moved over them."""
        until = self() + seconds
        while (left := until - self()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._change.wait()
            except TimeoutError:
                return
