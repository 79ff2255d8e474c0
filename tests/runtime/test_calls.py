"""Which invocation has made which AWS calls, and that they are kept with it."""

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from visitplannr.model.aws_call import AwsCall
from visitplannr.model.invocation import Begun, InvocationResult
from visitplannr.runtime.calls import MOST, Calls
from visitplannr.runtime.record_store import Recording, Store
from visitplannr.runtime.recorder import Recorder

ROOT = "Root=1-67891233-abcdef012345678912345678"
FIRST, SECOND = f"{ROOT};Parent=00000000000000aa", f"{ROOT};Parent=00000000000000bb"


def call(trace: str | None = FIRST, **members: Any) -> AwsCall:
    given: dict[str, Any] = {
        "service": "sqs",
        "operation": "SendMessage",
        "resource": "arn:q",
        "began": 10.0,
        "duration": 0.002,
        "status": 200,
        "error": None,
        "decision": "allowed",
        "trace": trace,
        "access_key": "ASIAKEY",
    }
    return AwsCall(**{**given, **members})


def begun(trace: str | None = FIRST, time: float = 9.5, access_key: str = "") -> Begun:
    ended: asyncio.Future[InvocationResult] = asyncio.get_running_loop().create_future()
    return Begun("f", b"{}", trace, time, ended, access_key=access_key)


class Source:
    """Gives what a test puts in, once."""

    def __init__(self) -> None:
        self.calls: list[AwsCall] = []

    async def __call__(self) -> Sequence[AwsCall]:
        calls, self.calls = self.calls, []
        for _ in range(5 * len(calls)):
            await asyncio.sleep(0)
        return calls


def operations(recorder: Recorder, number: int) -> list[str]:
    found = recorder.get(number)
    assert found
    return [one["operation"] for one in found.details()["calls"]]


async def test_invocations_side_by_side_have_their_own_calls_in_order() -> None:
    source = Source()
    recorder = Recorder(fetch=source)
    recorder.observe(begun(FIRST))
    recorder.observe(begun(SECOND))
    source.calls = [
        call(FIRST, operation="later", began=11.0),
        call(SECOND, operation="other"),
        call(FIRST, operation="sooner", began=10.0),
        call(f"{ROOT};Parent=00000000000000cc", operation="of nobody here", access_key="?"),
        call(None, operation="of nobody at all"),
    ]
    await recorder.complete()
    assert (operations(recorder, 1), operations(recorder, 2)) == (["sooner", "later"], ["other"])


async def test_a_call_as_it_is_shown() -> None:
    source = Source()
    recorder = Recorder(fetch=source)
    recorder.observe(begun(time=9.5))
    source.calls = [call(status=400, error="NoSuchKey: no", decision="not-evaluated")]
    await recorder.complete()
    (record,) = recorder.records()
    assert record.details()["calls"] == [
        {
            "service": "sqs",
            "operation": "SendMessage",
            "resource": "arn:q",
            "offsetMs": 500.0,
            "durationMs": 2.0,
            "status": 400,
            "error": "NoSuchKey: no",
            "decision": "not-evaluated",
        }
    ]


@pytest.mark.parametrize("trace", [None, f"{ROOT};Parent=1111111111111111;Sampled=1"])
async def test_without_its_header_a_call_belongs_to_what_ran_in_its_environment(
    trace: str | None,
) -> None:
    calls = Calls(10)
    for number, (began, key) in enumerate([(1.0, "ASIAKEY"), (5.0, "ASIAKEY"), (5.5, "ASIAOTHER")]):
        calls.begin(number, begun(f"{ROOT};Parent=00000000000000a{number}", began, key))
    made = [call(trace, began=began) for began in (0.5, 4.9, 5.1, 6.0)]
    assert [calls.add(one) for one in made] == [None, 0, 1, 1]
    calls.begin(3, begun(access_key="test"))
    for shared in ("test", "AKIA"):
        assert calls.add(call(trace, access_key=shared)) is None


async def test_a_call_that_becomes_known_late_is_kept_too(tmp_path: Path) -> None:
    source, file = Source(), tmp_path / "records.sqlite"
    async with Recording(Store(file, pytest.fail), source) as recording:
        invocation = begun(time=time.time())
        recording.recorder.observe(invocation)
        invocation.result.set_result(InvocationResult("id", b"1"))
        assert [one.calls for one in recording.recorder.take_unsaved()] == ["[]"]
        source.calls = [call()]
        await recording.recorder.complete()
    (kept,) = Store(file, pytest.fail).load()
    assert [one["service"] for one in json.loads(kept.calls)] == ["sqs"]


async def test_all_who_wait_for_calls_have_them() -> None:
    source = Source()
    recorder = Recorder(fetch=source)
    recorder.observe(begun())
    source.calls = [call()]
    fetching = asyncio.ensure_future(recorder.complete())
    await asyncio.sleep(0)
    await recorder.complete()
    assert operations(recorder, 1) == ["SendMessage"]
    await fetching


async def test_what_is_kept_is_bounded() -> None:
    calls = Calls(2)
    for number in range(6):
        calls.begin(
            number, begun(f"{ROOT};Parent=00000000000000a{number}", access_key=f"ASIA{number}")
        )
    assert calls.add(call(f"{ROOT};Parent=00000000000000a0", access_key="ASIA0")) is None
    last = f"{ROOT};Parent=00000000000000a5"
    assert {calls.add(call(last)) for _ in range(MOST + 1)} == {5}
    assert len(json.loads(calls.shown(5))) == MOST
