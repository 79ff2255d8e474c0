"""What becomes of functions that fail, exit, hang, or end with their environment.

lambda-runtime.md L3, L8, L10, L12 to L14, L24 to L28, L30, L31, L40.
"""

import asyncio
import json
import os
import re
import signal
from pathlib import Path

import pytest
from runtime.conftest import HANDLERS, Run
from runtime.hosts import environ_of, processes_here

EXITED = "Runtime exited with error: "


FAILURES = [
    pytest.param("app.leave", "Runtime.ExitError", f"{EXITED}exit status 3", id="L26 exit"),
    pytest.param(
        "app.leave_politely",
        "Runtime.ExitError",
        "Runtime exited without providing a reason",
        id="L27 exit 0",
    ),
    pytest.param(
        "app.segfault",
        "Runtime.ExitError",
        f"{EXITED}signal: segmentation fault",
        id="L28 signal",
    ),
    pytest.param(
        "app.loop", "Sandbox.Timedout", "Task timed out after 1.00 seconds", id="L25 timeout"
    ),
]


@pytest.mark.parametrize(("handler", "error_type", "message"), FAILURES)
async def test_a_process_that_ends_fails_its_invocation_and_is_replaced(
    run: Run, handler: str, error_type: str, message: str
) -> None:
    async with run(handler, timeout=1) as running:
        for attempt in (1, 2):
            payload, function_error = await running.invoke()
            (*_, report) = await running.logged("REPORT", attempt)
            request_id = report.split("\t")[0].removeprefix("REPORT RequestId: ")
            assert function_error == "Unhandled"
            assert json.loads(payload) == {
                "errorType": error_type,
                "errorMessage": f"RequestId: {request_id} Error: {message}",
            }
        timed_out = error_type == "Sandbox.Timedout"
        status = "timeout" if timed_out else f"error\tError Type: {error_type}"
        assert report.endswith(f"\tStatus: {status}")
        assert running.environments == 1


async def test_l70_tmp_is_kept_through_a_timeout_and_memory_is_not(run: Run) -> None:
    async with run("app.keep", timeout=2) as running:
        for kept in ([1, 1], [2, 2]):
            assert json.loads((await running.invoke())[0]) == kept
        await running.invoke(b"60")
        assert json.loads((await running.invoke())[0]) == [1, 3]
        (*_, report) = await running.logged("REPORT", 4)
        assert "Init Duration" not in report
        assert running.environments == 1
        kinds = [line.split()[0] for line in running.lines if line.startswith("INIT")]
        assert kinds == ["INIT_START"]


async def test_a_timeout_is_reported_as_the_timeout_exactly(run: Run) -> None:
    async with run("app.loop", timeout=1) as running:
        await running.invoke()
        (report,) = await running.logged("REPORT")
        assert "\tDuration: 1000.00 ms\t" in report


async def test_an_exception_is_passed_on_as_the_runtime_reports_it(run: Run) -> None:
    async with run("app.fail") as running:
        payload, function_error = await running.invoke()
        error = json.loads(payload)
        assert function_error == "Unhandled"
        assert list(error) == ["errorMessage", "errorType", "requestId", "stackTrace"]
        assert (error["errorMessage"], error["errorType"]) == ("boom", "ValueError")
        assert 'raise ValueError("boom")' in error["stackTrace"][0]
        (line,) = await running.logged("[ERROR] ValueError: boom")
        assert "Traceback" in line
        assert (await running.invoke())[1] == "Unhandled"
        assert running.environments == 1


INIT_FAULTS = [
    pytest.param("gone.handler", "Runtime.ImportModuleError", id="L30 module missing"),
    pytest.param("broken_import.handler", "Runtime.ImportModuleError", id="L30 import in module"),
    pytest.param("app.gone", "Runtime.HandlerNotFound", id="L31 handler missing"),
    pytest.param("app", "Runtime.MalformedHandlerName", id="L31 no dot"),
    pytest.param("broken_syntax.handler", "Runtime.UserCodeSyntaxError", id="L31 syntax"),
]


