"""Reads one shard of a stream in order, in batches, with Lambda's rules for errors.

AWS Lambda guide, "Retain discarded batches" and "Configure partial batch response": a batch that
fails is tried again until it succeeds, is too old or was tried too often, and nothing after it is
read meanwhile. Splitting it in two is no try, and neither is one that the function's concurrency
has no room for (lambda-runtime.md L63).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from visitplannr.backend.server.mappings.filters import Matches, passes
from visitplannr.backend.server.mappings.gathering import Gathering
from visitplannr.backend.server.mappings.mapping import EventSourceMapping
from visitplannr.backend.server.mappings.outcome import Outcome, failed_items
from visitplannr.backend.server.mappings.queue_poller import Invoke, Start
from visitplannr.backend.server.mappings.records import (
    Discarded,
    Record,
    Shard,
    arrival,
    sequence_number,
)
from visitplannr.backend.server.mappings.tumbling import TumblingWindow

_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that are tried together; `length` is how far the position moves when it is done.

    Without records, it is the last invocation of a tumbling window.
    """

    records: Sequence[Record]
    length: int
    tries: int = 0


Discard = Callable[[EventSourceMapping, Discarded], None]


class ShardPoller:
    """Polls one shard for one mapping; `discard` gets what is given up."""

    def __init__(
        self,
        invoke: Invoke,
        matches: Matches,
        start: Start,
        clock: Callable[[], float],
        discard: Discard,
    ) -> None:
        self._invoke = invoke
        self._matches = matches
        self._start = start
        self._clock = clock
        self._discard = discard
        self._batches: list[Batch] = []
        self._gathering = Gathering(clock)
        self._window: TumblingWindow | None = None
        self._not_before = 0.0
        self._is_running = False

    def poll(self, mapping: EventSourceMapping, shard: Shard) -> None:
        """Start the next batch, if there is one and none runs."""
        if self._is_running or self._clock() < self._not_before:
            return
        if mapping.tumbling and self._window is None:
            self._window = TumblingWindow(mapping.tumbling)
        if not self._batches and (batch := self._next(mapping, shard)):
            self._batches.append(batch)
        if self._batches:
            self._is_running = True
            self._start(lambda: self._run(mapping, shard))

    def _next(self, mapping: EventSourceMapping, shard: Shard) -> Batch | None:
        """Read a batch that is full or whose window is over; pass what no function gets."""
        while True:
            ahead = shard.read(mapping.batch_size)
            if self._window and self._window.is_over(ahead, self._clock()):
                return Batch((), 0)
            if not ahead:
                return None
            read = self._window.part_of(ahead) if self._window else ahead
            if len(read) == len(ahead) and not self._gathering.is_complete(len(read), mapping):
                return None
            self._gathering.end()
            if wanted := self._without_old_ones(mapping, shard, read):
                return Batch(wanted, len(read))
            shard.advance(len(read))

    def _without_old_ones(
        self, mapping: EventSourceMapping, shard: Shard, read: Sequence[Record]
    ) -> Sequence[Record]:
        """Give what passes the filters, and give up what has become too old before its turn."""
        wanted = [one for one in read if passes(one, mapping.patterns, self._matches)]
        old = list(takewhile(lambda one: self._is_too_old(mapping, one), wanted))
        if old:
            self._discard(mapping, Discarded(old, shard.id, "RecordAgeExceeded"))
        return wanted[len(old) :]

    def _run(self, mapping: EventSourceMapping, shard: Shard) -> None:
        try:
            self._try(mapping, shard, self._batches.pop(0))
        finally:
            self._is_running = False

    def _try(self, mapping: EventSourceMapping, shard: Shard, batch: Batch) -> None:
        outcome = self._outcome(mapping, shard, batch)
        ids = list(map(sequence_number, batch.records))
        failed = failed_items(outcome, ids, reported=mapping.reports_failures)
        if outcome.throttled and not self._is_late(mapping, batch):
            self._later(batch, [batch])
        elif not batch.records and outcome.error:
            self._later(batch, [Batch((), 0, batch.tries + 1)])
        elif not failed:
            shard.advance(batch.length)
        else:
            self._after_failure(mapping, shard, batch, outcome, ids.index(failed[0]))

    def _outcome(self, mapping: EventSourceMapping, shard: Shard, batch: Batch) -> Outcome:
        if not self._window:
            return self._invoke(mapping, {"Records": batch.records})
        event = self._window.event(batch.records, shard.id, mapping.source_arn)
        outcome = self._window.judged(self._invoke(mapping, event))
        if not outcome.error:
            self._window.keep(outcome, was_last=not batch.records)
        return outcome

    def _after_failure(
        self,
        mapping: EventSourceMapping,
        shard: Shard,
        batch: Batch,
        outcome: Outcome,
        succeeded: int,
    ) -> None:
        """Give up the records after the first that `succeeded`, or try them again later."""
        rest = batch.records[succeeded:]
        if condition := self._given_up(mapping, batch, rest):
            shard.advance(batch.length)
            self._discard(mapping, Discarded(rest, shard.id, condition, batch.tries + 1, outcome))
        else:
            self._later(batch, _again(batch, rest, splits=mapping.bisects))

    def _later(self, batch: Batch, again: Sequence[Batch]) -> None:
        self._batches[:0] = again
        pause = _PAUSE_SECONDS * 2.0 ** min(batch.tries, 10)
        self._not_before = self._clock() + min(pause, _LONGEST_PAUSE_SECONDS)

    def _given_up(
        self, mapping: EventSourceMapping, batch: Batch, rest: Sequence[Record]
    ) -> str | None:
        if self._is_too_old(mapping, rest[0]):
            return "RecordAgeExceeded"
        splits = mapping.bisects and len(batch.records) > 1
        if mapping.retries is not None and batch.tries >= mapping.retries and not splits:
            return "RetryAttemptsExhausted"
        return None

    def _is_late(self, mapping: EventSourceMapping, batch: Batch) -> bool:
        return any(self._is_too_old(mapping, record) for record in batch.records[:1])

    def _is_too_old(self, mapping: EventSourceMapping, record: Mapping[str, Any]) -> bool:
        return mapping.max_age is not None and self._clock() - arrival(record) > mapping.max_age


def _again(batch: Batch, rest: Sequence[Record], *, splits: bool) -> list[Batch]:
    """Give what is tried next of a batch of which `rest` has failed."""
    if not splits or len(batch.records) == 1:
        return [Batch(rest, batch.length, batch.tries + 1)]
    if len(rest) < len(batch.records):
        return [Batch(rest, batch.length, batch.tries)]
    half = len(rest) // 2
    return [Batch(rest[:half], 0, batch.tries), Batch(rest[half:], batch.length, batch.tries)]
