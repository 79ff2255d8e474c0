"""The HTTP server before there is an application, while one is exchanged, and at the end."""

import asyncio
import json

import pytest
from visitplannr.gateway.asgi import App, Message, Receive, Send
from visitplannr.up.front import Front, PortError, listen, listen_beside

Answer = tuple[int, str]


def saying(text: str, gate: asyncio.Event | None = None) -> App:
    """An application that answers with a text, once its gate is open."""

    async def app(_scope: Message, _receive: Receive, send: Send) -> None:
        if gate:
            await gate.wait()
        headers = [(b"content-length", str(len(text)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})

    return app


async def get(port: int) -> Answer:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body.decode()


class Opened:
    """A front on a free port, and its requests."""

    def __init__(self) -> None:
        self._listener = listen("127.0.0.1", 0)
        self.port: int = self._listener.getsockname()[1]
        self.front = Front(self._listener)

    async def request_under_way(self, app: App) -> "asyncio.Task[Answer]":
        """Serve an application, and wait until a request has reached it."""
        reached = asyncio.Event()

        async def told(scope: Message, receive: Receive, send: Send) -> None:
            reached.set()
            await app(scope, receive, send)

        self.front.serve(told)
        task = asyncio.create_task(get(self.port))
        await reached.wait()
        return task


async def test_before_there_is_an_application_it_says_what_is_awaited() -> None:
    opened = Opened()
    async with opened.front as front:
        front.waiting_for = "the deployment of the stack shop"
        status, body = await get(opened.port)
    assert status == 503
    assert json.loads(body) == {
        "status": "starting",
        "waiting_for": "the deployment of the stack shop",
    }


async def test_a_request_under_way_is_answered_by_the_application_that_it_came_to() -> None:
    opened, gate = Opened(), asyncio.Event()
    async with opened.front as front:
        old = await opened.request_under_way(saying("old", gate))
        before = front.serve(saying("new"))
        quiet = asyncio.create_task(before.quiet())
        assert await get(opened.port) == (200, "new")
        assert (before.under_way, quiet.done()) == (1, False)
        gate.set()
        assert await old == (200, "old")
        await quiet
        assert before.under_way == 0


async def test_at_the_end_a_request_under_way_may_finish() -> None:
    opened, gate = Opened(), asyncio.Event()
    async with opened.front as front:
        asked = await opened.request_under_way(saying("done", gate))
        end = asyncio.create_task(front.end())
        await asyncio.sleep(0)
        gate.set()
        assert await asked == (200, "done")
        await end


async def test_at_the_end_a_request_that_goes_on_is_answered_with_503(
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened, never = Opened(), asyncio.Event()
    async with opened.front:
        asked = await opened.request_under_way(saying("late", never))
    status, body = await asked
    assert (status, json.loads(body)) == (503, {"message": "Service Unavailable"})
    assert caplog.records == []


@pytest.mark.parametrize("begins", [False, True])
async def test_a_fault_of_ours_is_a_line_and_an_answer(
    caplog: pytest.LogCaptureFixture, begins: bool
) -> None:
    async def broken(_scope: Message, _receive: Receive, send: Send) -> None:
        if begins:
            headers = [(b"content-length", b"9")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise ValueError("broken")

    opened = Opened()
    async with opened.front as front:
        front.serve(broken)
        failed = (500, '{"message": "Internal server error"}')
        assert await get(opened.port) == ((200, "") if begins else failed)
    assert "GET / failed: ValueError('broken')" in caplog.text
    assert "Traceback" not in caplog.text


async def test_at_the_end_nobody_is_let_in() -> None:
    opened = Opened()
    async with opened.front as front:
        front.serve(saying("hello"))
        await front.end()
        with pytest.raises(ConnectionRefusedError):
            await get(opened.port)
        await front.end()


async def test_a_server_that_ends_by_itself_is_an_error() -> None:
    opened = Opened()
    async with opened.front as front:
        front._server.should_exit = True
        with pytest.raises(PortError, match="ended by itself"):
            await front.run()


async def test_a_taken_port_and_a_number_that_is_none() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"port {port} on 127.0.0.1 .* --port"):
            listen("127.0.0.1", port)
    with pytest.raises(PortError, match="port 70000 is no port"):
        listen("127.0.0.1", 70_000)


def test_the_consoles_port_is_the_next_or_any() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with listen_beside(listener, None) as console:
            assert console.getsockname()[1] in {port + 1, *range(1024, 65_536)}
            taken = console.getsockname()[1]
            with listen_beside(listener, None) as other:
                assert other.getsockname()[1] not in {port, taken}
            with pytest.raises(PortError, match="choose another with --console-port"):
                listen_beside(listener, taken)
