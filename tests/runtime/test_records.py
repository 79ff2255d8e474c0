"""What the console keeps of invocations, and what it reads off them."""

import asyncio
import json
import sqlite3
import time
import weakref
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.console.comparison import compare
from visitplannr.model.application import Function
from visitplannr.model.invocation import Begun, InvocationResult
from visitplannr.model.keeping import MEGABYTE, Keeping
from visitplannr.model.secrets import Secrets
from visitplannr.runtime.platform_json import JsonLines
from visitplannr.runtime.platform_log import Report, TextLines
from visitplannr.runtime.record_store import Recording, Store
from visitplannr.runtime.recorder import Recorder
from visitplannr.runtime.records import Record, figures

NOW = time.time()
FUNCTION = Function("F", "f", "arn:f", "app.handler", "python3.13", Path())


def record(number: int = 1, **members: Any) -> Record:
    given = {"function": "f", "time": NOW, "trace_id": "Root=1", "event": b"{}", "state": "done"}
    return Record(number, **{**given, **members})


def begun(payload: bytes = b"{}") -> Begun:
    ended: asyncio.Future[InvocationResult] = asyncio.get_running_loop().create_future()
    return Begun("f", payload, "Root=1", NOW, ended)


def end(invocation: Begun, payload: bytes = b"1", lines: tuple[str, ...] | None = ("END",)) -> None:
    logged: asyncio.Future[tuple[str, ...]] = asyncio.get_running_loop().create_future()
    if lines is not None:
        logged.set_result(lines)
    invocation.result.set_result(InvocationResult("id", payload, None, logged))


async def test_an_invocation_runs_until_its_log_is_complete() -> None:
    recorder = Recorder()
    first, second = begun(b"1"), begun(b"2")
    for each in (first, second):
        recorder.observe(each)
    end(first, lines=None)
    assert [(one.number, one.state) for one in recorder.records()] == [
        (2, "running"),
        (1, "running"),
    ]
    assert [one.request_id for one in recorder.records()] == ["", "id"]
    result = first.result.result()
    assert result.logged
    result.logged.set_result(("START", "END"))
    second.result.cancel()
    assert [(one.state, one.log) for one in recorder.records()] == [
        ("lost", ""),
        ("done", "START\nEND"),
    ]
    assert recorder.get(1) in recorder.take_unsaved()
    assert recorder.take_unsaved() == []


@pytest.mark.parametrize(("size", "kept"), [(0, 3), (10_000, 1)])
async def test_number_and_bytes_are_bounded(size: int, kept: int) -> None:
    recorder = Recorder(limit=3, max_bytes=15_000)
    for _ in range(5):
        invocation = begun(b"x" * size)
        recorder.observe(invocation)
        end(invocation)
        recorder.records()
    assert [one.number for one in recorder.records()] == [5, 4, 3][:kept]


@pytest.mark.parametrize("make", [TextLines, JsonLines])
@given(
    duration=st.floats(0.001, 900),
    memory=st.integers(128, 10_240),
    init=st.none() | st.floats(0.001, 10),
)
def test_figures_are_those_of_the_report(
    make: Callable[[Function, str], TextLines | JsonLines],
    duration: float,
    memory: int,
    init: float | None,
) -> None:
    report = Report("id", duration, memory, memory - 1, init)
    line = make(FUNCTION, "us-east-1").report(report)
    found = figures(f"START\nREPORT of my own\n{line}")
    assert found["durationMs"] == pytest.approx(duration * 1000, abs=0.006)
    assert found["billedMs"] == report.billed_ms
    assert (found["memorySizeMb"], found["maxMemoryUsedMb"]) == (memory, memory - 1)
    assert ("initMs" in found) == (init is not None)


@given(st.text())
def test_no_log_breaks_the_list(log: str) -> None:
    assert record(log=log).row()["status"] == "ok"


def test_all_of_a_chain_have_one_trace_id() -> None:
    row = record(trace_id="Root=1-2-3;Parent=0123456789abcdef;Sampled=0").row()
    assert row["traceId"] == "Root=1-2-3"


STATUSES: list[Any] = [
    ({"state": "running"}, "running"),
    ({"state": "lost"}, "lost"),
    ({"result": b'{"statusCode": 502}'}, "502"),
    ({"result": b"\xff"}, "ok"),
    ({"result": b"null"}, "ok"),
    ({"result": b'{"errorMessage": "x"}', "function_error": "Unhandled"}, "error"),
    (
        {"result": b'{"errorMessage": "Task timed out after 3.00 seconds"}', "function_error": "x"},
        "timeout",
    ),
]


