"""A connection whose request does not get complete is closed; a slow body is not."""

import asyncio
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


class ImpatientGateway(RawHeadersProtocol):
    patience = SECONDS


class ImpatientBackend(StrictProtocol):
    patience = SECONDS


Impatient = type[ImpatientGateway] | type[ImpatientBackend]
both = pytest.mark.parametrize("impatient", [ImpatientGateway, ImpatientBackend])


def test_both_servers_have_it_and_give_half_a_minute() -> None:
    assert server_config(app).http is RawHeadersProtocol
    assert backend_config(app).http is StrictProtocol
    assert RawHeadersProtocol.patience == StrictProtocol.patience == PATIENCE_SECONDS == 30


async def app(_scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def connected(impatient: Impatient) -> AsyncIterator[Streams]:
    config = server_config(app)
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
