"""The loop that polls all event source mappings; the functions run in threads of their own."""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from visitplannr.backend.server.mappings.filters import Matches
from visitplannr.backend.server.mappings.mapping import EventSourceMapping, read_mapping
from visitplannr.backend.server.mappings.queue_poller import Invoke, Queue, QueuePoller, Start
from visitplannr.backend.server.mappings.shard_poller import Discard, Shard, ShardPoller

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
    """Polls until the process ends; a mapping that breaks is logged and harms no other."""

    def __init__(
        self, sources: Sources, invoke: Invoke, matches: Matches, start: Start, discard: Discard
    ) -> None:
        self._sources = sources
        self._invoke = invoke
        self._matches = matches
        self._start = start
        self._discard = discard
        self._queues: dict[str, QueuePoller] = {}
        self._shards: dict[tuple[str, str], ShardPoller] = {}

    def run(self) -> None:
        """Poll for ever."""
        while True:
            self.poll()
            self._sources.wait(_PAUSE_SECONDS)

    def poll(self) -> None:
        """Look once at each mapping."""
        for scope, found in self._sources.mappings():
            with scope:
                try:
                    mapping = read_mapping(found)
                    if mapping:
                        self._poll(mapping)
                except Exception:  # noqa: BLE001 - whatever is wrong with one, the others go on
                    _log.exception("the event source mapping %s cannot be polled", found)

    def _poll(self, mapping: EventSourceMapping) -> None:
        if mapping.source != "sqs":
            for shard in self._sources.shards(mapping):
                self._shard_poller(mapping.uuid, shard.id).poll(mapping, shard)
        elif queue := self._sources.queue(mapping):
            self._queue_poller(mapping.uuid).poll(mapping, queue)

    def _queue_poller(self, uuid: str) -> QueuePoller:
        if uuid not in self._queues:
            self._queues[uuid] = QueuePoller(
                self._invoke, self._matches, self._start, time.time, time.sleep
            )
        return self._queues[uuid]

    def _shard_poller(self, uuid: str, shard: str) -> ShardPoller:
        key = uuid, shard
        if key not in self._shards:
            self._shards[key] = ShardPoller(
                self._invoke, self._matches, self._start, time.time, self._discard
            )
        return self._shards[key]