@pytest.mark.parametrize(("members", "status"), STATUSES)
def test_the_status_says_how_it_went(members: dict[str, Any], status: str) -> None:
    assert record(**members).row()["status"] == status


WHATS: list[Any] = [
    (b'{"httpMethod": "GET", "path": "/a"}', "GET /a"),
    (b'{"requestContext": {"http": {"method": "GET"}}, "rawPath": "/a"}', "GET /a"),
    (b'{"Records": [{"eventSource": "aws:sqs"}]}', "aws:sqs"),
    (b'{"Records": []}', ""),
    (b'{"source": "aws.events"}', "aws.events"),
    (b'{"Records": [1]}', ""),
    (b'{"requestContext": "text"}', ""),
    (b"[]", ""),
    (b"no JSON", ""),
]


@pytest.mark.parametrize(("event", "what"), WHATS)
def test_an_event_is_named_by_what_came_in(event: bytes, what: str) -> None:
    assert record(event=event).details()["what"] == what


def test_results_are_compared_line_by_line() -> None:
    before = record(result=b'{"statusCode": 200, "body": "{\\"a\\": 1}"}')
    after = record(result=b'{"statusCode": 200, "body": "{\\"a\\": 2, \\"b\\": 3}"}')
    changed = [
        (row["left"], row["right"]) for row in compare(before, after) if row["tag"] != "equal"
    ]
    assert changed == [('    "a": 1', '    "a": 2,'), (None, '    "b": 3')]
    assert {row["tag"] for row in compare(before, before)} == {"equal"}


async def test_what_ended_is_there_again(tmp_path: Path) -> None:
    said: list[str] = []
    store = Store(tmp_path / "invocations" / "stack.sqlite", said.append)
    async with Recording(store) as recording:
        recorder = recording.recorder
        invocation = begun(b"\xff")
        recorder.observe(invocation)
        end(invocation, b"\x00")
        before = recorder.records()
    async with Recording(store) as recording:
        recorder = recording.recorder
        assert recorder.records() == before
        recorder.observe(begun())
        assert [one.number for one in recorder.records()] == [2, 1]
    assert said == []


def test_secrets_are_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "stack.sqlite"
    event = b'{"headers": {"X-Api-Key": "k-value"}, "body": "{\\"password\\": \\"p-value\\"}"}'
    kept = record(event=event, result=b'{"token": "t-value"}', log="IBAN: i-value\nCookie: c-value",
                  calls=json.dumps([{"error": "Denied: password=e-value"}]))  # fmt: skip
    Store(file, pytest.fail, Secrets(["iban"])).save([kept])
    assert b"-value" not in file.read_bytes()
    assert kept.event == event


def test_the_latest_thousand_are_stored(tmp_path: Path) -> None:
    store = Store(tmp_path / "stack.sqlite", pytest.fail)
    store.save([record(number) for number in range(1, 1_011)])
    assert [one.number for one in store.load()] == list(range(11, 1_011))


def test_bounds_in_bytes_and_days_hold(tmp_path: Path) -> None:
    store = Store(tmp_path / "stack.sqlite", pytest.fail, keeping=Keeping(5_000, days=2))
    ages = {1: 1.0, 2: 3.0, 3: 1.5, 4: 0.0, 5: 0.0, 6: 0.0}
    store.save([record(number, time=NOW - days * 86_400) for number, days in ages.items()])
    assert [one.number for one in store.load()] == [3, 4, 5, 6]


def test_a_broken_file_is_said_once(tmp_path: Path) -> None:
    file = tmp_path / "stack.sqlite"
    file.write_bytes(b"no database" * 100)
    said: list[str] = []
    store = Store(file, said.append)
    assert store.load() == []
    store.save([record()])
    assert len(said) == 1
    assert "remove it" in said[0]


def test_a_file_of_another_shape_is_said(tmp_path: Path) -> None:
    file = tmp_path / "stack.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE invocation (number)")
    connection.close()
    said: list[str] = []
    assert Store(file, said.append).load() == []
    assert len(said) == 1


UNREADABLE: list[Any] = [b"[" * 100_000, b'{"a": NaN}', b'{"a": "\\ud800"}', b"\xff"]


@pytest.mark.parametrize("payload", UNREADABLE)
def test_what_cannot_be_sent_on_as_json_is_text(payload: bytes) -> None:
    found = record(event=payload, result=payload, log='{"type": "platform.report"}').details()
    assert found["event"] == found["result"] == payload.decode(errors="replace")
    assert found["status"] == "ok"


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert record(event=b'["\\ud83d\\ude00"]').details()["event"] == ["\N{GRINNING FACE}"]


