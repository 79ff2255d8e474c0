"""What the console keeps of invocations, and what it reads off them."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.console.comparison import compare
from service.console.record import Record, as_details, as_row, figures
from service.console.recorder import Recorder
from service.console.store import Store, recording
from service.runtime.platform_json import JsonLines
from service.runtime.platform_log import Report, TextLines
from service.template.invocation import Begun, InvocationResult
from service.template.model import Function

FUNCTION = Function("F", "f", "arn:f", "app.handler", "python3.13", Path())


def record(number: int = 1, **members: Any) -> Record:
    given = {"function": "f", "time": 1.0, "trace_id": "Root=1", "event": b"{}", "state": "done"}
    return Record(number, **{**given, **members})


def begun(payload: bytes = b"{}") -> Begun:
    ended: asyncio.Future[InvocationResult] = asyncio.get_running_loop().create_future()
    return Begun("f", payload, "Root=1", 1.0, ended)


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
    assert as_row(record(log=log))["status"] == "ok"


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
    assert as_row(record(**members))["status"] == status


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
    assert as_details(record(event=event))["what"] == what


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
    async with recording(store) as recorder:
        invocation = begun(b"\xff")
        recorder.observe(invocation)
        end(invocation, b"\x00")
        before = recorder.records()
    async with recording(store) as recorder:
        assert recorder.records() == before
        recorder.observe(begun())
        assert [one.number for one in recorder.records()] == [2, 1]
    assert said == []


def test_the_latest_thousand_are_stored(tmp_path: Path) -> None:
    store = Store(tmp_path / "stack.sqlite", pytest.fail)
    store.save([record(number) for number in range(1, 1_011)])
    assert [one.number for one in store.load()] == list(range(11, 1_011))


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
