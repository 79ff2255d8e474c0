"""The Runtime API as any runtime may speak to it, in bytes (lambda-runtime.md L1 to L8, L60)."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from runtime.conftest import FUNCTION
from visitplannr.model.response_buffer import Source
from visitplannr.runtime.failures import PAYLOAD_LIMIT
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.runtime_api import serving

NEXT = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n"
ACCEPTED = (
    b"HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\r\n"
    b'{"status":"OK"}\n'
)


class Runtime:
    """An environment that runs the invocation "rid", and keeps what it is told."""

    function = FUNCTION

    def __init__(self, seconds: float = 0.01, *, ready: bool = True) -> None:
        self.seconds = seconds
        self.ready = ready
        self.told: list[tuple[str, bytes]] = []
        self.streamed = asyncio.Event()

    def next_invocation(self, deliver: Callable[[Invocation], None]) -> bool:
        if not self.ready:
            return False
        asyncio.get_running_loop().call_later(self.seconds, self.deliver, deliver)
        return True

    def disconnected(self) -> None:
        self.told.append(("disconnected", b""))

    def deliver(self, deliver: Callable[[Invocation], None]) -> None:
        loop = asyncio.get_running_loop()
        made = Invocation(
            b'{"a": 1}',
            "Root=1-2-3",
            result=loop.create_future(),
            logged=loop.create_future(),
            request_id="rid",
            client_context='{"custom":\r\n {"é": 1}}',
        )
        deliver(made)
        self.told.append(("delivered", b""))

    def is_current(self, request_id: str) -> bool:
        return request_id == "rid"

    def answer(self, payload: bytes, function_error: str | None) -> None:
        self.told.append((function_error or "response", payload))

    def stream(self, content_type: str, chunk: bytes, source: Source) -> bool:
        self.told.append((content_type, chunk))
        self.streamed.set()
        return True

    def fail_init(self, body: bytes) -> None:
        self.told.append(("init error", body))


@asynccontextmanager
async def connected(
    runtime: Runtime, *, is_own: bool = True
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    listener = socket.create_server(("127.0.0.1", 0))
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    async with serving(runtime, listener, lambda *_: is_own):
        try:
            yield reader, writer
        finally:
            writer.close()


def post(path: str, body: bytes, *headers: str) -> bytes:
    lines = "".join(f"{line}\r\n" for line in headers) or f"Content-Length: {len(body)}\r\n"
    return f"POST /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode() + body


async def test_an_invocation_is_handed_over_when_there_is_one() -> None:
    async with connected(Runtime()) as (reader, writer):
        for _ in range(2):
            writer.write(NEXT)
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            assert lines[0] == "HTTP/1.1 200 OK"
            headers = dict(line.split(": ", 1) for line in lines[1:-2])
            assert int(headers.pop("lambda-runtime-deadline-ms")) > 0
            assert headers == {
                "content-type": "application/json",
                "content-length": "8",
                "lambda-runtime-aws-request-id": "rid",
                "lambda-runtime-client-context": '{"custom":  {"é": 1}}',
                "lambda-runtime-invoked-function-arn": FUNCTION.arn,
                "lambda-runtime-trace-id": "Root=1-2-3",
            }
            assert await reader.readexactly(8) == b'{"a": 1}'


async def test_who_leaves_while_it_waits_is_told_of_and_gets_nothing() -> None:
    runtime = Runtime(seconds=0.2)
    async with connected(runtime) as (_, writer):
        writer.write(NEXT)
        await asyncio.sleep(0.05)
        writer.close()
        await asyncio.sleep(0.3)
    assert runtime.told == [("disconnected", b""), ("delivered", b"")]


async def test_who_leaves_with_its_work_is_no_loss() -> None:
    runtime = Runtime()
    async with connected(runtime) as (reader, writer):
        writer.write(NEXT)
        await reader.readuntil(b'{"a": 1}')
        writer.close()
        await asyncio.sleep(0.1)
    assert runtime.told == [("delivered", b"")]


async def test_l2_the_wrong_moment_to_ask_for_work() -> None:
    async with connected(Runtime(ready=False)) as (reader, writer):
        writer.write(NEXT)
        assert await reader.readline() == b"HTTP/1.1 403 Forbidden\r\n"
        assert b"InvalidStateTransition" in await reader.readuntil(b"}")


CHUNKED = b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
OUTCOMES: list[Any] = [
    pytest.param(post("invocation/rid/response", b"x"), ("response", b"x"), id="response"),
    pytest.param(post("invocation/rid/response", b""), ("response", b""), id="empty"),
    pytest.param(post("invocation/rid/error", b"{}"), ("Unhandled", b"{}"), id="error"),
    pytest.param(post("init/error", b'{"a"'), ("init error", b'{"a"'), id="init error"),
    pytest.param(post("init/error", b""), ("init error", b"{}"), id="init error without a word"),
    pytest.param(
        post("invocation/rid/response", CHUNKED, "Transfer-Encoding: chunked"),
        ("response", b"abcde"),
        id="chunked",
    ),
    pytest.param(
        post("invocation/rid/response", b"y" * PAYLOAD_LIMIT),
        ("response", b"y" * PAYLOAD_LIMIT),
        id="as large as may be",
    ),
]


@pytest.mark.parametrize(("request_bytes", "told"), OUTCOMES)
async def test_outcomes(request_bytes: bytes, told: tuple[str, bytes]) -> None:
    runtime = Runtime()
    async with connected(runtime) as (reader, writer):
        for _ in range(2):
            for at in range(0, len(request_bytes), 100_000):
                writer.write(request_bytes[at : at + 100_000])
                await writer.drain()
            assert await reader.readexactly(len(ACCEPTED)) == ACCEPTED
    assert runtime.told == [told, told]


REFUSALS: list[Any] = [
    pytest.param(post("invocation/old/response", b"x"), 400, "InvalidRequestID", id="not current"),
    pytest.param(post("invocation/next", b""), 404, "NotFound", id="method"),
    pytest.param(b"GET / HTTP/1.1\r\n\r\n", 404, "NotFound", id="path"),
    pytest.param(b"nonsense\r\n\r\n", 400, "BadRequest", id="no HTTP"),
    pytest.param(
        NEXT[:-2] + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 400, "BadRequest", id="HTTP/2"
    ),
    pytest.param(NEXT[:-2] + b"X: " + b"x" * 3_000_000, 431, "BadRequest", id="an endless head"),
]


@pytest.mark.parametrize(("request_bytes", "status", "error_type"), REFUSALS)
async def test_refusals(request_bytes: bytes, status: int, error_type: str) -> None:
    runtime = Runtime()
    async with connected(runtime) as (reader, writer):
        writer.write(request_bytes)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ".encode())
        assert f'"errorType": "{error_type}"'.encode() in await reader.readuntil(b"}")
    assert runtime.told == []


async def test_a_response_over_the_limit_is_refused_once_it_is_read() -> None:
    runtime = Runtime()
    async with connected(runtime) as (reader, writer):
        writer.write(post("invocation/rid/response", b"y" * (PAYLOAD_LIMIT + 1)))
        assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
    ((error, payload),) = runtime.told
    assert error == "Unhandled"
    assert json.loads(payload)["errorType"] == "Function.ResponseSizeTooLarge"


async def test_a_client_that_asks_first_is_told_to_go_on() -> None:
    runtime = Runtime()
    async with connected(runtime) as (reader, writer):
        head = ("Content-Length: 2", "Expect: 100-continue")
        writer.write(post("invocation/rid/response", b"", *head))
        assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        writer.write(b"ok")
        assert b"202 Accepted" in await reader.readuntil(b"OK")
    assert runtime.told == [("response", b"ok")]


async def test_a_client_that_wants_to_close_is_closed() -> None:
    async with connected(Runtime()) as (reader, writer):
        writer.write(post("init/error", b"", "Content-Length: 0", "Connection: close"))
        assert await reader.read() == ACCEPTED


@pytest.mark.parametrize(
    "request_", [NEXT, post("invocation/rid/response", b"{}"), post("init/error", b"{}")]
)
async def test_strangers_get_no_event_and_give_no_answer(request_: bytes) -> None:
    runtime = Runtime()
    async with connected(runtime, is_own=False) as (reader, writer):
        writer.write(request_)
        assert (await reader.read()).startswith(b"HTTP/1.1 403")
    assert runtime.told == []
