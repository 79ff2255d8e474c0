"""LocalStack's Lambda with our executor: concurrency, timeouts, errors, logs, hot update."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from integration.running import Stack

CODE = """
import os, time
def handler(event, context):
    print("asked for", event)
    if event.get("fail"):
        raise KeyError(event["fail"])
    time.sleep(event.get("sleep", 0))
    return {"process": os.getpid(), "text": "before"}
"""
ROLE = "arn:aws:iam::000000000000:role/r"


def bundle(code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", code)
    return buffer.getvalue()


pytestmark = pytest.mark.executor


@pytest.fixture(scope="module")
def functions(stack: Stack) -> Any:
    return stack.client("lambda")


@pytest.fixture
def function(functions: Any) -> Iterator[str]:
    functions.create_function(
        FunctionName="probe", Role=ROLE, Runtime="python3.13", Handler="app.handler",
        Timeout=2, Code={"ZipFile": bundle(CODE)},
    )  # fmt: skip
    functions.get_waiter("function_active_v2").wait(FunctionName="probe")
    yield "probe"
    functions.delete_function(FunctionName="probe")


def invoke(functions: Any, event: dict[str, Any]) -> tuple[Any, str | None, str]:
    answer = functions.invoke(FunctionName="probe", Payload=json.dumps(event), LogType="Tail")
    log = base64.b64decode(answer.get("LogResult", "")).decode()
    return json.loads(answer["Payload"].read()), answer.get("FunctionError"), log


def test_invocations_at_once_have_environments_of_their_own(functions: Any, function: str) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: invoke(functions, {"sleep": 1.0}), range(5)))
    assert {error for _, error, _ in answers} == {None}
    assert len({result["process"] for result, _, _ in answers}) == 5


def test_a_timeout_ends_an_invocation_and_the_next_one_works(functions: Any, function: str) -> None:
    result, error, _ = invoke(functions, {"sleep": 10})
    assert error
    assert "Task timed out after 2.00 seconds" in result["errorMessage"]
    assert invoke(functions, {})[0]["text"] == "before"


def test_errors_and_output_reach_the_caller(functions: Any, function: str) -> None:
    result, error, log = invoke(functions, {"fail": "key"})
    assert error == "Unhandled"
    assert result["errorType"] == "KeyError"
    assert "asked for {'fail': 'key'}" in log
    assert "REPORT RequestId: " in log


def test_updated_code_is_run_by_the_next_invocation(functions: Any, function: str) -> None:
    assert invoke(functions, {})[0]["text"] == "before"
    functions.update_function_code(
        FunctionName=function, ZipFile=bundle(CODE.replace("before", "after"))
    )
    functions.get_waiter("function_updated_v2").wait(FunctionName=function)
    assert invoke(functions, {})[0]["text"] == "after"
