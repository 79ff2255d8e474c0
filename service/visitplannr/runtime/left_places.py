"""The places of environments whose process has failed: the next invocations go on there.

On AWS the environment stays and gets a new process, whose init is part of the invocation that needs
it (lambda-runtime.md L12, L14, L70).
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from visitplannr.runtime.place import Place


class Ended(Protocol):
    """An environment that has ended, as far as its place goes."""

    @property
    def left(self) -> Place | None: ...

    def changed_file(self, *, thoroughly: bool = False) -> str | None: ...


class Timer(Protocol):
    """What will happen later, unless it is cancelled."""

    def cancel(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Timer]


class LeftPlaces:
    """Keeps places for `seconds`; `later` calls something then."""

    def __init__(self, seconds: float, later: Later) -> None:
        self._seconds = seconds
        self._later = later
        self._kept: dict[Ended, Timer] = {}
        self._removing: set[asyncio.Task[None]] = set()

    def keep(self, ended: Ended) -> None:
        """Keep what an environment has left, if it has left anything."""
        if ended.left:
            self._kept[ended] = self._later(self._seconds, lambda: self._drop(ended))

    def take(self) -> Place | None:
        """Give the place that was left last and whose code is still the same."""
        while self._kept:
            ended, timer = self._kept.popitem()
            if ended.changed_file() is None:
                timer.cancel()
                return ended.left
            self._kept[ended] = timer
            self._drop(ended)
        return None

    def refresh(self) -> list[str]:
        """Let go of places whose code has changed; name such files."""
        stale = [(one, one.changed_file(thoroughly=True)) for one in self._kept]
        changed = [(one, path) for one, path in stale if path]
        for ended, _ in changed:
            self._drop(ended)
        return [path for _, path in changed]

    def clear(self) -> None:
        """Let go of all."""
        for ended in tuple(self._kept):
            self._drop(ended)

    async def close(self) -> None:
        """Let go of all, and wait until nothing of them is there."""
        self.clear()
        await asyncio.gather(*self._removing)

    def _drop(self, ended: Ended) -> None:
        self._kept.pop(ended).cancel()
        if ended.left:
            removing = asyncio.get_running_loop().create_task(asyncio.to_thread(ended.left.remove))
            self._removing.add(removing)
            removing.add_done_callback(self._removing.discard)
