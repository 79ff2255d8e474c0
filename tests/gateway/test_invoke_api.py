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


FUNCTION_ARN = FUNCTION.arn.removesuffix(FUNCTION.name)
PATTERN = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
    r"(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
TO_BE_ONE_OF = "to satisfy constraint: Member must satisfy enum value set"


def faulty(token: str, column: int) -> str:
    return (
        "Could not parse request body into json: Could not parse payload into json: Unrecognized "
        f"token '{token}': was expecting (JSON String, Number, Array, Object or token 'null', "
        "'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` "
        f"disabled); line: 1, column: {column}]"
    )


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


def stream(gateway: Gateway, *headers: str, name: str = "function", body: bytes = b"{}") -> Answer:
    return gateway.post(
        body, *headers, path=f"/2021-11-15/functions/{name}/response-streaming-invocations"
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


CONTEXT = "Client context must be a valid Base64-encoded JSON object."
REFUSED: list[Any] = [
    pytest.param("other", [], b"{}", 404, "ResourceNotFoundException",
                 {"Type": "User", "ThereAre": "Function, function",
                  "Message": f"Function not found: {FUNCTION_ARN}other:$LATEST"}, id="L65 unknown"),
    pytest.param("function:7", [], b"{}", 404, "ResourceNotFoundException",
                 {"Type": "User", "ThereAre": "Function, function",
                  "Message": f"Function not found: {FUNCTION_ARN}function:7"}, id="L65 version"),
    pytest.param("function", [], b"foo", 400, "InvalidRequestContentException",
                 {"Type": "User", "message": faulty("foo", 4)}, id="L67 no JSON"),
    pytest.param("function", ["X-Amz-Client-Context: !"], b"{}", 400,
                 "InvalidRequestContentException", {"Type": None, "message": CONTEXT},
                 id="L66 client context"),
    pytest.param("function", ["X-Amz-Client-Context: W10="], b"{}", 400,
                 "InvalidRequestContentException", {"Type": None, "message": CONTEXT},
                 id="L66 client context that is no object"),
    pytest.param("function", [f"X-Amz-Client-Context: {'A' * 3584}"], b"{}", 400,
                 "InvalidRequestContentException", {"Type": None, "message": CONTEXT},
                 id="L66 client context that is too long"),
    pytest.param("function", ["X-Amz-Invocation-Type: Later"], b"{}", 400, "ValidationException",
                 {"message": "1 validation error detected: Value 'Later' at 'invocationType' "
                  f"failed {TO_BE_ONE_OF}: [Event, RequestResponse, DryRun]"}, id="L66 type"),
    pytest.param("a!", ["X-Amz-Log-Type: Head"], b"{}", 400, "ValidationException",
                 {"message": "2 validation errors detected: Value 'a!' at 'functionName' failed to "
                  f"satisfy constraint: Member must satisfy regular expression pattern: {PATTERN}; "
                  f"Value 'Head' at 'logType' failed {TO_BE_ONE_OF}: [None, Tail]"},
                 id="L66 all that is wrong"),
    pytest.param("function", ["X-Amz-Invocation-Type: Event"], b'"%s"' % (b"x" * 1_048_576), 413,
                 "RequestTooLargeException",
                 {"Type": "User", "message": "1048578 byte payload is too large for the Event "
                  "invocation type (limit 1048576 bytes)"}, id="L68 asynchronous limit"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "headers", "body", "status", "error", "said"), REFUSED)
def test_what_is_refused(
    gateway: Gateway,
    name: str,
    headers: list[str],
    body: bytes,
    status: int,
    error: str,
    said: dict[str, Any],
) -> None:
    for answer in (
        invoke(gateway, *headers, name=name, body=body),
        stream(gateway, *headers, name=name, body=body),
    ):
        assert (answer.status, answer.header("x-amzn-ErrorType")) == (status, error)
        assert answer.json() == said


def test_l68_the_old_way_to_invoke_later_has_the_same_limit(gateway: Gateway) -> None:
    body = b'"%s"' % (b"x" * 1_048_576)
    answer = gateway.post(body, path="/2014-11-13/functions/function/invoke-async/")
    assert (answer.status, answer.header("x-amzn-ErrorType")) == (413, "RequestTooLargeException")


def test_l19_throttling(gateway: Gateway) -> None:
    gateway.result = ThrottledError("ReservedFunctionConcurrentInvocationLimitExceeded")
    answer = invoke(gateway)
    reason = b'"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"'
    assert answer.status == 429
    assert answer.body == b'{"Type":"User","message":"Rate Exceeded.",%s}' % reason
    assert answer.header("Retry-After") == "1"


def test_a_function_that_went_away(gateway: Gateway) -> None:
    gateway.result = FunctionNotFoundError("no such function")
    assert invoke(gateway).status == 404
