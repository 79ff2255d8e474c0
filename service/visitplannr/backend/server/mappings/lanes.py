"""Splits a shard by key, so that several of its batches run at the same time.

AWS Lambda guide, "Configuring Kinesis data stream event sources": with a ParallelizationFactor,
records of the same partition key, or item, stay in order.
"""

import json
import threading
import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from visitplannr.backend.server.mappings.records import Record, Shard, sequence_number

_READ_AHEAD = 10_000


@dataclass(slots=True)
class _Ahead:
    """A record behind the shard's position; `is_done` when nothing is left to do for it."""

    record: Record
    lane: int
    is_done: bool = False


class Lanes:
    """Shares a shard out to `factor` lanes, which read and advance like shards of their own.

    The shard's position stays before the first record that is not done: what was done behind it is
    delivered again after a restart, as AWS may do at any time.
    """

    def __init__(self, factor: int) -> None:
        self.factor = factor
        self._ahead: deque[_Ahead] = deque()
        self._lock = threading.Lock()
        self._is_given_up = False

    def of(self, shard: Shard) -> Sequence[Shard]:
        """Give the lanes of the shard as it is now."""
        return [_Lane(self, shard, number) for number in range(self.factor)]

    def give_up(self) -> None:
        """Move nothing any more: somebody else reads the shard from its position."""
        with self._lock:
            self._is_given_up = True

    def read(self, shard: Shard, lane: int, most: int) -> Sequence[Record]:
        """Give a lane's next records."""
        with self._lock:
            while True:
                mine = [one.record for one in self._left(lane)][:most]
                if len(mine) >= most or not self._read_on(shard, most):
                    return mine

    def advance(self, shard: Shard, lane: int, count: int) -> None:
        """Note that a lane's next records are done."""
        with self._lock:
            if self._is_given_up:
                return
            for one in self._left(lane)[:count]:
                one.is_done = True
            moved = 0
            while self._ahead and self._ahead[0].is_done:
                self._ahead.popleft()
                moved += 1
            shard.advance(moved)

    def _left(self, lane: int) -> list[_Ahead]:
        return [one for one in self._ahead if one.lane == lane and not one.is_done]

    def _read_on(self, shard: Shard, most: int) -> bool:
        """Read further; say whether there was anything."""
        if len(self._ahead) >= _READ_AHEAD:
            return False
        if self._ahead and not _same(shard.read(1), self._ahead[0].record):
            self._ahead.clear()  # the stream has been trimmed
        new = shard.read(most, after=len(self._ahead))
        self._ahead.extend(_Ahead(record, self._lane_of(record)) for record in new)
        return bool(new)

    def _lane_of(self, record: Record) -> int:
        return zlib.crc32(_key(record).encode()) % self.factor


class _Lane:
    def __init__(self, lanes: Lanes, shard: Shard, number: int) -> None:
        self.id = shard.id
        self._lanes = lanes
        self._shard = shard
        self._number = number

    def read(self, most: int, *, after: int = 0) -> Sequence[Record]:
        return self._lanes.read(self._shard, self._number, most + after)[after:]

    def advance(self, count: int) -> None:
        self._lanes.advance(self._shard, self._number, count)


def _same(found: Sequence[Record], record: Record) -> bool:
    return bool(found) and sequence_number(found[0]) == sequence_number(record)


def _key(record: Record) -> str:
    if kinesis := record.get("kinesis"):
        return str(kinesis.get("partitionKey"))
    return json.dumps((record.get("dynamodb") or {}).get("Keys"), sort_keys=True)
