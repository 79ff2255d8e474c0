"""The Invoke API (lambda-runtime.md L19, L21 to L23)."""

import base64
import json
from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer
from gateway.conftest import FUNCTION, Answer, Gateway
from visitplannr.model.invocation import FunctionNotFoundError, ThrottledError


def invoke(gateway: Gateway, *headers: str, name: str = "function", body: bytes = b"{}") -> Answer:
    return gateway.post(body, *headers, path=f"/2015-03-31/functions/{name}/invocations")


NAMES = [
    "function", "Function", FUNCTION.arn, "function:$LATEST", "function:live",
    f"{FUNCTION.arn}:live",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_l21_a_function_by_each_of_its_names(gateway: Gateway, name: str) -> None:
    gateway.result = b'{"errorType": "E"}'
    gateway.function_error = "Unhandled"
    answer = invoke(gateway, name=name)
    assert (answer.status, answer.body) == (200, b'{"errorType": "E"}')
    assert answer.header("X-Amz-Function-Error") == "Unhandled"
    assert answer.header("X-Amz-Executed-Version") == "$LATEST"
    assert answer.header("x-amzn-RequestId") == "lambda-request-id"


def test_l21_the_version_that_was_asked_for(gateway: Gateway) -> None:
    answer = invoke(gateway, name="function:1")
    assert answer.header("X-Amz-Executed-Version") == "1"


def test_l21_the_end_of_the_log(gateway: Gateway) -> None:
    gateway.log = ("START", *(f"line {number:04}" for number in range(1000)), "REPORT")
    tail = invoke(gateway, "X-Amz-Log-Type: Tail").header("X-Amz-Log-Result")
    text = base64.b64decode(tail or "").decode()
    assert len(text) == 4096
    assert text.endswith("line 0999\nREPORT\n")
    assert invoke(gateway).header("X-Amz-Log-Result") is None


def stream(gateway: Gateway, *headers: str, name: str = "function") -> Answer:
    return gateway.post(
        b"{}", *headers, path=f"/2021-11-15/functions/{name}/response-streaming-invocations"
    )


def events(answer: Answer) -> list[tuple[str, bytes]]:
    """Read an event stream with botocore's own reader, which checks its checksums."""
    buffer: Any = EventStreamBuffer()
    rest = answer.body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        buffer.add_data(rest[: int(size, 16)])
        rest = rest[int(size, 16) + 2 :]
    return [(event.headers[":event-type"], event.payload) for event in buffer]


def test_an_answer_as_an_event_stream(gateway: Gateway) -> None:
    gateway.result = b'"' + b"x" * 100_000 + b'"'
    answer = stream(gateway)
    assert answer.header("Content-Type") == "application/vnd.amazon.eventstream"
    assert answer.header("X-Amz-Executed-Version") == "$LATEST"
    found = events(answer)
    assert [name for name, _ in found] == ["PayloadChunk", "PayloadChunk", "InvokeComplete"]
    assert found[0][1] + found[1][1] == gateway.result
    assert json.loads(found[2][1]) == {}


def test_an_error_in_an_event_stream(gateway: Gateway) -> None:
    gateway.result, gateway.function_error = b'{"errorType": "E"}', "Unhandled"
    gateway.log = ("START", "REPORT")
    found = events(stream(gateway, "X-Amz-Log-Type: Tail"))
    assert json.loads(found[-1][1]) == {
        "LogResult": base64.b64encode(b"START\nREPORT\n").decode(),
        "ErrorCode": "Unhandled",
        "ErrorDetails": '{"errorType": "E"}',
    }
    assert stream(gateway, name="other").status == 404


def test_the_old_way_to_invoke_later(gateway: Gateway) -> None:
    gateway.submitted.clear()
    answer = gateway.post(b"[1]", path="/2014-11-13/functions/function/invoke-async/")
    assert (answer.status, answer.body) == (202, b'{"Status":202}')
    assert gateway.submitted == [("function", b"[1]", None)]


def test_l22_an_event_is_taken_at_once(gateway: Gateway) -> None:
    gateway.submitted.clear()
    context = base64.b64encode(b'{"a": 1}').decode()
    answer = invoke(
        gateway, "X-Amz-Invocation-Type: Event", f"X-Amz-Client-Context: {context}", body=b"[1]"
    )
    assert (answer.status, answer.body) == (202, b"")
    assert gateway.submitted == [("function", b"[1]", '{"a": 1}')]


def test_l22_a_dry_run_runs_nothing(gateway: Gateway) -> None:
    gateway.result = RuntimeError("it was run")
    answer = invoke(gateway, "X-Amz-Invocation-Type: DryRun")
    assert (answer.status, answer.body) == (204, b"")


REFUSED: list[Any] = [
    pytest.param("other", [], b"{}", 404, "ResourceNotFoundException", id="L23 unknown"),
    pytest.param("function:7", [], b"{}", 404, "ResourceNotFoundException", id="L23 version"),
    pytest.param("function", [], b"{", 400, "InvalidRequestContentException", id="L23 no JSON"),
    pytest.param("function", [], b"[" * 100_000, 400, "InvalidRequestContentException",
                 id="L23 too deep"),
    pytest.param("function", ["X-Amz-Client-Context: !"], b"{}", 400,
                 "InvalidRequestContentException", id="L23 client context"),
    pytest.param("function", ["X-Amz-Invocation-Type: Later"], b"{}", 400,
                 "InvalidParameterValueException", id="L22 type"),
    pytest.param("function", ["X-Amz-Invocation-Type: Event"], b'"%s"' % (b"x" * 1_048_576), 413,
                 "RequestTooLargeException", id="L23 asynchronous limit"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "headers", "body", "status", "error"), REFUSED)
def test_what_is_refused(
    gateway: Gateway, name: str, headers: list[str], body: bytes, status: int, error: str
) -> None:
    answer = invoke(gateway, *headers, name=name, body=body)
    assert (answer.status, answer.header("x-amzn-ErrorType")) == (status, error)
    assert json.loads(answer.body)["Type"] == "User"


def test_l23_an_unknown_function_is_answered_with_those_there_are(gateway: Gateway) -> None:
    assert "Function, function" in invoke(gateway, name="other").json()["Message"]


def test_l19_throttling(gateway: Gateway) -> None:
    gateway.result = ThrottledError("ReservedFunctionConcurrentInvocationLimitExceeded")
    answer = invoke(gateway)
    reason = b'"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"'
    assert answer.status == 429
    assert answer.body == b'{"Type":"User","message":"Rate Exceeded.",%s}' % reason


def test_a_function_that_went_away(gateway: Gateway) -> None:
    gateway.result = FunctionNotFoundError("no such function")
    assert invoke(gateway).status == 404
