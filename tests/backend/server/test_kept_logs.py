"""Of logs, the latest are kept."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from visitplannr.backend.server.ministack.kept_logs import KeptLogs
from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.ministack.state_files import StateFiles
from visitplannr.model.keeping import Keeping

DAY_MS = 86_400_000
NOW_MS = 100 * DAY_MS
SIZE = 100  # of an event, with CloudWatch Logs' overhead


@pytest.fixture
def logs() -> Iterator[Any]:
    module = service("cloudwatch_logs")
    before = module._append_log_events, module.load_persisted_state, module.get_state
    yield module
    module._append_log_events, module.load_persisted_state, module.get_state = before
    module.reset()


Put = Callable[..., None]


@pytest.fixture
def put(logs: Any) -> Put:
    def put(stream: str, *times: int, group: str = "g", retention: int | None = None) -> None:
        streams = logs._log_groups.setdefault(group, {"streams": {}})["streams"]
        logs._log_groups[group]["retentionInDays"] = retention
        new = {"events": [], "creationTime": NOW_MS, "firstEventTimestamp": None}
        found = streams.setdefault(stream, {**new, "lastEventTimestamp": None})
        message = "x" * (SIZE - 26)
        events = [{"timestamp": t, "message": message, "ingestionTime": t} for t in times]
        logs._append_log_events(found, events)

    return put


def kept(logs: Any) -> dict[str, list[int]]:
    return {
        name: [event["timestamp"] for event in stream["events"]]
        for _, group in logs._log_groups.all_items()
        for name, stream in group["streams"].items()
    }


def watching(size: int = 10 * SIZE, days: float = 30) -> KeptLogs:
    found = KeptLogs(Keeping(size, days), lambda: NOW_MS / 1000)
    found.install()
    return found


def test_up_to_the_bound_all_is_kept(logs: Any, put: Put) -> None:
    watching()
    put("a", *range(NOW_MS - 10, NOW_MS))
    assert len(kept(logs)["a"]) == 10


def test_above_it_the_oldest_streams_go_until_a_quarter_is_free(logs: Any, put: Put) -> None:
    watching()
    put("a", *range(NOW_MS - 100, NOW_MS - 98))
    put("b", *range(NOW_MS - 90, NOW_MS - 85))
    put("c", *range(NOW_MS - 80, NOW_MS - 76))
    assert kept(logs) == {
        "b": list(range(NOW_MS - 88, NOW_MS - 85)),
        "c": list(range(NOW_MS - 80, NOW_MS - 76)),
    }


def test_one_long_stream_is_shortened_and_its_last_event_stays(logs: Any, put: Put) -> None:
    watching()
    put("a", *range(NOW_MS - 1_000, NOW_MS))
    assert kept(logs) == {"a": list(range(NOW_MS - 7, NOW_MS))}
    watching(size=SIZE // 2).make_room()
    assert kept(logs) == {"a": [NOW_MS - 1]}


def test_what_is_too_old_goes(logs: Any, put: Put) -> None:
    put("a", NOW_MS - 40 * DAY_MS)
    put("b", NOW_MS - 40 * DAY_MS, NOW_MS - DAY_MS)
    put("c", NOW_MS - 3 * DAY_MS, NOW_MS - DAY_MS, group="short", retention=2)
    put("new")
    watching().make_room()
    assert kept(logs) == {"b": [NOW_MS - DAY_MS], "c": [NOW_MS - DAY_MS], "new": []}


def test_what_is_read_at_the_start_is_bounded_too(logs: Any, put: Put) -> None:
    put("a", *range(NOW_MS - 20, NOW_MS))
    state = logs.get_state()
    logs.reset()
    watching()
    logs.load_persisted_state(state)
    assert kept(logs) == {"a": list(range(NOW_MS - 7, NOW_MS))}


def test_what_is_written_is_small_and_read_as_it_was(logs: Any, put: Put, tmp_path: Path) -> None:
    """Each message is there once, and GetLogRecord still finds what a query has found."""
    watching(size=1_000_000)
    put("a", *range(NOW_MS - 200, NOW_MS))
    put("odd", NOW_MS)
    logs._log_groups["g"]["streams"]["odd"]["events"][0]["more"] = 1
    as_before = {name: dict(stream) for name, stream in logs._log_groups["g"]["streams"].items()}
    files = StateFiles(tmp_path, pytest.fail, lambda *_: True)
    files.save("cloudwatch_logs", logs.get_state())
    text = (tmp_path / "cloudwatch_logs.json").read_text()
    assert text.count("x" * (SIZE - 26)) == 201
    assert len(text) < 201 * (SIZE + 50)
    assert logs._log_groups["g"]["streams"] == as_before
    logs.reset()
    files.load()
    assert logs._log_groups["g"]["streams"] == as_before
    found = logs._collect_query_records(["g"], 0, NOW_MS)
    assert len(found) == len(logs._log_records) == 201


def test_no_second_form_of_events_is_kept(logs: Any) -> None:
    watching()
    logs._log_groups["g"] = {"streams": {}}
    logs._create_log_stream({"logGroupName": "g", "logStreamName": "s"})
    events = [{"timestamp": NOW_MS, "message": "m"}]
    logs._put_log_events({"logGroupName": "g", "logStreamName": "s", "logEvents": events})
    assert kept(logs) == {"s": [NOW_MS]}
    assert len(logs._log_records) == 0
