"""Takes messages from a queue in batches, invokes the function, and deletes what succeeded."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from visitplannr.backend.server.mappings.filters import Matches, passes
from visitplannr.backend.server.mappings.gathering import Gathering
from visitplannr.backend.server.mappings.mapping import EventSourceMapping
from visitplannr.backend.server.mappings.outcome import Outcome, failed_items

Message = dict[str, Any]
_AT_ONCE = 10
_PAYLOAD_BYTES = 6_000_000
_RECORD_BYTES = 1_000
_THROTTLED_SECONDS = 0.2


class Queue(Protocol):
    """A queue; messages that are received are hidden for `visibility` seconds."""

    visibility: float

    def receive(self, most: int) -> Sequence[Message]:
        """Hide up to 10 visible messages and give them."""

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete received messages."""

    def record(self, message: Message) -> Mapping[str, Any]:
        """Give a message as functions get it."""

    def group(self, message: Message) -> str | None:
        """Name a message's group, if the queue keeps the order in it."""


Invoke = Callable[[EventSourceMapping, Mapping[str, Any]], Outcome]
Start = Callable[[Callable[[], None]], None]
"""Lets something run in a thread of its own."""


class QueuePoller:
    """Polls one mapping's queue; failed messages are left to the queue's visibility timeout.

    Batches with messages of the same group of a FIFO queue come one after the other.
    """

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
        self._waiting: list[Message] = []
        self._gathering = Gathering(clock)
        self._in_flight = 0
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def poll(self, mapping: EventSourceMapping, queue: Queue) -> None:
        """Start as many batches as there are, and as may run at the same time."""
        while batch := self._next(mapping, queue):
            self._start(lambda batch=batch: self._run(mapping, queue, batch))  # type: ignore[misc]

    def _next(self, mapping: EventSourceMapping, queue: Queue) -> Sequence[Message]:
        """Take a batch that may run now; empty if there is none."""
        with self._lock:
            if self._in_flight >= mapping.concurrency:
                return ()
            self._receive(mapping, queue)
            free = [one for one in self._waiting if queue.group(one) not in self._busy]
            if not free or not self._gathering.is_complete(len(free), mapping):
                return ()
            self._gathering.end()
            batch = _fitting(free[: mapping.batch_size])
            taken = _ids(batch)
            self._waiting = [one for one in self._waiting if one["id"] not in taken]
            self._in_flight += 1
            self._busy |= _groups(queue, batch)
            return batch

    def _receive(self, mapping: EventSourceMapping, queue: Queue) -> None:
        """Take what the queue has, up to a batch; what the filters leave out is deleted."""
        while (wanted := mapping.batch_size - len(self._waiting)) > 0:
            received = queue.receive(min(wanted, _AT_ONCE))
            if not received:
                return
            kept = [
                message
                for message in received
                if passes(queue.record(message), mapping.patterns, self._matches)
            ]
            queue.delete([message for message in received if message not in kept])
            self._waiting.extend(kept)

    def _run(self, mapping: EventSourceMapping, queue: Queue, batch: Sequence[Message]) -> None:
        failed: Sequence[Message] = batch
        try:
            event = {"Records": [queue.record(message) for message in batch]}
            outcome = self._invoke_when_possible(mapping, queue, event)
            ids = [message["id"] for message in batch]
            named = set(failed_items(outcome, ids, reported=mapping.reports_failures))
            failed = [message for message in batch if message["id"] in named]
            queue.delete([message for message in batch if message["id"] not in named])
        finally:
            self._end(queue, batch, failed)

    def _end(self, queue: Queue, batch: Sequence[Message], failed: Sequence[Message]) -> None:
        """Let go of what follows a failed message in its group: it comes again after that."""
        with self._lock:
            self._in_flight -= 1
            self._busy -= _groups(queue, batch)
            stuck = _groups(queue, failed)
            self._waiting = [one for one in self._waiting if queue.group(one) not in stuck]

    def _invoke_when_possible(
        self, mapping: EventSourceMapping, queue: Queue, event: Mapping[str, Any]
    ) -> Outcome:
        """Wait for a function whose concurrency is used up, while the messages are hidden."""
        given_up = self._clock() + queue.visibility
        while (outcome := self._invoke(mapping, event)).throttled and self._clock() < given_up:
            self._sleep(_THROTTLED_SECONDS)
        return outcome


def _fitting(messages: Sequence[Message]) -> list[Message]:
    """Give those of the first messages that an event has room for."""
    batch: list[Message] = []
    size = 0
    for message in messages:
        size += len(message["body"]) + _RECORD_BYTES
        if batch and size > _PAYLOAD_BYTES:
            break
        batch.append(message)
    return batch


def _ids(messages: Sequence[Message]) -> set[str]:
    return {message["id"] for message in messages}


def _groups(queue: Queue, messages: Sequence[Message]) -> set[str]:
    return {group for message in messages if (group := queue.group(message))}
