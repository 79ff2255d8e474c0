"""Environments and timers that do what a test tells them, without a process or a clock."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.lifecycle import State
from visitplannr.runtime.place import Place
from visitplannr.runtime.pool import Environment


class FakeEnvironment:
    """Is in whatever state a test puts it; it lives until it is killed or fails."""

    def __init__(
        self,
        changed: Callable[[Environment], None],
        first: Invocation | None,
        place: Place | None = None,
    ) -> None:
        self.state = State.INIT
        self.init_failed = False
        self.first = first
        self.place = place
        self.left: Place | None = None
        self.given: list[Invocation] = []
        self.stale: str | None = None
        self.killed = False
        self._changed = changed
        self._end = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        await self._end

    def invoke(self, invocation: Invocation) -> None:
        self.state = State.BUSY
        self.given.append(invocation)

    def changed_file(self, *, thoroughly: bool = False) -> str | None:
        return self.stale

    def kill(self) -> None:
        """End at once; the host hears of it a little later, as of a real process."""
        self.killed = True
        asyncio.get_running_loop().call_soon(self.stop)

    # What happens to it

    def become(self, state: State) -> None:
        self.state = state
        self._changed(self)

    def stop(self, *, init_failed: bool = False, left: Place | None = None) -> None:
        if not self._end.done():
            self._end.set_result(None)
            self.init_failed = init_failed
            self.left = left
            self.become(State.STOPPED)

    def cannot_start(self, error: Exception) -> None:
        self._end.set_exception(error)


@dataclass
class FakeTimer:
    """Goes off when a test says so."""

    seconds: float
    then: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True

    def fire(self) -> None:
        """Do what a loop does when the time has come."""
        if not self.cancelled:
            self.then()


@dataclass
class FakeTimers:
    """Fits `Pool`'s `later`."""

    made: list[FakeTimer] = field(default_factory=list)

    def __call__(self, seconds: float, then: Callable[[], None]) -> FakeTimer:
        self.made.append(FakeTimer(seconds, then))
        return self.made[-1]


def an_invocation(name: str = "rid") -> Invocation:
    loop = asyncio.get_running_loop()
    return Invocation(
        b"{}", "Root=1", result=loop.create_future(), logged=loop.create_future(), request_id=name
    )


async def settled() -> None:
    """Let all that is due in the loop happen."""
    for _ in range(5):
        await asyncio.sleep(0)