@pytest.mark.parametrize(("handler", "error_type"), INIT_FAULTS)
async def test_an_init_that_fails_is_tried_again_within_the_invocation(
    run: Run, tmp_path: Path, handler: str, error_type: str
) -> None:
    code = HANDLERS
    if handler.startswith("broken_syntax"):
        code = tmp_path
        (code / "broken_syntax.py").write_text((HANDLERS / "broken_syntax.txt").read_text())
    async with run(handler, code=code) as running:
        payload, function_error = await running.invoke()
        error = json.loads(payload)
        assert (function_error, error["errorType"]) == ("Unhandled", error_type)
        await running.logged("REPORT")
        kinds = [
            line.split()[0]
            for line in running.lines
            if line.split()[0] in {"INIT_START", "INIT_REPORT", "START", "END", "REPORT"}
        ]
        assert kinds[-4:] == ["INIT_REPORT", "START", "END", "REPORT"]
        assert kinds.count("INIT_START") == 1
        assert running.environments == 1
        reports = [line for line in running.lines if line.startswith("INIT_REPORT")]
        assert [re.findall(r"Phase: (\w+)", line)[0] for line in reports] == ["init", "invoke"]
        assert running.lines[-1].endswith(f"\tStatus: error\tError Type: {error_type}")


async def test_an_init_that_hangs_is_ended_by_the_functions_timeout_in_the_second_try(
    run: Run,
) -> None:
    async with run("slow_to_import.handler", timeout=1, init_seconds=0.5) as running:
        payload, _ = await running.invoke()
        assert json.loads(payload)["errorType"] == "Sandbox.Timedout"
        reports = await running.logged("INIT_REPORT", 2)
        assert all(line.endswith("Status: timeout") for line in reports)


async def test_l12_a_repeated_init_is_on_the_time_of_its_invocation(
    run: Run, tmp_path: Path
) -> None:
    environment = {"TRIED": str(tmp_path / "tried")}
    async with run("second_try.handler", timeout=30, environment=environment) as running:
        remaining, _ = await running.invoke(b"0")
        assert int(remaining) <= 29_400
    environment = {"TRIED": str(tmp_path / "tried too")}
    async with run("second_try.handler", timeout=1, environment=environment) as running:
        payload, _ = await running.invoke(b"0.6")
        assert json.loads(payload)["errorType"] == "Sandbox.Timedout"


async def test_an_environment_that_dies_idle_takes_at_most_one_invocation_with_it(run: Run) -> None:
    async with run("app.pid") as running:
        for milliseconds in range(20):
            os.kill(int((await running.invoke())[0]), signal.SIGKILL)
            await asyncio.sleep(milliseconds / 2000)
            payload, _ = await asyncio.wait_for(running.invoke(), 10)
            assert payload.isdigit() or json.loads(payload)["errorType"] == "Runtime.ExitError"
        assert (await running.invoke())[0].isdigit()


async def test_who_waits_for_one_that_lingers_after_its_answer_gets_another(run: Run) -> None:
    async with run("app.answer_and_linger", timeout=30, next_seconds=0.1) as running:
        pids = [(await asyncio.wait_for(running.invoke(), 20))[0] for _ in range(3)]
        assert len(set(pids)) == 3


async def test_what_asks_for_work_after_its_environment_has_ended_gets_none(run: Run) -> None:
    async with run("app.surroundings") as running:
        found = json.loads((await running.invoke(b"[]"))[0])["variables"]["AWS_LAMBDA_RUNTIME_API"]
        _, writer = await asyncio.open_connection(*found.split(":"))
        (pid,) = (
            one for one in processes_here() if f"RUNTIME_API={found}".encode() in environ_of(one)
        )
        os.kill(int(pid), signal.SIGKILL)
        await asyncio.sleep(0.3)
        writer.write(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.1)
        payload, _ = await asyncio.wait_for(running.invoke(b"[]"), 10)
        assert found not in payload.decode()
        writer.close()
