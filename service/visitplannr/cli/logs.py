"""`visitplannr logs`: the functions' log events from CloudWatch Logs, wherever that is."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from visitplannr.backend.logs import log_events, log_groups
from visitplannr.cli.output import print_json, print_line, shown
from visitplannr.cli.place import Place, PlaceError, functions_of, in_one_line
from visitplannr.cli.suggestion import there_are

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_POLL_SECONDS = 0.5
_OVERLAP_MS = 5_000


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What to show: events of the last `since` seconds that contain `text`."""

    function: str | None
    since: float
    text: str | None
    follow: bool
    as_json: bool


def seconds(duration: str) -> float:
    """Read a duration such as 30s, 5m, 2h or 1d.

    Raises:
        ValueError: it is none.
    """
    match = re.fullmatch(r"(\d+)([smhd])", duration)
    if not match:
        raise ValueError(f"{duration} is no duration such as 30s, 5m, 2h or 1d")
    return int(match[1]) * _UNITS[match[2]]


def run_logs(place: Place, query: LogQuery) -> int:
    """Print the events in their order; with `follow`, until interrupted.

    Raises:
        PlaceError: there is no such function, or nobody answers.
    """
    groups = _groups(place, query.function)
    client = place.backend.client("logs")
    since_ms = int((time.time() - query.since) * 1000)
    shown: set[str] = set()
    while True:
        latest = since_ms
        with in_one_line(f"the logs of {place.stack_name} cannot be read"):
            for event in log_events(client, groups, since_ms, query.text):
                latest = max(latest, event["timestamp"])
                if event["eventId"] not in shown:
                    shown.add(event["eventId"])
                    _print(event, as_json=query.as_json)
        if not query.follow:
            return 0
        since_ms = max(since_ms, latest - _OVERLAP_MS)
        time.sleep(_POLL_SECONDS)


def _groups(place: Place, function: str | None) -> dict[str, str]:
    """Map the log groups of the wanted functions to the functions' logical ids."""
    functions = functions_of(place)
    wanted = {
        logical_id: name
        for logical_id, name in functions.items()
        if function in {None, logical_id, name}
    }
    if not wanted:
        there = there_are(functions, function or "")
        raise PlaceError(f"{place.stack_name} has no function {function}; {there}")
    return log_groups(place.backend.client("lambda"), wanted)


def _print(event: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        kept = {key: event[key] for key in ("timestamp", "function", "message")}
        print_json({**kept, "log_stream": event["logStreamName"]})
    else:
        at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC).astimezone()
        time_of_day = at.isoformat(sep="T", timespec="milliseconds")
        for line in event["message"].splitlines() or [""]:
            print_line(f"{event['function']} {time_of_day} {shown(line)}")
