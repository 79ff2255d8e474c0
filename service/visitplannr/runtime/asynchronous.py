"""Asynchronous invocations: accepted at once, tried three times (lambda-runtime.md L20).

A function that fails is tried again after one and two minutes; one that has no capacity costs no
try, until the event is too old. Then destinations and the dead-letter queue are told.
"""

import asyncio
import functools
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from visitplannr.model.asynchronous import (
    AsynchronousRules,
    Deliver,
    ReadRules,
    no_rules,
    to_nobody,
)
from visitplannr.model.invocation import (
    InvocationError,
    InvocationResult,
    Invoke,
    ThrottledError,
)
from visitplannr.runtime.destinations import Ended, deliveries

RETRY_SECONDS = (60.0, 120.0)
_THROTTLED_SECONDS = 1.0
_LONGEST_THROTTLED_SECONDS = 300.0

_InvokeOnce = Callable[[], Awaitable[InvocationResult]]


@dataclass(frozen=True, slots=True)
class AsynchronousSettings:
    """How functions are retried and who is told; `pauses` before the retries are in seconds.

    `sleep` goes by `clock`; what is left of a pause may be none, or less.
    """

    rules: ReadRules = no_rules
    deliver: Deliver = to_nobody
    pauses: tuple[float, ...] = RETRY_SECONDS
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class _Event:
    function: str
    payload: bytes
    request_id: str
    invoke: _InvokeOnce
    accepted: float


class AsynchronousInvocations:
    """Runs invocations in the background; `report` hears of those that failed."""

    def __init__(
        self,
        invoke: Invoke,
        report: Callable[[str], None],
        settings: AsynchronousSettings,
    ) -> None:
        self._invoke = invoke
        self._report = report
        self._settings = settings
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(
        self,
        function: str,
        payload: bytes,
        client_context: str | None = None,
        *,
        trace_id: str | None = None,
        trigger: str = "invoke",
    ) -> str:
        """Take an event and give the request id under which all its tries run."""
        request_id = str(uuid.uuid4())
        invoke = functools.partial(
            self._invoke,
            function,
            payload,
            client_context=client_context,
            trace_id=trace_id,
            trigger=trigger,
            request_id=request_id,
        )
        event = _Event(function, payload, request_id, invoke, self._settings.clock())
        task = asyncio.get_running_loop().create_task(self._carry_out(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return request_id

    async def finish(self) -> None:
        """Wait until nothing is left to be tried."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> int:
        """Give up what has not succeeded; say how many that were."""
        given_up = len(self._tasks)
        for task in self._tasks:
            task.cancel()
        await self.finish()
        return given_up

    async def _carry_out(self, event: _Event) -> None:
        try:
            ended, rules = await self._try_all(event)
        except InvocationError as error:
            self._report(f"{_named(event)} given up: {error}")
            return
        if not ended.succeeded:
            self._report(f"{_named(event)} given up ({ended.condition}): {_why(ended.result)}")
        for delivery in deliveries(ended, rules):
            try:
                await self._settings.deliver(delivery)
            except LookupError as error:
                self._report(f"{_named(event)}: {delivery.destination} cannot be told: {error}")

    async def _try_all(self, event: _Event) -> tuple[Ended, AsynchronousRules]:
        """Try until there is no more to be tried; the rules are read after the first try.

        Raises:
            InvocationError: it can never be run, e.g. as there is no such function.
        """
        tries, throttled, rules, result = 0, _THROTTLED_SECONDS, None, None
        while True:
            answer, ended_at = await self._try(event)
            rules = rules or await self._settings.rules(event.function)
            if answer is None:
                why = ""
                condition = "ZeroReservedConcurrency" if rules.is_switched_off else None
                pause, throttled = throttled, min(throttled * 2, _LONGEST_THROTTLED_SECONDS)
            else:
                result, tries, why = answer, tries + 1, f"failed ({_why(answer)})"
                condition = _condition(answer, tries, rules)
                pause = self._settings.pauses[min(tries, len(self._settings.pauses)) - 1]
            due = ended_at + pause
            if condition is None and due - event.accepted > rules.max_age:
                condition = "EventAgeExceeded"
            if condition:
                now = self._settings.clock()
                ended = Ended(event.request_id, event.payload, condition, tries, result, now)
                return ended, rules
            if why:
                self._report(f"{_named(event)} {why}; the next try is in {pause:g} s")
            await self._settings.sleep(due - self._settings.clock())

    async def _try(self, event: _Event) -> tuple[InvocationResult | None, float]:
        """Try once; give the result, None if there is no capacity, and when that was known.

        A pause begins then, before the rules are read: whoever sees that a try has failed, and
        moves the clock by the pause, causes the next one.
        """
        try:
            result = await event.invoke()
        except ThrottledError:
            result = None
        return result, self._settings.clock()


def _condition(result: InvocationResult, tries: int, rules: AsynchronousRules) -> str | None:
    """Give AWS's word for how it ended, or None if it has not."""
    if not result.function_error:
        return "Success"
    return "RetriesExhausted" if tries > rules.retries else None


def _named(event: _Event) -> str:
    return f"asynchronous invocation {event.request_id} of {event.function}"


def _why(result: InvocationResult | None) -> str:
    return result.payload[:200].decode("utf-8", errors="replace") if result else "no capacity"
