"""Answers that are passed on while the function writes them (function-url.md U50 to U53)."""

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from runtime.conftest import Run, Running
from runtime.test_runtime_api import ACCEPTED, Runtime, connected, post
from visitplannr.model.invocation import InvocationResult
from visitplannr.model.response_buffer import ResponseBuffer, Source

HTTP_INTEGRATION = "application/vnd.awslambda.http-integration-response"
NODE = "nodejs22.x"


class Written:
    """Keeps what is written, and tells of it."""

    def __init__(self) -> None:
        self.chunks: list[tuple[str, bytes]] = []
        self.more = asyncio.Event()

    def write(self, content_type: str, chunk: bytes, source: Source) -> None:
        self.chunks.append((content_type, chunk))
        self.more.set()

    @property
    def whole(self) -> tuple[str, bytes]:
        return self.chunks[0][0], b"".join(chunk for _, chunk in self.chunks)


async def stream(running: Running, payload: bytes = b"{}") -> tuple[Written, InvocationResult]:
    written = Written()
    return written, await running.host.stream("Function", payload, written)


def streamed(body: bytes, *trailers: str) -> bytes:
    head = (
        "Transfer-Encoding: chunked",
        "Content-Type: text/plain",
        "Lambda-Runtime-Function-Response-Mode: streaming",
    )
    end = "".join(f"{line}\r\n" for line in trailers)
    return post("invocation/rid/response", body + b"0\r\n" + end.encode() + b"\r\n", *head)


async def test_u50_what_a_runtime_writes_is_passed_on_at_once() -> None:
    runtime = Runtime()
    async with connected(runtime) as (reader, writer):
        whole = streamed(b"3\r\nabc\r\n2\r\nde\r\n")
        at = whole.index(b"2\r\nde")
        writer.write(whole[:at])
        await asyncio.wait_for(runtime.streamed.wait(), 20)
        assert runtime.told == [("text/plain", b"abc")]
        writer.write(whole[at:])
        assert await reader.readexactly(len(ACCEPTED)) == ACCEPTED
    assert runtime.told == [("text/plain", b"abc"), ("text/plain", b"de"), ("response", b"abcde")]


ERROR = b'{"errorType": "Late"}'
TRAILERS: list[Any] = [
    pytest.param(base64.b64encode(ERROR).decode(), ERROR, id="base64"),
    pytest.param("a?", b'{"errorMessage": "a?", "errorType": "Runtime.Unknown"}', id="none"),
]


@pytest.mark.parametrize(("trailer", "payload"), TRAILERS)
async def test_u53_trailers_end_a_stream_with_an_error(trailer: str, payload: bytes) -> None:
    runtime = Runtime()
    async with connected(runtime) as (reader, writer):
        named = f"Lambda-Runtime-Function-Error-Body: {trailer}"
        writer.write(streamed(b"3\r\nabc\r\n", "Lambda-Runtime-Function-Error-Type: Late", named))
        assert await reader.readexactly(len(ACCEPTED)) == ACCEPTED
    assert runtime.told == [("text/plain", b"abc"), ("Unhandled", payload)]


