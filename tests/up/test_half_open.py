"""A connection whose request does not get complete is closed, and so is one that is not read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from visitplannr.backend.server.__main__ import config as backend_config
from visitplannr.gateway.http_protocol import RawHeadersProtocol, server_config
from visitplannr.model.connection_watch import PATIENCE_SECONDS
from visitplannr.model.http_protocol import StrictProtocol

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


SECONDS = 0.2
LARGE = 20_000_000


class ImpatientGateway(RawHeadersProtocol):
    patience = SECONDS


class ImpatientBackend(StrictProtocol):
    patience = SECONDS


class ImpatientOfBodies(RawHeadersProtocol):
    patience = body_patience = SECONDS


class Small(RawHeadersProtocol):
    """A server with room for three."""

    @staticmethod
    def most_connections() -> int:
        return 3


Impatient = type[ImpatientGateway | ImpatientBackend | ImpatientOfBodies | Small]
both = pytest.mark.parametrize("impatient", [ImpatientGateway, ImpatientBackend])


def test_both_servers_have_it_and_give_half_a_minute() -> None:
    assert server_config(app).http is RawHeadersProtocol
    assert backend_config(app).http is StrictProtocol
    assert RawHeadersProtocol.patience == StrictProtocol.patience == PATIENCE_SECONDS == 30
    assert RawHeadersProtocol.body_patience == StrictProtocol.body_patience == 60


async def app(_scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def unread(_scope: Any, _receive: Any, send: Any) -> None:
    """Answer more than a socket holds, without looking at the request's body."""
    headers = [(b"content-length", b"%d" % LARGE)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * LARGE})


@asynccontextmanager
async def connected(impatient: Impatient, serves: Any = app) -> AsyncIterator[Streams]:
    config = server_config(serves)
    config.http, config.port = impatient, 0
    config.timeout_keep_alive = 60  # else it is uvicorn that closes an idle connection
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    streams = await asyncio.open_connection(*server.servers[0].sockets[0].getsockname())
    yield streams
    streams[1].close()
    await server.shutdown()


@both
@pytest.mark.parametrize("sent", [b"", b"P", HEAD[:20], HEAD[:-2]])
async def test_a_head_that_is_never_complete_ends_the_connection(
    impatient: Impatient, sent: bytes
) -> None:
    async with connected(impatient) as (reader, writer):
        writer.write(sent)
        assert await asyncio.wait_for(reader.read(), 20) == b""


@both
async def test_the_next_request_of_a_connection_has_as_much_time(impatient: Impatient) -> None:
    async with connected(impatient) as (reader, writer):
        writer.write(HEAD + b"{}" + HEAD[:20])
        assert (await asyncio.wait_for(reader.read(), 20)).count(b"200 OK") == 1


@both
async def test_a_body_may_take_longer(impatient: Impatient) -> None:
    async with connected(impatient) as (reader, writer):
        writer.write(HEAD + b"{")
        await asyncio.sleep(2 * SECONDS)
        writer.write(b"}")
        assert (await asyncio.wait_for(reader.readline(), 20)).startswith(b"HTTP/1.1 200")


@both
async def test_nothing_but_empty_lines_is_no_request(impatient: Impatient) -> None:
    async with connected(impatient) as (reader, writer):
        writer.write(HEAD + b"{}")
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\r\n")
        assert await asyncio.wait_for(reader.read(), 20) == b""


CHUNKED = HEAD.replace(b"Content-Length: 2", b"Transfer-Encoding: chunked")


@pytest.mark.parametrize(
    ("head", "drops"),
    [(HEAD, b""), (HEAD, b"{"), (CHUNKED, b"1\r\n{\r\n" * 6), (CHUNKED, b"1;" + b"x" * 20)],
    ids=["nothing", "a byte", "chunks, byte by byte", "an extension"],
)
async def test_a_body_that_comes_too_slowly_ends_the_connection(head: bytes, drops: bytes) -> None:
    async with connected(ImpatientOfBodies) as (reader, writer):
        writer.write(head)
        answer = asyncio.ensure_future(reader.read())
        for drop in drops:
            writer.write(bytes([drop]))
            await asyncio.sleep(SECONDS / 10)
        assert (await asyncio.wait_for(answer, 20)).startswith(b"HTTP/1.1 408 ")


async def test_who_reads_nothing_is_let_go() -> None:
    async with connected(ImpatientGateway, unread) as (reader, writer):
        writer.write(HEAD + b"{}")
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined] # the client's end
        await asyncio.sleep(5 * SECONDS)
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        read = 0
        with contextlib.suppress(ConnectionError):
            while part := await asyncio.wait_for(reader.read(1_000_000), 20):
                read += len(part)
        assert read < LARGE


async def test_the_rest_of_a_body_that_nobody_wants_is_not_waited_for() -> None:
    async with connected(ImpatientGateway, unread) as (reader, writer):
        writer.write(HEAD)
        assert (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.1 200")


async def test_if_there_are_too_many_the_longest_quiet_one_goes() -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        asked.set()
        await go_on.wait()
        await app(scope, receive, send)

    async with connected(Small, slow) as (busy_reader, busy):
        busy.write(HEAD + b"{}")
        await asked.wait()
        address = busy.get_extra_info("peername")
        others = [await asyncio.open_connection(*address) for _ in range(4)]
        for reader, _ in others[:2]:
            assert await asyncio.wait_for(reader.read(), 20) == b""
        go_on.set()
        for reader, writer in [(busy_reader, busy), *others[2:]]:
            if writer is not busy:
                writer.write(HEAD + b"{}")
            assert (await asyncio.wait_for(reader.readline(), 20)).startswith(b"HTTP/1.1 200")
        for _, writer in others:
            writer.close()
