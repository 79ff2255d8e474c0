"""CloudWatch Logs' state as it is written: the events of a stream by columns.

MiniStack writes an object for each event, and each event a second time for GetLogRecord, which it
can make again when somebody asks: six times the bytes and twenty times the time to read them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any, Self

from visitplannr.backend.server.ministack.seams import service

Event = Mapping[str, Any]
_FIELDS = ("timestamp", "message", "ingestionTime", "eventId")
_GROUPS, _RECORDS = "log_groups", "log_records"


class _Columns(dict[str, list[Any]]):
    """The values of each field, in the order of the events. Nobody needs a copy of it."""

    def __deepcopy__(self, _memo: object) -> Self:
        return self


def packed_state(get_state: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Give a state to be written; `get_state` is MiniStack's, and copies what there is."""
    with service("cloudwatch_logs")._log_events_lock:
        streams = [(stream, stream["events"]) for stream in _streams()]
        try:
            for stream, events in streams:
                stream["events"] = _columns(events)
            return {**get_state(), _RECORDS: {}}
        finally:
            for stream, events in streams:
                stream["events"] = events


def unpacked_state(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what was read as MiniStack has it; what an earlier version wrote, too."""
    for _, group in data[_GROUPS].all_items() if _GROUPS in data else ():
        for stream in group["streams"].values():
            if isinstance(stream["events"], dict):
                stream["events"] = list(_events(stream["events"]))
    return {**data, _RECORDS: {}}


def forget_records(events: Sequence[Event]) -> None:
    """Keep no second form of events: a query makes those that it finds."""
    records = service("cloudwatch_logs")._log_records
    for event in events:
        records.pop(event.get("eventId"), None)


def _streams() -> Iterator[dict[str, Any]]:
    for _, group in service("cloudwatch_logs")._log_groups.all_items():
        yield from group["streams"].values()


def _columns(events: Sequence[Event]) -> _Columns | Sequence[Event]:
    """Take events apart; those with other fields than usual stay as they are."""
    if any(event.keys() - _FIELDS for event in events):
        return events
    return _Columns({name: [event.get(name) for event in events] for name in _FIELDS})


def _events(columns: Mapping[str, Sequence[Any]]) -> Iterator[Event]:
    rows = zip(*(columns[name] for name in _FIELDS), strict=True)
    return starmap(_event, rows)


def _event(timestamp: int, message: str, ingested: int, event_id: str | None) -> Event:
    event = {"timestamp": timestamp, "message": message, "ingestionTime": ingested}
    return event if event_id is None else {**event, "eventId": event_id}
