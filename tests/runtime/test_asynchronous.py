"""Asynchronous invocations (lambda-runtime.md L20), and what of an invocation is passed through."""

import asyncio
import json
from pathlib import Path

import pytest
from runtime.conftest import Run
from visitplannr.model.asynchronous import AsynchronousRules
from visitplannr.model.invocation import FunctionNotFoundError, InvocationResult, ThrottledError
from visitplannr.runtime.asynchronous import AsynchronousInvocations, AsynchronousSettings


async def test_l20_two_retries_under_one_request_id(run: Run, tmp_path: Path) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with run("app.fail_twice") as running:
        said: list[str] = []
        settings = AsynchronousSettings(sleep=pause, clock=lambda: 0.0)
        asynchronous = AsynchronousInvocations(running.host.invoke, said.append, settings)
        payload = json.dumps(str(tmp_path / "marker")).encode()
        request_id = asynchronous.submit("Function", payload)
        starts = await running.logged(f"START RequestId: {request_id}", 3)
        assert len(starts) == 3
        await running.logged(f"REPORT RequestId: {request_id}", 3)
        assert pauses == [60.0, 120.0]
        assert ["try 0" in said[0], "try 1" in said[1], len(said)] == [True, True, 2]
        await asynchronous.close()


async def test_l20_given_up_after_three_tries() -> None:
    tries: list[str | None] = []
    said: list[str] = []
    finished = asyncio.Event()

    async def fail(function: str, payload: bytes, **more: str | None) -> InvocationResult:
        tries.append(more["request_id"])
        return InvocationResult("id", b"boom", "Unhandled")

    def report(line: str) -> None:
        said.append(line)
        if "given up" in line:
            finished.set()

    settings = AsynchronousSettings(sleep=lambda _: asyncio.sleep(0))
    asynchronous = AsynchronousInvocations(fail, report, settings)
    request_id = asynchronous.submit("f", b"{}")
    await asyncio.wait_for(finished.wait(), 10)
    assert tries == [request_id] * 3
    assert said[-1].endswith("given up (RetriesExhausted): boom")


async def test_l20_a_pause_begins_when_a_try_has_ended_not_when_the_rules_are_read() -> None:
    now = 1_000.0
    pauses: list[float] = []
    tries = iter([InvocationResult("id", b"boom", "Unhandled"), InvocationResult("id", b"{}")])

    async def answer(function: str, payload: bytes, **_: str | None) -> InvocationResult:
        return next(tries)

    async def rules(function: str) -> AsynchronousRules:
        nonlocal now
        now += 60
        return AsynchronousRules(max_age=60)

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    settings = AsynchronousSettings(rules, sleep=pause, clock=lambda: now)
    asynchronous = AsynchronousInvocations(answer, print, settings)
    asynchronous.submit("f", b"{}")
    await asynchronous.finish()
    assert pauses == [0.0]
    assert list(tries) == []


async def test_l19_a_throttled_try_waits_for_room() -> None:
    answers: list[ThrottledError | InvocationResult] = [
        ThrottledError("x"),
        ThrottledError("x"),
        InvocationResult("id", b"{}"),
    ]
    finished = asyncio.Event()
    said: list[str] = []

    async def answer(function: str, payload: bytes, **_: str | None) -> InvocationResult:
        given = answers.pop(0)
        if isinstance(given, Exception):
            raise given
        finished.set()
        return given

    settings = AsynchronousSettings(sleep=lambda _: asyncio.sleep(0))
    asynchronous = AsynchronousInvocations(answer, said.append, settings)
    asynchronous.submit("f", b"{}")
    await asyncio.wait_for(finished.wait(), 10)
    assert not said


async def test_the_host_takes_events_for_its_functions_only(run: Run) -> None:
    async with run("app.echo") as running:
        request_id = await running.host.submit("Function", b"{}")
        await running.logged(f"REPORT RequestId: {request_id}")
        with pytest.raises(FunctionNotFoundError):
            await running.host.submit("Other", b"{}")


async def test_l1_client_context_and_request_id(run: Run) -> None:
    async with run("app.give_context") as running:
        result = await running.host.invoke(
            "Function", b"{}", client_context='{"custom": {"a": "1"}}', request_id="my-id"
        )
        assert json.loads(result.payload) == ["my-id", {"a": "1"}]


async def test_l21_an_invocations_lines_are_kept_with_it(run: Run) -> None:
    async with run("app.say") as running:
        result = await running.host.invoke("Function", b"{}")
        assert result.logged is not None
        lines = await asyncio.wait_for(result.logged, 10)
        assert lines[0].startswith("START")
        assert "first" in lines
        assert lines[-1].startswith("REPORT")
        assert {event.request_id for event in running.events[1:]} == {result.request_id}


async def test_l45_platform_lines_as_json(run: Run) -> None:
    async with run("app.say", log_format="JSON") as running:
        result = await running.host.invoke("Function", b"{}")
        assert result.logged is not None
        lines = await asyncio.wait_for(result.logged, 10)
        assert json.loads(running.lines[0])["type"] == "platform.initStart"
        start, report = json.loads(lines[0]), json.loads(lines[-1])
        assert start["type"] == "platform.start"
        assert start["record"]["requestId"] == result.request_id
        assert report["record"]["status"] == "success"
        assert set(report["record"]["metrics"]) == {
            "durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB", "initDurationMs",
        }  # fmt: skip
        warning = next(json.loads(line) for line in lines if "second" in line)
        assert (warning["level"], warning["message"]) == (
            "WARNING",
            "second\nwith a second line",
        )
        assert "first" in lines


async def test_l45_the_system_log_level_hides_platform_lines(run: Run) -> None:
    async with run("app.fail", log_format="JSON", system_log_level="WARN") as running:
        result = await running.host.invoke("Function", b"{}")
        assert result.logged is not None
        await asyncio.wait_for(result.logged, 10)
        assert not [line for line in running.lines if "platform." in line]


ALL = ["initStart", "initReport", "start", "runtimeDone", "report"]
SYSTEM_LEVELS = [
    ("app.echo", "DEBUG", ALL),
    ("app.echo", "INFO", ["initStart", "start", "report"]),
    ("app.echo", "WARN", []),
    ("app.loop", "DEBUG", ALL),
    ("app.loop", "WARN", ["runtimeDone", "report"]),
    ("gone.handler", "WARN", ["initReport", "initReport", "runtimeDone", "report"]),
]


@pytest.mark.parametrize(("handler", "level", "kinds"), SYSTEM_LEVELS)
async def test_l45_each_platform_line_has_a_level(
    run: Run, handler: str, level: str, kinds: list[str]
) -> None:
    async with run(handler, log_format="JSON", system_log_level=level, timeout=1) as running:
        result = await running.host.invoke("Function", b"{}")
        assert result.logged is not None
        await asyncio.wait_for(result.logged, 10)
        events = [json.loads(line) for line in running.lines if '"platform.' in line]
    assert [event["type"].removeprefix("platform.") for event in events] == kinds
    statuses = {event["record"].get("status") for event in events} - {None}
    if level == "WARN":
        assert "success" not in statuses


async def test_l46_a_log_group_of_its_own_has_the_name_in_the_stream(run: Run) -> None:
    async with run("app.echo", log_group="/shared") as running:
        await running.invoke()
        assert "/stack-Function-1[$LATEST]" in running.events[0].log_stream
