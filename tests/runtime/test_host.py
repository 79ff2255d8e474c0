"""The runtime host with real processes: life of environments, log, and every kind of failure.

lambda-runtime.md L3, L7, L8, L10 to L14, L17 to L19, L23 to L34, L38 to L51, L56; over HTTP the
payloads' limits are api-gateway.md X17 and X18.
"""

import asyncio
import json
import os
import re
import signal
from pathlib import Path

import pytest
from runtime.conftest import HANDLERS, Run
from visitplannr.model.application import Function
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationError,
    PayloadTooLargeError,
    ThrottledError,
)
from visitplannr.runtime.interpreter import Interpreter
from visitplannr.runtime.runtimes import Runtimes

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
REPORT = re.compile(
    rf"REPORT RequestId: {UUID}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\t"
    r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\t(Init Duration: \d+\.\d\d ms\t)?$"
)


@pytest.mark.parametrize("name", ["Function", "stack-Function-1"])
async def test_a_function_has_three_names(run: Run, name: str) -> None:
    async with run("app.echo") as running:
        result = await running.host.invoke(name, b'{"a": [1, null]}')
        assert json.loads(result.payload) == {"a": [1, None]}
        arn = f"arn:aws:lambda:us-east-1:000000000000:function:{'stack-Function-1'}"
        assert (await running.host.invoke(arn, b"1")).payload == b"1"


async def test_an_unknown_function_is_named_with_those_there_are(run: Run) -> None:
    async with run("app.echo") as running:
        with pytest.raises(FunctionNotFoundError, match="named Other; there are: Function"):
            await running.host.invoke("Other", b"{}")


async def test_sequential_invocations_share_one_environment_and_its_state(run: Run) -> None:
    async with run("app.count") as running:
        counts = [int((await running.invoke())[0]) for _ in range(30)]
        assert counts == list(range(1, 31))
        await running.logged("REPORT", 30)
        assert (await running.invoke())[0] == b"31"
        assert running.environments == 1


async def test_one_invocation_at_a_time_in_each_environment(run: Run) -> None:
    async with run("app.sleep") as running:
        results = await asyncio.gather(*(running.invoke(b"0.3") for _ in range(4)))
        assert len({payload for payload, _ in results}) == 4
        await running.logged("REPORT", 4)
        open_streams: set[str] = set()
        for event in running.events:
            if event.message.startswith("START"):
                assert event.log_stream not in open_streams
                open_streams.add(event.log_stream)
            elif event.message.startswith("END"):
                open_streams.remove(event.log_stream)


async def test_a_burst_of_short_invocations_needs_few_environments(run: Run) -> None:
    async with run("app.echo") as running:
        await asyncio.gather(*(running.invoke() for _ in range(200)))
        assert running.environments <= 20


async def test_the_log_of_an_invocation_is_in_order(run: Run) -> None:
    async with run("app.say") as running:
        await running.invoke()
        await running.logged("REPORT")
        init, start, first, second, third, rest, end, report = running.lines
        assert re.fullmatch(
            r"INIT_START Runtime Version: python3\.13\S*\t"
            r"Runtime Version ARN: arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}",
            init,
        )
        assert re.fullmatch(rf"START RequestId: {UUID} Version: \$LATEST", start)
        assert first == "first"
        assert second.startswith("[WARNING]\t")
        assert second.endswith("second\nwith a second line")
        assert (third, rest) == ("third", "unfinished")
        assert re.fullmatch(rf"END RequestId: {UUID}", end)
        assert REPORT.fullmatch(report)


async def test_init_duration_is_reported_once_and_billed(run: Run) -> None:
    async with run("app.echo") as running:
        await running.invoke()
        await running.invoke()
        first, second = await running.logged("REPORT", 2)
        numbers = [float(number) for number in re.findall(r"([\d.]+) ms", first)]
        duration, billed, init = numbers
        assert billed == pytest.approx(duration + init, abs=1.01)
        assert "Init Duration" not in second


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
        assert running.environments == 2


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
        assert kinds.count("INIT_START") == 2
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
        (pid,) = (one for one in _processes() if f"RUNTIME_API={found}".encode() in _environ(one))
        os.kill(int(pid), signal.SIGKILL)
        await asyncio.sleep(0.3)
        writer.write(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.1)
        payload, _ = await asyncio.wait_for(running.invoke(b"[]"), 10)
        assert found not in payload.decode()
        writer.close()


async def test_a_result_that_is_no_json(run: Run) -> None:
    async with run("app.not_json") as running:
        payload, function_error = await running.invoke()
        error = json.loads(payload)
        assert (function_error, error["errorType"]) == ("Unhandled", "Runtime.MarshalError")


async def test_a_result_over_6_mb(run: Run) -> None:
    async with run("app.too_large") as running:
        for _ in range(2):
            payload, function_error = await running.invoke()
            assert function_error == "Unhandled"
            assert json.loads(payload) == {
                "errorMessage": "Response payload size exceeded maximum allowed payload size "
                "(6291556 bytes).",
                "errorType": "Function.ResponseSizeTooLarge",
            }


async def test_an_event_over_6_mb_is_not_run(run: Run) -> None:
    async with run("app.echo") as running:
        with pytest.raises(PayloadTooLargeError):
            await running.invoke(b'"' + b"x" * 6_291_555 + b'"')
        assert running.environments == 0


