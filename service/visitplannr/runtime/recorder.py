"""What has been invoked lately; bounded in number and in bytes."""

import asyncio
import itertools
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from uuid import uuid4

from visitplannr.model.aws_call import FetchCalls, no_calls
from visitplannr.model.invocation import Begun
from visitplannr.model.keeping import KEEPING
from visitplannr.runtime.calls import Calls
from visitplannr.runtime.records import Record

LIMIT = 1_000
_LOG_SECONDS = 1.0


class Recorder:
    """Notes what begins, at the cost of an append; what has become of it is read when asked.

    `fetch` gives the AWS calls that the functions have made meanwhile.
    """

    def __init__(
        self,
        earlier: Iterable[Record] = (),
        limit: int = LIMIT,
        max_bytes: int = KEEPING.size,
        fetch: FetchCalls = no_calls,
    ) -> None:
        self.closed = False
        self._application = ""
        self._limit = limit
        self._max_bytes = max_bytes
        self._begun: deque[tuple[int, Begun]] = deque(maxlen=limit)
        self._ended: dict[int, Record] = {record.number: record for record in earlier}
        self._unsaved: deque[Record] = deque(maxlen=limit)
        self._unsettled_bytes = 0
        self._bytes = sum(record.size for record in self._ended.values())
        self._numbers = itertools.count(max(self._ended, default=0) + 1)
        self._calls = Calls(limit)
        self._fetch = fetch
        self._fetching = asyncio.Lock()

    def begin_application(self) -> str:
        """Note that another application is served from now on, and give it a name."""
        self._application = uuid4().hex
        return self._application

    def serves(self, application: str) -> bool:
        """Say whether that application still is the one that is served."""
        return application == self._application and not self.closed

    def close(self) -> None:
        """Serve no application any more: whoever follows what it records is done."""
        self.closed = True

    def observe(self, begun: Begun) -> None:
        """Note an invocation that has begun; large events do not wait to be looked at."""
        number = next(self._numbers)
        self._begun.append((number, begun))
        self._calls.begin(number, begun)
        self._unsettled_bytes += len(begun.payload)
        if self._unsettled_bytes > self._max_bytes:
            self._settle()

    async def complete(self) -> None:
        """Wait until what has been answered has its log and calls, if that does not take long."""
        answered = [begun.result.result() for _, begun in self._begun if _is_answered(begun)]
        if logs := [one.logged for one in answered if one.logged and not one.logged.done()]:
            await asyncio.wait(logs, timeout=_LOG_SECONDS)
        await self.bring_calls()

    async def bring_calls(self) -> None:
        """Fetch the calls that were made; they are there for all who wait for them."""
        async with self._fetching:
            numbers = {self._calls.add(call) for call in await self._fetch()}
            for number in self._ended.keys() & numbers:
                self._add_late(number)

    def _add_late(self, number: int) -> None:
        """Let an invocation that has ended have calls that became known only now."""
        before = self._ended[number]
        self._ended[number] = record = replace(before, calls=self._calls.shown(number))
        self._bytes += record.size - before.size
        self._unsaved.append(record)

    def clear(self) -> None:
        """Forget all, also what still runs; numbers go on."""
        self._begun.clear()
        self._ended.clear()
        self._unsaved.clear()
        self._unsettled_bytes = self._bytes = 0

    def records(self) -> list[Record]:
        """Give what is kept, the latest first."""
        self._settle()
        running = [self._record(number, begun) for number, begun in self._begun]
        return sorted([*self._ended.values(), *running], key=lambda one: -one.number)

    def get(self, number: int) -> Record | None:
        """Give one of them."""
        return next((record for record in self.records() if record.number == number), None)

    def take_unsaved(self) -> list[Record]:
        """Give those that ended since the last call and are still kept, the earliest first."""
        self._settle()
        unsaved = [record for record in self._unsaved if record.number in self._ended]
        self._unsaved.clear()
        return unsaved

    def _record(self, number: int, begun: Begun) -> Record:
        return replace(_record(number, begun), calls=self._calls.shown(number))

    def _settle(self) -> None:
        self._unsettled_bytes = 0
        for _ in range(len(self._begun)):
            number, begun = self._begun.popleft()
            record = self._record(number, begun)
            if record.state == "running":
                self._begun.append((number, begun))
            else:
                self._ended[number] = record
                self._unsaved.append(record)
                self._bytes += record.size
        self._make_room()

    def _make_room(self) -> None:
        """Let go of the oldest, until both bounds are kept."""
        if len(self._ended) <= self._limit and self._bytes <= self._max_bytes:
            return
        for number in sorted(self._ended):
            self._bytes -= self._ended.pop(number).size
            if len(self._ended) <= self._limit and self._bytes <= self._max_bytes:
                return


def _is_answered(begun: Begun) -> bool:
    return begun.result.done() and not begun.result.cancelled()


def _record(number: int, begun: Begun) -> Record:
    """Read what has become of an invocation; it has ended when its log is complete."""
    seen = partial(
        Record,
        number,
        begun.function,
        begun.time,
        begun.trace_id,
        begun.payload,
        trigger=begun.trigger,
    )
    if begun.result.cancelled():
        return seen("lost")
    if not begun.result.done():
        return seen("running")
    result = begun.result.result()
    if result.logged is not None and not result.logged.done():
        return seen("running", result.request_id)
    log = "\n".join(result.logged.result()) if result.logged else ""
    return seen("done", result.request_id, result.payload, result.function_error, log)