HANDLER = """
import fs from "node:fs";
const until = async (path) => {
  while (!fs.existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 10));
};
export const slow = awslambda.streamifyResponse(async (event, stream, context) => {
  stream.setContentType("text/plain");
  stream.write("one ");
  await until(event.path);
  stream.write(context.awsRequestId.length + "");
  stream.end();
});
export const headed = awslambda.streamifyResponse(async (event, stream) => {
  const head = { statusCode: 201, headers: { "X-Colour": "blue" } };
  stream = awslambda.HttpResponseStream.from(stream, head);
  stream.write("body");
  stream.end();
});
export const empty = awslambda.streamifyResponse(async (event, stream) => { stream.end(); });
export const early = awslambda.streamifyResponse(async () => { throw new TypeError("early"); });
export const late = awslambda.streamifyResponse(async (event, stream) => {
  stream.write("begun");
  await new Promise((resolve) => setTimeout(resolve, 50));
  throw new RangeError("late");
});
export const long = awslambda.streamifyResponse(async (event, stream) => {
  const chunk = Buffer.alloc(1 << 20);
  for (let number = 0; number < 64; number += 1) {
    if (!stream.write(chunk)) await new Promise((resolve) => stream.once("drain", resolve));
    console.log(`written ${number}`);
  }
  stream.end();
});
export const plain = async () => ({ statusCode: 200 });
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "app.mjs").write_text(HANDLER)
    return folder


async def test_u50_a_node_function_streams(run: Run, code: Path, tmp_path: Path) -> None:
    async with run("app.slow", runtime=NODE, code=code, timeout=20) as running:
        for number in (1, 2):
            path = tmp_path / str(number)
            written = Written()
            payload = json.dumps({"path": str(path)}).encode()
            result = running.host.stream("Function", payload, written)
            await asyncio.wait_for(written.more.wait(), 20)
            assert (written.whole, result.done()) == (("text/plain", b"one "), False)
            path.touch()
            ended = await result
            assert (ended.payload, ended.function_error) == (b"one 36", None)
            assert written.whole == ("text/plain", b"one 36")


HEAD = b'{"statusCode":201,"headers":{"X-Colour":"blue"}}' + bytes(8)


async def test_u51_a_node_function_gives_status_and_headers_first(run: Run, code: Path) -> None:
    async with run("app.headed", runtime=NODE, code=code) as running:
        written, _ = await stream(running)
        assert written.whole == (HTTP_INTEGRATION, HEAD + b"body")
        assert await running.invoke() == (HEAD + b"body", None)


async def test_a_node_function_may_stream_nothing(run: Run, code: Path) -> None:
    async with run("app.empty", runtime=NODE, code=code) as running:
        written, result = await stream(running)
        assert (written.chunks, result.payload, result.function_error) == ([], b"", None)


async def test_a_function_that_does_not_stream_has_its_result(run: Run, code: Path) -> None:
    async with run("app.plain", runtime=NODE, code=code) as running:
        written, result = await stream(running)
        assert (written.chunks, result.payload) == ([], b'{"statusCode":200}')


@pytest.mark.parametrize(
    ("name", "begun", "error_type"),
    [("early", [], "TypeError"), ("late", [b"begun"], "RangeError")],
)
async def test_u53_a_node_function_that_fails(
    run: Run, code: Path, name: str, begun: list[bytes], error_type: str
) -> None:
    async with run(f"app.{name}", runtime=NODE, code=code) as running:
        for _ in range(2):
            written, result = await stream(running)
            assert [chunk for _, chunk in written.chunks] == begun
            assert result.function_error == "Unhandled"
            assert json.loads(result.payload)["errorType"] == error_type
        assert running.environments == 1


PROVIDED = """#!{python}
import http.client, os
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    answer.read()
    place = f"/2018-06-01/runtime/invocation/{{answer.headers['Lambda-Runtime-Aws-Request-Id']}}"
    head = {{"Lambda-Runtime-Function-Response-Mode": "streaming", "Content-Type": "text/csv"}}
    api.request("POST", place + "/response", iter([b"a" * 4_000_000] * 2), head)
    api.getresponse().read()
"""


async def test_u52_a_stream_may_be_larger_than_a_result(run: Run, tmp_path: Path) -> None:
    bootstrap = tmp_path / "bootstrap"
    bootstrap.write_text(PROVIDED.format(python=sys.executable))
    bootstrap.chmod(0o755)
    async with run("main", runtime="provided.al2023", code=tmp_path, timeout=20) as running:
        written, result = await stream(running)
        assert result.function_error is None
        assert (written.whole[0], len(written.whole[1])) == ("text/csv", 8_000_000)
        payload, error = await running.invoke()
        assert error == "Unhandled"
        assert json.loads(payload)["errorType"] == "Function.ResponseSizeTooLarge"


async def test_a_function_that_writes_much_waits_for_its_reader(run: Run, code: Path) -> None:
    """What sockets and the buffer hold is far less than what it would write."""
    async with run("app.long", runtime=NODE, code=code, timeout=60) as running:
        buffer = ResponseBuffer()
        result = asyncio.ensure_future(running.host.stream("Function", b"{}", buffer))
        chunks = buffer.chunks(result)
        size = len(await anext(chunks))
        await asyncio.sleep(1.0)
        written = sum("written" in line for line in running.lines)
        assert not result.done()
        assert written < 40
        async for chunk in chunks:
            size += len(chunk)
        assert size == 64 << 20
        assert (await result).function_error is None
