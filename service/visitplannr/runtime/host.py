"""The runtime host: runs the application's functions in execution environments of their own."""

import asyncio
import contextlib
import functools
import itertools
import os
import uuid
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator

from visitplannr.model.application import Function
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationResult,
    NotRunError,
    PayloadTooLargeError,
    ResponseStream,
)
from visitplannr.model.trace import invocation_trace
from visitplannr.runtime.asynchronous import AsynchronousInvocations
from visitplannr.runtime.concurrency import AccountConcurrency, Concurrency
from visitplannr.runtime.environment import ExecutionEnvironment
from visitplannr.runtime.failures import PAYLOAD_LIMIT
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.memory import MemoryWatch
from visitplannr.runtime.place import Place
from visitplannr.runtime.pool import Environment, Limits, Pool
from visitplannr.runtime.settings import HostSettings
from visitplannr.runtime.versions import Versions

_AT_ONCE = os.cpu_count() or 1
MakeEnvironment = Callable[
    [
        Function,
        HostSettings,
        MemoryWatch,
        Callable[[Environment], None],
        Invocation | None,
        Place | None,
    ],
    Environment,
]


class RuntimeHost:
    """Fits `visitplannr.model.invocation.Invoke` with its `invoke`; made inside a running loop.

    `make` makes the environments.
    """

    def __init__(
        self,
        functions: Iterable[Function],
        settings: HostSettings,
        make: MakeEnvironment = ExecutionEnvironment,
    ) -> None:
        self._settings = settings
        self._make = make
        self._memory_watch = MemoryWatch()
        self._asynchronous = AsynchronousInvocations(
            self.invoke, settings.report, settings.asynchronous
        )
        self._warming: set[asyncio.Task[None]] = set()
        self._functions: dict[str, Versions] = {}
        self._not_run: dict[str, str] = {}
        functions = tuple(functions)
        self._account = AccountConcurrency(settings.account_concurrency, functions)
        for function in functions:
            if why := settings.runtimes.reason_against(function):
                line = f"{function.logical_id} is not run: {why}"
                self._not_run |= dict.fromkeys(_names(function), line)
            else:
                self._functions |= dict.fromkeys(_names(function), self._versions(function))
        for name in settings.debug_ports.keys() - self._functions.keys():
            there = ", ".join(sorted(versions.name for versions in self._each()))
            settings.report(f"there is no function {name} to debug; there are: {there}")

    def _versions(self, function: Function) -> Versions:
        concurrency = Concurrency(function.reserved_concurrency, self._account)
        debugged = function.logical_id in self._settings.debug_ports
        return Versions(function, self._pool, concurrency, debugged=debugged)

    def _pool(self, function: Function) -> Pool:
        settings = self._settings
        made = functools.partial(self._make, function, settings, self._memory_watch)
        later = asyncio.get_running_loop().call_later
        return Pool(function, made, self._limits(function), later, settings.report)

    def _limits(self, function: Function) -> Limits:
        debugged = function.logical_id in self._settings.debug_ports
        most = 1 if debugged else self._settings.account_concurrency
        return Limits(most, _AT_ONCE, self._settings.idle_seconds)

    def _each(self) -> set[Versions]:
        return set(self._functions.values())

    def _pools(self) -> Iterator[Pool]:
        return itertools.chain.from_iterable(self._each())

    def invoke(  # noqa: PLR0913 - an invocation is no less
        self,
        function: str,
        payload: bytes,
        *,
        trace_id: str | None = None,
        client_context: str | None = None,
        request_id: str | None = None,
        trigger: str = "invoke",
    ) -> asyncio.Future[InvocationResult]:
        """Run a function, named by its physical name, logical id or ARN, with an event.

        The name may end in ":" and a version or alias: its context says so, its code is the same.
        The function runs whether or not somebody waits; to cancel the future only frees its place.

        Raises:
            FunctionNotFoundError: no function has that name.
            NotRunError: it cannot be run here.
            PayloadTooLargeError: the event is over 6 MB (lambda-runtime.md L23).
            ThrottledError: the function's or the account's concurrency is used up (L18, L19).
        """
        invocation = _invocation(
            payload, trace_id, request_id, trigger, client_context=client_context
        )
        return self._run(function, invocation)

    def _run(self, function: str, invocation: Invocation) -> asyncio.Future[InvocationResult]:
        size = len(invocation.payload)
        versions, invocation.qualifier = self._found(function)
        if size > PAYLOAD_LIMIT:
            raise PayloadTooLargeError(f"the event has {size} bytes, over {PAYLOAD_LIMIT}")
        versions.concurrency.begin(invocation.result)
        pool = versions.pool(invocation.qualifier) if invocation.qualifier else versions.latest
        pool.invoke(invocation)
        return invocation.result

    def stream(  # noqa: PLR0913 - an invocation is no less
        self,
        function: str,
        payload: bytes,
        stream: ResponseStream,
        *,
        trace_id: str | None = None,
        request_id: str | None = None,
        trigger: str = "function-url",
    ) -> asyncio.Future[InvocationResult]:
        """Run a function as `invoke` does, and pass on what it writes of its answer at once."""
        invocation = _invocation(payload, trace_id, request_id, trigger, stream=stream)
        return self._run(function, invocation)

    async def submit(
        self,
        function: str,
        payload: bytes,
        client_context: str | None = None,
        *,
        trace_id: str | None = None,
        trigger: str = "invoke",
    ) -> str:
        """Run a function later, up to three times; give the request id of all its tries.

        Raises:
            FunctionNotFoundError: no function has that name.
            NotRunError: it cannot be run here.
        """
        self._found(function)
        return self._asynchronous.submit(
            function,
            payload,
            client_context,
            trace_id=trace_id or invocation_trace(None),
            trigger=trigger,
        )

    def warm(self) -> None:
        """Start one environment of each function ahead of its first invocation, a few at a time.

        A function that is debugged is not waited for: its init lasts until a debugger comes.
        """
        slots = asyncio.Semaphore(_AT_ONCE)
        for pool in (versions.latest for versions in self._each()):
            debugged = pool.name in self._settings.debug_ports
            warming = pool.warm() if debugged else _within(slots, pool.warm)
            task = asyncio.get_running_loop().create_task(warming)
            self._warming.add(task)
            task.add_done_callback(self._warming.discard)

    def refresh(self, saved: Collection[str] = ()) -> list[str]:
        """Replace environments whose files have changed; name one such file of each function.

        Functions whose init has failed are tried again if a file of theirs was `saved`.
        """
        return [path for pool in self._pools() if (path := pool.refresh(saved))]

    def _found(self, function: str) -> tuple[Versions, str]:
        """Find a function by its name, and what is behind the name."""
        if versions := self._functions.get(function):
            return versions, ""
        plain, _, qualifier = function.rpartition(":")
        if versions := self._functions.get(plain):
            return versions, qualifier
        if why := self._not_run.get(function) or self._not_run.get(plain):
            raise NotRunError(why)
        known = ", ".join(sorted({name for name in self._functions if ":" not in name}))
        raise FunctionNotFoundError(f"no function is named {function}; there are: {known}")

    async def settle(self, seconds: float) -> bool:
        """Try nothing again, and wait for what runs, but not longer; say whether anything ran."""
        await self._asynchronous.close()
        ran = self._account.running > 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._account.quiet.wait()
        return ran

    async def retire(self) -> None:
        """Let what runs, and what is still to be retried, finish; then stop all environments."""
        try:
            await self._asynchronous.finish()
            await self._account.quiet.wait()
        finally:
            await self.close()

    async def close(self) -> None:
        """Stop all environments."""
        if lost := await self._asynchronous.close():
            self._settings.report(
                f"asynchronous invocations that were still to be tried are lost: {lost}"
            )
        for task in self._warming:
            task.cancel()
        await asyncio.gather(*self._warming, return_exceptions=True)
        await asyncio.gather(*(pool.close() for pool in self._pools()))


def _names(function: Function) -> tuple[str, str, str]:
    return function.name, function.logical_id, function.arn


def _invocation(  # noqa: PLR0913 - an invocation is no less
    payload: bytes,
    trace_id: str | None,
    request_id: str | None,
    trigger: str,
    *,
    client_context: str | None = None,
    stream: ResponseStream | None = None,
) -> Invocation:
    loop = asyncio.get_running_loop()
    result: asyncio.Future[InvocationResult] = loop.create_future()
    result.add_done_callback(_whether_or_not_somebody_waits)
    return Invocation(
        payload,
        invocation_trace(trace_id),
        result=result,
        logged=loop.create_future(),
        request_id=request_id or str(uuid.uuid4()),
        client_context=client_context,
        trigger=trigger,
        stream=stream,
    )


def _whether_or_not_somebody_waits(result: asyncio.Future[InvocationResult]) -> None:
    """Look at an error: asyncio would log one that nobody has looked at, with its traceback."""
    if not result.cancelled():
        result.exception()


async def _within(slots: asyncio.Semaphore, warm: Callable[[], Awaitable[None]]) -> None:
    async with slots:
        await warm()
