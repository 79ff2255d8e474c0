"""Tumbling windows: a function aggregates a shard's records by time, in a state that it hands on.

AWS Lambda guide, "Implementing stateful Kinesis Data Streams processing". A window is over when a
later record comes, or its time has passed; its last invocation has no records.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from visitplannr.backend.server.mappings.outcome import Outcome
from visitplannr.backend.server.mappings.records import Record, arrival

_STATE_BYTES = 1_000_000
_NO_STATE = "the answer has no state, which a tumbling window needs"


class TumblingWindow:
    """The window of `seconds` that is open in a shard, if one is; it opens with a record."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._start: float | None = None
        self._state: Any = {}
        self._is_too_large = False

    def is_over(self, ahead: Sequence[Record], now: float) -> bool:
        """Say whether its last invocation is due; `ahead` are the next records of the shard."""
        if self._start is None:
            return False
        later = self._start_of(ahead[0]) > self._start if ahead else self._end <= now
        return later or self._is_too_large

    def part_of(self, ahead: Sequence[Record]) -> Sequence[Record]:
        """Give those of the next records that one invocation may get."""
        start = self._start_of(ahead[0]) if self._start is None else self._start
        return list(takewhile(lambda record: self._start_of(record) <= start, ahead))

    def event(self, records: Sequence[Record], shard: str, stream: str) -> Mapping[str, Any]:
        """Give an invocation's event; without records it is the window's last."""
        if self._start is None:
            self._start = self._start_of(records[0])
        return {
            "Records": list(records),
            "window": {"start": _iso(self._start), "end": _iso(self._end)},
            "state": self._state,
            "shardId": shard,
            "eventSourceARN": stream,
            "isFinalInvokeForWindow": not records,
            "isWindowTerminatedEarly": not records and self._is_too_large,
        }

    def judged(self, outcome: Outcome) -> Outcome:
        """Let an answer without state be a failure."""
        has_state = isinstance(outcome.body, Mapping) and "state" in outcome.body
        return outcome if outcome.error or has_state else Outcome(outcome.body, _NO_STATE)

    def keep(self, outcome: Outcome, *, was_last: bool) -> None:
        """Keep the state of an invocation that succeeded; a large one ends the window early.

        Then the same window goes on with a fresh state.
        """
        if was_last:
            self._start = self._start if self._is_too_large else None
            self._state, self._is_too_large = {}, False
        else:
            self._state = outcome.body["state"]
            self._is_too_large = len(json.dumps(self._state)) > _STATE_BYTES

    @property
    def _end(self) -> float:
        return (self._start or 0.0) + self._seconds

    def _start_of(self, record: Record) -> float:
        return arrival(record) // self._seconds * self._seconds


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
