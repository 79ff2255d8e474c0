"""Takes messages from a queue in batches, invokes the function, and deletes what succeeded."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from visitplannr.backend.server.mappings.filters import Matches, passes
from visitplannr.backend.server.mappings.mapping import EventSourceMapping
from visitplannr.backend.server.mappings.outcome import Outcome, failed_items

Message = dict[str, Any]
_AT_ONCE = 10
_PAYLOAD_BYTES = 6_000_000
_RECORD_BYTES = 1_000
_THROTTLED_SECONDS = 0.2


class Queue(Protocol):
    """A queue; messages that are received are hidden for `visibility` seconds."""

    is_fifo: bool
    visibility: float

    def receive(self, most: int) -> Sequence[Message]:
        """Hide up to 10 visible messages and give them."""

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete received messages."""

    def record(self, message: Message) -> Mapping[str, Any]:
        """Give a message as functions get it."""


Invoke = Callable[[EventSourceMapping, Mapping[str, Any]], Outcome]
Start = Callable[[Callable[[], None]], None]
"""Lets something run in a thread of its own."""


class QueuePoller:
    """Polls one mapping's queue; failed messages are left to the queue's visibility timeout."""

    def __init__(
        self,
        invoke: Invoke,
        matches: Matches,
        start: Start,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._invoke = invoke
        self._matches = matches
        self._start = start
        self._clock = clock
        self._sleep = sleep
        self._waiting: deque[Message] = deque()
        self._since = 0.0
        self._in_flight = 0
        self._lock = threading.Lock()

    def poll(self, mapping: EventSourceMapping, queue: Queue) -> None:
        """Start as many batches as there are, and as may run at the same time."""
        most = 1 if queue.is_fifo else mapping.concurrency
        while self._in_flight < most:
            self._receive(mapping, queue)
            is_full = len(self._waiting) >= mapping.batch_size
            if not self._waiting or not (is_full or self._window_is_over(mapping)):
                return
            batch = self._take(mapping.batch_size)
            with self._lock:
                self._in_flight += 1
            self._start(lambda batch=batch: self._run(mapping, queue, batch))  # type: ignore[misc]

    def _receive(self, mapping: EventSourceMapping, queue: Queue) -> None:
        """Take what the queue has, up to a batch; what the filters leave out is deleted."""
        while (wanted := mapping.batch_size - len(self._waiting)) > 0:
            received = queue.receive(min(wanted, _AT_ONCE))
            if not received:
                return
            if not self._waiting:
                self._since = self._clock()
            kept = [
                message
                for message in received
                if passes(queue.record(message), mapping.patterns, self._matches)
            ]
            queue.delete([message for message in received if message not in kept])
            self._waiting.extend(kept)

    def _window_is_over(self, mapping: EventSourceMapping) -> bool:
        return self._clock() - self._since >= mapping.window

    def _take(self, most: int) -> list[Message]:
        """Take a batch that an event has room for."""
        batch: list[Message] = []
        size = 0
        while self._waiting and len(batch) < most:
            size += len(self._waiting[0]["body"]) + _RECORD_BYTES
            if batch and size > _PAYLOAD_BYTES:
                break
            batch.append(self._waiting.popleft())
        return batch

    def _run(self, mapping: EventSourceMapping, queue: Queue, batch: Sequence[Message]) -> None:
        try:
            event = {"Records": [queue.record(message) for message in batch]}
            outcome = self._invoke_when_possible(mapping, queue, event)
            ids = [message["id"] for message in batch]
            failed = failed_items(outcome, ids, reported=mapping.reports_failures)
            queue.delete([message for message in batch if message["id"] not in failed])
        finally:
            with self._lock:
                self._in_flight -= 1

    def _invoke_when_possible(
        self, mapping: EventSourceMapping, queue: Queue, event: Mapping[str, Any]
    ) -> Outcome:
        """Wait for a function whose concurrency is used up, while the messages are hidden."""
        given_up = self._clock() + queue.visibility
        while (outcome := self._invoke(mapping, event)).throttled and self._clock() < given_up:
            self._sleep(_THROTTLED_SECONDS)
        return outcome