async def test_a_flood_of_output_blocks_nobody(run: Run) -> None:
    async with run("app.flood") as running:
        assert await running.invoke() == (b'"done"', None)
        await running.logged("REPORT")
        assert sum(len(line) for line in running.lines if line.startswith("x")) == 5_000_000


async def test_a_handler_that_closes_stdout(run: Run) -> None:
    async with run("app.close_stdout") as running:
        assert await running.invoke() == (b'"done"', None)
        assert await running.invoke() == (b'"done"', None)


async def test_children_of_a_killed_function_are_killed_too(run: Run) -> None:
    async with run("app.tell_child", timeout=1) as running:
        await running.invoke()
        (pid,) = [int(line) for line in running.lines if line.isdigit()]
        for _ in range(500):
            if _is_gone(pid):
                break
            await asyncio.sleep(0.01)
        else:
            pytest.fail("the child outlived its function")


async def test_what_a_function_sees(run: Run) -> None:
    async with run("app.surroundings", timeout=5) as running:
        asked = ["boto3", "awslambdaric", "fastapi", "visitplannr", "ministack", "pytest"]
        payload, _ = await running.invoke(json.dumps(asked).encode())
        seen = json.loads(payload)
        variables = seen["variables"]
        assert seen["packages"] == ["boto3", "awslambdaric"]
        assert seen["cwd"] == str(HANDLERS)
        assert (seen["memory"], seen["name"]) == ("128", "stack-Function-1")
        assert seen["arn"].endswith(":function:stack-Function-1")
        assert 0 < seen["remaining"] <= 5000
        assert variables["TABLE"] == "events"
        assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "stack-Function-1"
        assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
        assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
        assert re.fullmatch(
            r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", variables["AWS_LAMBDA_LOG_STREAM_NAME"]
        )
        assert re.fullmatch(
            r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0",
            variables["_X_AMZN_TRACE_ID"],
        )
        assert not {"HOME", "USER", "VIRTUAL_ENV"} & set(variables)
        assert _is_folder(seen["temporary"])
        assert variables["TMPDIR"] == seen["temporary"]
    assert not _is_folder(seen["temporary"])


async def test_reserved_concurrency_throttles(run: Run) -> None:
    async with run("app.sleep", reserved_concurrency=1) as running:
        first = asyncio.ensure_future(running.invoke(b"0.3"))
        await asyncio.sleep(0)
        with pytest.raises(ThrottledError) as throttled:
            await running.invoke(b"0")
        assert throttled.value.reason == "ReservedFunctionConcurrentInvocationLimitExceeded"
        assert (await first)[1] is None


async def test_idle_environments_are_reaped(run: Run) -> None:
    async with run("app.echo", idle_seconds=0.05) as running:
        for _ in range(50):
            await running.invoke()
            await asyncio.sleep(0.2)
            if running.environments > 1:
                return
        pytest.fail("the environment was kept though it was idle")


async def test_warm_starts_an_environment_ahead(run: Run) -> None:
    async with run("app.count") as running:
        running.host.warm()
        await running.logged("INIT_START")
        assert (await running.invoke())[0] == b"1"
        assert running.environments == 1


class NoPython(Runtimes):
    """Finds no interpreter, and says so in a way of its own."""

    def interpreter(self, function: Function) -> Interpreter:
        raise ValueError(f"{function.runtime} is broken")


async def test_an_environment_that_cannot_be_started_fails_who_waits(
    run: Run, tmp_path: Path
) -> None:
    async with run("app.echo", code=tmp_path / "gone" / "deeper") as running:
        with pytest.raises(InvocationError, match=r"Function in .*gone/deeper cannot be started"):
            await asyncio.wait_for(running.invoke(), 10)
    async with run("app.echo", on=NoPython(tmp_path, "", tmp_path)) as running:
        with pytest.raises(InvocationError, match=r"cannot be started: python3\.13 is broken"):
            await asyncio.wait_for(running.invoke(), 10)


async def test_close_while_environments_start_leaves_none(run: Run) -> None:
    async with run("app.sleep") as running:
        waiting = [asyncio.ensure_future(running.invoke(b"100")) for _ in range(5)]
        await running.logged("INIT_START", 2)
    results = await asyncio.gather(*waiting, return_exceptions=True)
    refused = [result for result in results if isinstance(result, InvocationError)]
    failed = [result for result in results if isinstance(result, tuple) and result[1]]
    assert len(refused) + len(failed) == 5
    streams = {event.log_stream.encode() for event in running.events}
    assert not [pid for pid in _processes() if any(name in _environ(pid) for name in streams)]


async def test_close_leaves_no_process(run: Run) -> None:
    async with run("app.surroundings") as running:
        payload, _ = await running.invoke(b"[]")
        port = json.loads(payload)["variables"]["AWS_LAMBDA_RUNTIME_API"]
    assert not [pid for pid in _processes() if f"RUNTIME_API={port}".encode() in _environ(pid)]


def _is_folder(path: str) -> bool:
    return Path(path).is_dir()


def _processes() -> list[str]:
    return [path.name for path in Path("/proc").glob("[0-9]*")]


def _environ(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _is_gone(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
