"""The runtime host with real processes: life of environments, log, limits, and what is left.

lambda-runtime.md L7, L11, L14, L17 to L19, L23, L28, L32, L34, L38, L39, L41 to L44, L46 to L49,
L51, L56; over HTTP the payloads' limits are api-gateway.md X17 and X18.
"""

import asyncio
import gc
import json
import re
from pathlib import Path

import pytest
from runtime.conftest import HANDLERS, Run
from runtime.hosts import REPORT, UUID, environ_of, processes_here
from visitplannr.model.application import Function
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationError,
    PayloadTooLargeError,
    ThrottledError,
)
from visitplannr.runtime.interpreter import Interpreter
from visitplannr.runtime.platform_log import runtime_version
from visitplannr.runtime.runtimes import Runtimes


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
            r"INIT_START Runtime Version: python:3\.13\S*\t"
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


@pytest.mark.parametrize(
    ("runtime", "version"),
    [
        ("python3.13", "python:3.13.local"),
        ("nodejs22.x", "nodejs:22.local"),
        ("provided.al2023", "provided:al2023.local"),
        ("provided", "provided.local"),
    ],
)
def test_l38_a_runtimes_version_is_named_as_on_aws(runtime: str, version: str) -> None:
    assert runtime_version(runtime) == version


async def test_init_duration_is_reported_once_and_billed(run: Run) -> None:
    async with run("app.echo") as running:
        await running.invoke()
        await running.invoke()
        first, second = await running.logged("REPORT", 2)
        numbers = [float(number) for number in re.findall(r"([\d.]+) ms", first)]
        duration, billed, init = numbers
        assert billed == pytest.approx(duration + init, abs=1.01)
        assert "Init Duration" not in second


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


async def test_l69_what_a_version_sees(run: Run) -> None:
    async with run("app.surroundings", aliases={"live": "2"}) as running:
        result = await running.host.invoke("Function:live", b"[]")
        seen = json.loads(result.payload)
        assert seen["arn"].endswith(":function:stack-Function-1:live")
        assert seen["variables"]["AWS_LAMBDA_FUNCTION_VERSION"] == "2"
        assert "/[2]" in seen["variables"]["AWS_LAMBDA_LOG_STREAM_NAME"]
        (start,) = await running.logged("START")
        assert start.endswith(" Version: 2")


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
    assert not [pid for pid in processes_here() if any(name in environ_of(pid) for name in streams)]


async def test_a_refusal_that_nobody_waits_for_is_not_logged_as_a_crash(run: Run) -> None:
    logged: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context))
    async with run("app.sleep") as running:
        for _ in range(5):
            running.host.invoke("Function", b"100")
        await running.logged("INIT_START", 1)
    gc.collect()
    assert logged == []


async def test_close_leaves_no_process(run: Run) -> None:
    async with run("app.surroundings") as running:
        payload, _ = await running.invoke(b"[]")
        port = json.loads(payload)["variables"]["AWS_LAMBDA_RUNTIME_API"]
    assert not [
        pid for pid in processes_here() if f"RUNTIME_API={port}".encode() in environ_of(pid)
    ]


def _is_folder(path: str) -> bool:
    return Path(path).is_dir()


def _is_gone(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
