"""Invoke APIs reach `up` over its Unix socket, everything else MiniStack."""

import asyncio
import contextlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from visitplannr.backend.server.dispatch import dispatch, trace_id
from visitplannr.backend.server.invoke_client import Answer, Call, InvokeClient
from visitplannr.backend.server.relay import relay
from visitplannr.backend.server.steps import App, Message, Receive, Send, chain
from visitplannr.up.front import Front
from visitplannr.up.invocations import unix_listener

INVOKE = "/2015-03-31/functions/f/invocations"


@contextlib.asynccontextmanager
async def listening(app: App) -> AsyncIterator[Path]:
    """Serve an application at a Unix socket as `up` does; give its path."""
    with (
        tempfile.TemporaryDirectory() as folder,
        unix_listener(Path(folder)) as (path, listener),
    ):
        async with Front(listener) as front:
            front.serve(app)
            yield path


async def ask(
    app: App,
    path: str,
    body: bytes = b"{}",
    *,
    method: str = "POST",
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> tuple[int, dict[bytes, bytes], list[bytes]]:
    """Send one request to an ASGI application; give status, headers and the parts of the body."""
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": query, "headers": list(headers),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    parts = [message["body"] for message in sent[1:] if message["body"]]
    return sent[0]["status"], dict(sent[0]["headers"]), parts


async def echo(scope: Message, receive: Receive, send: Send) -> None:
    """Answer what came in, in two parts."""
    body = (await receive())["body"]
    names = {name.decode(): value.decode() for name, value in scope["headers"]}
    said = {"path": scope["path"], "query": scope["query_string"].decode(), "headers": names}
    headers = [(b"x-amz-function-error", b"Unhandled"), (b"x-amzn-errortype", b"E")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": json.dumps(said).encode()})


async def others(_scope: Message, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": (trace_id.get() or "").encode()})


async def tables(_scope: Message, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 298, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@contextlib.asynccontextmanager
async def backend() -> AsyncIterator[App]:
    async with listening(echo) as path:
        yield dispatch(relay(path), tables, others)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", INVOKE, 200),
        ("POST", "/2015-03-31/functions/arn:aws:lambda:r:1:function:f:live/invocations", 200),
        ("POST", "/2021-11-15/functions/f/response-streaming-invocations", 200),
        ("POST", "/2014-11-13/functions/f/invoke-async/", 200),
        ("GET", INVOKE, 299),
        ("POST", "/2015-03-31/functions", 299),
        ("POST", "/2015-03-31/functions/f/versions", 299),
        ("POST", "/", 299),
    ],
)
async def test_who_serves_what(method: str, path: str, status: int) -> None:
    async with backend() as app:
        assert (await ask(app, path, method=method))[0] == status


async def test_a_request_and_its_answer_are_handed_on_as_they_are() -> None:
    async with backend() as app:
        status, headers, (first, second) = await ask(
            app, INVOKE, b"[1]", query=b"Qualifier=live",
            headers=[(b"x-amz-log-type", b"Tail"), (b"connection", b"keep-alive")],
        )  # fmt: skip
        assert (status, first, headers[b"x-amz-function-error"]) == (200, b"[1]", b"Unhandled")
        assert json.loads(second) == {
            "path": INVOKE,
            "query": "Qualifier=live",
            "headers": {"x-amz-log-type": "Tail", "content-length": "3", "connection": "close"},
        }


async def test_nobody_at_the_socket_is_a_service_error() -> None:
    app = dispatch(relay(Path("/nowhere")), tables, others)
    status, headers, (body,) = await ask(app, INVOKE)
    assert (status, headers[b"x-amzn-errortype"]) == (503, b"ServiceException")
    assert "does not answer" in json.loads(body)["Message"]


async def test_an_answer_that_breaks_off_is_an_error() -> None:
    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
        writer.close()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoke"
        server = await asyncio.start_unix_server(broken, path)
        async with server:
            with pytest.raises(ConnectionError):
                await ask(relay(path), INVOKE)


async def test_what_a_request_triggers_knows_its_trace() -> None:
    async with backend() as app:
        headers = [(b"x-amzn-trace-id", b"Root=1-2-3")]
        assert (await ask(app, "/", headers=headers))[2] == [b"Root=1-2-3"]


async def test_threads_invoke_over_the_socket() -> None:
    async with listening(echo) as path:
        call = Call("arn:aws:lambda:r:1:function:f", b"[2]", "sqs", "Root=1", asynchronous=True)
        answer = await asyncio.to_thread(InvokeClient(path), call)
        assert (answer.status, answer.function_error) == (200, "Unhandled")
        said = json.loads(answer.body.removeprefix(b"[2]"))
        assert said["path"] == "/2015-03-31/functions/arn:aws:lambda:r:1:function:f/invocations"
        assert {
            "x-visitplannr-trigger": "sqs",
            "x-amz-invocation-type": "Event",
            "x-amzn-trace-id": "Root=1",
        }.items() <= said["headers"].items()


async def test_many_threads_wait_side_by_side() -> None:
    everybody = asyncio.Barrier(50)

    async def together(scope: Message, receive: Receive, send: Send) -> None:
        await everybody.wait()
        await echo(scope, receive, send)

    async with listening(together) as path:
        client = InvokeClient(path)
        loop = asyncio.get_running_loop()
        calls = [loop.run_in_executor(None, client, Call("f", b"", "sqs")) for _ in range(5)]
        calls += [asyncio.create_task(_ask(path)) for _ in range(45)]
        answers = await asyncio.gather(*calls)
        assert len(answers) == 50


async def _ask(path: Path) -> Answer:
    status, _, parts = await ask(relay(path), INVOKE)
    return Answer(status, b"".join(parts))


async def test_steps_are_passed_in_their_order() -> None:
    passed: list[str] = []

    def step(name: str) -> Any:
        def wrap(app: App) -> App:
            async def passing(scope: Message, receive: Receive, send: Send) -> None:
                passed.append(name)
                await app(scope, receive, send)

            return passing

        return wrap

    await ask(chain([step("guard"), step("record")], others), "/")
    assert passed == ["guard", "record"]