ROUTES: list[Any] = [
    (b'{"httpMethod": "GET", "resource": "/a/{id}", "path": "/a/1"}', "/a/{id}"),
    (b'{"requestContext": {"http": {"method": "GET"}}, "routeKey": "GET /a/{id}"}', "/a/{id}"),
    (b'{"requestContext": {"http": {"method": "GET"}}, "routeKey": "$default"}', "$default"),
    (b'{"source": "aws.events"}', None),
]


@pytest.mark.parametrize(("event", "route"), ROUTES)
def test_a_request_names_its_route(event: bytes, route: str | None) -> None:
    assert record(event=event).row()["route"] == route


def test_many_equal_lines_are_folded() -> None:
    before, after = ([*range(100), last] for last in (1, 2))
    first, second = (record(result=json.dumps(lines).encode()) for lines in (before, after))
    rows = compare(first, second)
    assert [row["tag"] for row in rows] == [
        *["equal"] * 3,
        "skip",
        *["equal"] * 3,
        "replace",
        *["equal"],
    ]
    assert rows[3]["left"] == "… 95 lines the same"


def test_huge_results_are_compared_as_far_as_it_goes() -> None:
    huge = record(result=json.dumps([n % 7 for n in range(200_000)]).encode())
    began = time.monotonic()
    (*_, last) = compare(huge, record(result=b"[1]"))
    assert time.monotonic() - began < 5
    assert last["left"] == "… 198002 lines not compared"


async def test_large_events_make_room_at_once() -> None:
    recorder = Recorder(max_bytes=50_000)
    seen = [weakref.ref(invocation) for invocation in map(_observed(recorder), range(20))]
    assert sum(ref() is not None for ref in seen) < 10
    assert recorder.take_unsaved() == recorder.records()[::-1]


def _observed(recorder: Recorder) -> Callable[[int], "asyncio.Future[InvocationResult]"]:
    def observed(_: int) -> "asyncio.Future[InvocationResult]":
        invocation = begun(b"x" * 10_000)
        end(invocation)
        recorder.observe(invocation)
        return invocation.result

    return observed


def test_the_file_is_bounded_in_bytes(tmp_path: Path) -> None:
    keeping = Keeping(32 * MEGABYTE, 1)
    store = Store(tmp_path / "stack.sqlite", pytest.fail, keeping=keeping)
    for number in range(1, 11):
        store.save([record(number, event=b"x" * 6_000_000)])
    assert [one.number for one in store.load()] == [6, 7, 8, 9, 10]


def test_one_application_is_served_at_a_time() -> None:
    recorder = Recorder()
    first = recorder.begin_application()
    assert recorder.serves(first)
    second = recorder.begin_application()
    assert (recorder.serves(first), recorder.serves(second)) == (False, True)
    recorder.closed = True
    assert not recorder.serves(second)


def test_a_file_of_an_earlier_version_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "stack.sqlite"
    names = [field.name for field in fields(Record) if field.name not in {"trigger", "calls"}]
    with sqlite3.connect(file) as connection:
        connection.execute(f"CREATE TABLE invocation ({', '.join(names)}, PRIMARY KEY (number))")
        values = [getattr(record(), name) for name in names]
        connection.execute(f"INSERT INTO invocation VALUES ({','.join('?' * len(names))})", values)
    connection.close()
    store = Store(file, pytest.fail)
    assert store.load() == [record()]
    store.save([record(2, trigger="sqs")])
    assert [one.trigger for one in store.load()] == ["invoke", "sqs"]


async def test_what_is_answered_is_complete_for_who_asks_then() -> None:
    recorder, invocation = Recorder(), begun()
    recorder.observe(invocation)
    await recorder.complete()  # it has not been answered: nothing is waited for
    end(invocation, lines=None)
    logged = invocation.result.result().logged
    assert logged
    asyncio.get_running_loop().call_later(0.01, logged.set_result, ("REPORT",))
    await recorder.complete()
    assert [(one.state, one.log) for one in recorder.records()] == [("done", "REPORT")]


async def test_all_is_forgotten_and_numbers_go_on(tmp_path: Path) -> None:
    recording = Recording(Store(tmp_path / "records.sqlite", print))
    ended, running = begun(b"1"), begun(b"2")
    async with recording:
        for one in (ended, running):
            recording.recorder.observe(one)
        end(ended)
        assert len(recording.recorder.records()) == 2
        await recording.clear()
        assert recording.recorder.records() == []
        end(running)
        recording.recorder.observe(later := begun(b"3"))
        end(later)
        assert [one.number for one in recording.recorder.records()] == [3]
    assert [one.number for one in Store(tmp_path / "records.sqlite", print).load()] == [3]
