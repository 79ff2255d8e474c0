"""Reads one shard of a stream in order, in batches, with Lambda's rules for errors.

AWS Lambda guide, "Retain discarded batches" and "Configure partial batch response": a batch that
fails is tried again until it succeeds, is too old or was tried too often, and nothing after it is
read meanwhile. Splitting it in two is no try.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from visitplannr.backend.server.mappings.filters import Matches, passes
from visitplannr.backend.server.mappings.mapping import EventSourceMapping
from visitplannr.backend.server.mappings.outcome import Outcome, failed_items
from visitplannr.backend.server.mappings.queue_poller import Invoke, Start

Record = Mapping[str, Any]
_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0


class Shard(Protocol):
    """A shard that is read from a position which is kept with the backend's state."""

    id: str

    def read(self, most: int) -> Sequence[Record]:
        """Give the next records, as functions get them; the position stays."""

    def advance(self, count: int) -> None:
        """Move the position."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that are tried together; `length` is how far the position moves when it is done."""

    records: Sequence[Record]
    length: int
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Discarded:
    """Records that were given up after so many `tries`; `condition` is AWS's word for why."""

    records: Sequence[Record]
    shard: str
    condition: str
    tries: int
    outcome: Outcome


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
        self._gathering_since: float | None = None
        self._not_before = 0.0
        self._is_running = False

    def poll(self, mapping: EventSourceMapping, shard: Shard) -> None:
        """Start the next batch, if there is one and none runs."""
        if self._is_running or self._clock() < self._not_before:
            return
        if not self._batches and (batch := self._next(mapping, shard)):
            self._batches.append(batch)
        if self._batches:
            self._is_running = True
            self._start(lambda: self._run(mapping, shard))

    def _next(self, mapping: EventSourceMapping, shard: Shard) -> Batch | None:
        """Read a batch that is full or whose window is over; pass what the filters leave out."""
        while read := shard.read(mapping.batch_size):
            if self._gathering_since is None:
                self._gathering_since = self._clock()
            waited = self._clock() - self._gathering_since
            if len(read) < mapping.batch_size and waited < mapping.window:
                return None
            self._gathering_since = None
            kept = [one for one in read if passes(one, mapping.patterns, self._matches)]
            if kept:
                return Batch(kept, len(read))
            shard.advance(len(read))
        return None

    def _run(self, mapping: EventSourceMapping, shard: Shard) -> None:
        try:
            self._try(mapping, shard, self._batches.pop(0))
        finally:
            self._is_running = False

    def _try(self, mapping: EventSourceMapping, shard: Shard, batch: Batch) -> None:
        outcome = self._invoke(mapping, {"Records": batch.records})
        ids = list(map(sequence_number, batch.records))
        failed = failed_items(outcome, ids, reported=mapping.reports_failures)
        if not failed:
            shard.advance(batch.length)
            return
        rest = batch.records[ids.index(failed[0]) :]
        if condition := self._given_up(mapping, batch, rest):
            shard.advance(batch.length)
            self._discard(mapping, Discarded(rest, shard.id, condition, batch.tries + 1, outcome))
        else:
            self._batches[:0] = _again(batch, rest, splits=mapping.bisects)
            pause = _PAUSE_SECONDS * 2.0 ** min(batch.tries, 10)
            self._not_before = self._clock() + min(pause, _LONGEST_PAUSE_SECONDS)

    def _given_up(
        self, mapping: EventSourceMapping, batch: Batch, rest: Sequence[Record]
    ) -> str | None:
        if mapping.max_age is not None and self._clock() - arrival(rest[0]) > mapping.max_age:
            return "MaxRecordAgeExceeded"
        splits = mapping.bisects and len(batch.records) > 1
        if mapping.retries is not None and batch.tries >= mapping.retries and not splits:
            return "RetryAttemptsExhausted"
        return None


def _again(batch: Batch, rest: Sequence[Record], *, splits: bool) -> list[Batch]:
    """Give what is tried next of a batch of which `rest` has failed."""
    if not splits or len(batch.records) == 1:
        return [Batch(rest, batch.length, batch.tries + 1)]
    if len(rest) < len(batch.records):
        return [Batch(rest, batch.length, batch.tries)]
    half = len(rest) // 2
    return [Batch(rest[:half], 0, batch.tries), Batch(rest[half:], batch.length, batch.tries)]


def sequence_number(record: Record) -> str:
    """Give the number that identifies a record in its shard."""
    found = record.get("kinesis") or record.get("dynamodb") or {}
    return str(found.get("sequenceNumber") or found.get("SequenceNumber") or "")


def arrival(record: Record) -> float:
    """Give the time of a record, in epoch seconds."""
    kinesis, dynamodb = record.get("kinesis") or {}, record.get("dynamodb") or {}
    found = kinesis.get("approximateArrivalTimestamp")
    return float(found or dynamodb.get("ApproximateCreationDateTime") or 0)
