"""What tests do to a running stack: begin anew, move its clock, let calls fail, copy its tables."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

from visitplannr.backend.control import Contents
from visitplannr.model.application import Application, Resource
from visitplannr.up.daemon_thread import in_daemon_thread

_LONGEST_WAIT_SECONDS = 5.0
_LOG_GROUP = "AWS::Logs::LogGroup"


class Control(Protocol):
    """The backend's part of it (`backend.control.BackendControl`); its methods block."""

    def reset(self, contents: Contents) -> None:
        """Empty what a stack holds."""

    def advance(self, seconds: float) -> Mapping[str, float]:
        """Move the clock forward."""

    def add_fault(self, fault: Mapping[str, Any]) -> None:
        """Let the next calls fail that a fault names."""

    def clear_faults(self) -> None:
        """Let no call fail any more."""

    def snapshot(self, contents: Contents) -> str:
        """Copy a stack's tables."""

    def restore(self, name: str) -> None:
        """Put the copy of a stack's tables back."""


class Host(Protocol):
    """What runs functions (`runtime.host.RuntimeHost`)."""

    async def settle(self, seconds: float) -> bool:
        """Try nothing again, wait for what runs, but not longer; say whether anything ran."""


class Clock(Protocol):
    """The time of what `up` itself waits for."""

    def advance(self, seconds: float) -> object:
        """Move it forward."""


class Steering:
    """Steers the stack that is served, its backend by `control`.

    `hosts` are those that may still run or retry something; `forget` lets go of all records. A
    retry of a function goes by `clock`.
    """

    def __init__(
        self,
        control: Control,
        clock: Clock,
        hosts: Collection[Host],
        forget: Callable[[], Awaitable[None]],
    ) -> None:
        self._control = control
        self._clock = clock
        self._hosts = hosts
        self._forget = forget

    async def reset(self, application: Application) -> None:
        """Empty what the stack holds, and forget what happened; it stays deployed.

        What runs at the moment may write yet: it is waited for, up to five seconds, and then all
        is emptied again.
        """
        contents = contents_of(application)
        await in_daemon_thread(lambda: self._control.reset(contents))
        ran = [await host.settle(_LONGEST_WAIT_SECONDS) for host in tuple(self._hosts)]
        if any(ran):
            await in_daemon_thread(lambda: self._control.reset(contents))
        await self._forget()

    async def advance(self, seconds: float) -> Mapping[str, float]:
        """Move the time of schedules, retries, queues and tables forward; say what time it is."""
        now = await in_daemon_thread(lambda: self._control.advance(seconds))
        self._clock.advance(seconds)
        return now

    async def add_fault(self, application: Application, fault: Mapping[str, Any]) -> None:
        """Let the next calls fail; the resource may be named by its logical id."""
        names = {one.logical_id: one.physical_id for one in application.resources}
        resource = fault.get("resource")
        named = {**fault, "resource": names.get(str(resource), resource)}
        await in_daemon_thread(lambda: self._control.add_fault(named))

    async def clear_faults(self) -> None:
        """Let no call fail any more."""
        await in_daemon_thread(self._control.clear_faults)

    async def snapshot(self, application: Application) -> str:
        """Copy the stack's tables; give the copy's name."""
        contents = contents_of(application)
        return await in_daemon_thread(lambda: self._control.snapshot(contents))

    async def restore(self, name: str) -> None:
        """Give the stack's tables the items that they had."""
        await in_daemon_thread(lambda: self._control.restore(name))


def contents_of(application: Application) -> Contents:
    """Name what the stack's resources hold, and what its functions log."""
    logs = [
        Resource(function.logical_id, _LOG_GROUP, function.log_group, "")
        for function in application.functions
    ]
    resources: Iterable[Resource] = (*application.resources, *logs)
    return Contents(application.account_id, application.region, resources)
