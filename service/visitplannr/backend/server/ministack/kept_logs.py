"""What CloudWatch Logs keeps: bounded, as it is read at each start and written at each end."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from visitplannr.backend.server.ministack.packed_logs import (
    forget_records,
    packed_state,
    unpacked_state,
)
from visitplannr.backend.server.ministack.seams import service
from visitplannr.model.keeping import Keeping

_OVERHEAD = 26  # CloudWatch Logs counts so many bytes for an event, beside its message
_DAY_MS = 86_400_000

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Stream:
    """A log stream as MiniStack has it, among those of its group, and the group's retention."""

    name: str
    siblings: dict[str, Any]
    retention_days: float

    @property
    def events(self) -> list[Event]:
        found: list[Event] = self.siblings[self.name]["events"]
        return found

    @property
    def latest(self) -> int:
        stream = self.siblings[self.name]
        return int(stream["lastEventTimestamp"] or stream["creationTime"])

    @property
    def size(self) -> int:
        return _size(self.events)

    def forget(self, count: int) -> None:
        """Let go of its earliest events; without any, of the stream."""
        del self.events[:count]
        if not self.events:
            del self.siblings[self.name]


class KeptLogs:
    """Lets go of events that are too old, and of the oldest when there are too many.

    A log group's own retention counts where it is shorter. `clock` gives epoch seconds.
    """

    def __init__(self, keeping: Keeping, clock: Callable[[], float]) -> None:
        self._keeping = keeping
        self._clock = clock
        self._bytes = 0

    def install(self) -> None:
        """Watch over what is read at the start, and what is added since; pack what is written."""
        logs = service("cloudwatch_logs")
        append, load = logs._append_log_events, logs.load_persisted_state

        def counting(stream: Any, events: Sequence[Event]) -> None:
            append(stream, events)
            forget_records(events)
            self._bytes += _size(events)
            if self._bytes > self._keeping.size:
                self.make_room()

        def loading(data: Any) -> None:
            load(unpacked_state(data))
            self.make_room()

        logs._append_log_events, logs.load_persisted_state = counting, loading
        logs.get_state = partial(packed_state, logs.get_state)

    def make_room(self) -> None:
        """Let go of what is too old; if there is too much, of the oldest, until a quarter is free.

        The latest stream of all is shortened, and never goes as a whole.
        """
        now = self._clock() * 1000
        with service("cloudwatch_logs")._log_events_lock:
            for stream in list(_streams()):
                days = min(self._keeping.days, stream.retention_days)
                _forget_before(stream, now - days * _DAY_MS)
            streams = sorted(_streams(), key=lambda one: one.latest)
            self._bytes = sum(stream.size for stream in streams)
            if self._bytes > self._keeping.size:
                self._bytes -= _forget(streams, self._bytes - self._keeping.size * 3 // 4)


def _streams() -> Iterator[_Stream]:
    for _, group in service("cloudwatch_logs")._log_groups.all_items():
        retention = group.get("retentionInDays") or float("inf")
        for name in group["streams"]:
            yield _Stream(name, group["streams"], retention)


def _forget_before(stream: _Stream, time_ms: float) -> None:
    if stream.latest < time_ms:
        stream.forget(len(stream.events))
    elif old := bisect_left(stream.events, time_ms, key=lambda event: event["timestamp"]):
        stream.forget(old)


def _forget(streams: Sequence[_Stream], too_many: int) -> int:
    """Let go of so many bytes, the oldest streams first; give how many went."""
    gone = 0
    for stream in streams:
        size, left = stream.size, too_many - gone
        if left <= 0:
            break
        if size <= left and stream is not streams[-1]:
            stream.forget(len(stream.events))
            gone += size
        else:
            gone += _shorten(stream, left)
    return gone


def _shorten(stream: _Stream, too_many: int) -> int:
    gone = count = 0
    for event in stream.events[:-1]:
        if gone >= too_many:
            break
        gone += _size([event])
        count += 1
    if count:
        stream.forget(count)
    return gone


def _size(events: Sequence[Event]) -> int:
    return sum(len(event.get("message", "")) + _OVERHEAD for event in events)
