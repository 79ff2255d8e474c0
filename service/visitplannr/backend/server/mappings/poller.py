"""The loop that polls all event source mappings; the functions run in threads of their own."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from visitplannr.backend.server.mappings.filters import Matches
from visitplannr.backend.server.mappings.lanes import Lanes
from visitplannr.backend.server.mappings.mapping import EventSourceMapping, read_mapping
from visitplannr.backend.server.mappings.queue_poller import Invoke, Queue, QueuePoller, Start
from visitplannr.backend.server.mappings.records import Shard
from visitplannr.backend.server.mappings.shard_poller import Discard, ShardPoller

_PAUSE_SECONDS = 0.2
_log = logging.getLogger(__name__)


class Sources(Protocol):
    """What mappings read from."""

    def mappings(self) -> Iterable[tuple[AbstractContextManager[None], Mapping[str, Any]]]:
        """Give each mapping, and the scope of its account and region."""

    def queue(self, mapping: EventSourceMapping) -> Queue | None:
        """Find a mapping's queue."""

    def shards(self, mapping: EventSourceMapping) -> Sequence[Shard]:
        """Find the shards of a mapping's stream."""

    def wait(self, seconds: float) -> None:
        """Wait until a source may have something new, but not longer."""


class Poller:
    """Polls until the process ends; a mapping that breaks is logged and harms no other.

    `clock` gives epoch seconds; `sleep` is for threads that wait for a function with no capacity.
    """

    def __init__(  # noqa: PLR0913 - what it reads, what it runs, and the time
        self,
        sources: Sources,
        invoke: Invoke,
        matches: Matches,
        start: Start,
        discard: Discard,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._sources = sources
        self._invoke = invoke
        self._matches = matches
        self._start = start
        self._discard = discard
        self._clock = clock
        self._sleep = sleep
        self._queues: dict[str, QueuePoller] = {}
        self._shards: dict[tuple[str, str], tuple[Lanes, Sequence[ShardPoller]]] = {}
        self._begins_anew = False

    def run(self) -> None:
        """Poll for ever."""
        while True:
            self.poll()
            self._sources.wait(_PAUSE_SECONDS)

    def begin_anew(self) -> None:
        """Let go, at the next look, of what was received and has not run, or is to be retried."""
        self._begins_anew = True

    def poll(self) -> None:
        """Look once at each mapping."""
        if self._begins_anew:
            self._begins_anew = False
            self._let_go()
        for scope, found in self._sources.mappings():
            with scope:
                try:
                    mapping = read_mapping(found)
                    if mapping:
                        self._poll(mapping)
                except Exception:  # noqa: BLE001 - whatever is wrong with one, the others go on
                    _log.exception("the event source mapping %s cannot be polled", found)

    def _let_go(self) -> None:
        """Begin from the queues and the positions in the streams; what runs moves none any more."""
        for lanes, _ in self._shards.values():
            lanes.give_up()
        self._shards.clear()
        self._queues.clear()

    def _poll(self, mapping: EventSourceMapping) -> None:
        if mapping.source != "sqs":
            for shard in self._sources.shards(mapping):
                self._poll_shard(mapping, shard)
        elif queue := self._sources.queue(mapping):
            self._queue_poller(mapping.uuid).poll(mapping, queue)

    def _queue_poller(self, uuid: str) -> QueuePoller:
        if uuid not in self._queues:
            self._queues[uuid] = QueuePoller(
                self._invoke, self._matches, self._start, self._clock, self._sleep
            )
        return self._queues[uuid]

    def _poll_shard(self, mapping: EventSourceMapping, shard: Shard) -> None:
        key = mapping.uuid, shard.id
        if key in self._shards and self._shards[key][0].factor != mapping.parallelization:
            self._shards.pop(key)[0].give_up()
        if key not in self._shards:
            lanes = Lanes(mapping.parallelization)
            self._shards[key] = lanes, [self._shard_poller() for _ in range(lanes.factor)]
        lanes, pollers = self._shards[key]
        for poller, lane in zip(pollers, lanes.of(shard), strict=True):
            poller.poll(mapping, lane)

    def _shard_poller(self) -> ShardPoller:
        return ShardPoller(self._invoke, self._matches, self._start, self._clock, self._discard)
