"""WebSocket connections as bytes: frames that break the protocol, floods, closes (RFC 6455)."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
import uvicorn
from gateway.sockets import OK, Chat, chat
from visitplannr.gateway.asgi import App
from visitplannr.gateway.http_protocol import server_config
from visitplannr.gateway.websocket_protocol import WebSocketProtocol

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
HANDSHAKE = (
    b"GET /_ws/Chat HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
SECONDS = 20


class Impatient(WebSocketProtocol):
    patience = 0.2


def frame(opcode: int, payload: bytes = b"", *, first: int = 0x80, masked: bool = True) -> bytes:
    """Make a frame; `first` has the bits beside the opcode, FIN alone if nothing is said."""
    size, mask = len(payload), 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", first | opcode, mask | size)
    elif size < 65_536:
        head = struct.pack("!BBH", first | opcode, mask | 126, size)
    else:
        head = struct.pack("!BBQ", first | opcode, mask | 127, size)
    return head + (bytes(4) if masked else b"") + payload


def closing(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason)


class Talk(Chat):
    """Says when a function has had its event."""

    def __init__(self, *keys: str) -> None:
        self._has_heard = asyncio.Event()
        super().__init__(chat(*keys), self._hear)

    def _hear(self, *_: object) -> object:
        self._has_heard.set()
        return OK

    async def heard(self) -> None:
        await asyncio.wait_for(self._has_heard.wait(), SECONDS)


class Client:
    """The client's end, after the handshake."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def frame(self) -> tuple[int, bytes]:
        """Read a frame; one of the server's is not masked."""
        first, size = await asyncio.wait_for(self.reader.readexactly(2), SECONDS)
        if size == 126:
            (size,) = struct.unpack("!H", await self.reader.readexactly(2))
        return first & 0x0F, await self.reader.readexactly(size)

    async def close_code(self) -> int | None:
        """Read up to the frame that closes; None if it has no code."""
        while (read := await self.frame())[0] != CLOSE:
            pass
        self.writer.write(frame(CLOSE, read[1]))
        assert await asyncio.wait_for(self.reader.read(), SECONDS) == b""
        return struct.unpack("!H", read[1][:2])[0] if read[1] else None


@asynccontextmanager
async def served(app: App, protocol: type[WebSocketProtocol]) -> AsyncIterator[int]:
    config = server_config(app)
    config.ws, config.port = protocol, 0
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield server.servers[0].sockets[0].getsockname()[1]
    await server.shutdown()


@asynccontextmanager
async def connected(
    app: App, protocol: type[WebSocketProtocol] = WebSocketProtocol
) -> AsyncIterator[Client]:
    async with served(app, protocol) as port:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.connect(("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=client)
        writer.write(HANDSHAKE)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS)
        assert head.startswith(b"HTTP/1.1 101 ")
        yield Client(reader, writer)
        writer.close()


BROKEN: dict[str, tuple[bytes, int]] = {
    "a frame without mask": (frame(TEXT, b"x", masked=False), 1002),
    "a reserved bit": (frame(TEXT, b"x", first=0xC0), 1002),
    "an opcode that is none": (frame(3, b"x"), 1002),
    "a control opcode that is none": (frame(11, b"x"), 1002),
    "a long ping": (frame(PING, b"x" * 126), 1002),
    "a ping in parts": (frame(PING, b"x", first=0), 1002),
    "a part of nothing": (frame(0, b"x"), 1002),
    "a message within a message": (frame(TEXT, b"x", first=0) + frame(TEXT, b"x"), 1002),
    "a close of one byte": (frame(CLOSE, b"x"), 1002),
    "a code that is not sent": (closing(1005), 1002),
    "a code that is none": (closing(999), 1002),
    "no UTF-8": (frame(TEXT, b"\xff\xfe"), 1007),
    "no UTF-8 in two parts": (frame(TEXT, b"\xc3", first=0) + frame(0, b"x"), 1007),
    "no UTF-8 in a reason": (closing(1000, b"\xff"), 1007),
    "W40 a frame over 32 KB": (frame(TEXT, b"x" * 32_769), 1009),
    "W40 a frame without end": (frame(TEXT, b"x" * 200_000)[:100_000], 1009),
    "W40 a message over 128 KB": (
        frame(TEXT, b"x" * 32_768, first=0) + frame(0, b"x" * 32_768, first=0) * 4, 1009),
    "W43 a binary frame": (frame(BINARY, b"x"), 1003),
}  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "code"), [pytest.param(*row, id=name) for name, row in BROKEN.items()]
)
async def test_what_breaks_the_protocol_is_told_and_ends_the_connection(
    sent: bytes, code: int
) -> None:
    talk = Chat(chat("$default", "$disconnect"))
    async with connected(talk.gateway) as client:
        client.writer.write(sent)
        assert await client.close_code() == code
    (event,) = [event for function, event in talk.events if function == "$disconnect"]
    assert event["requestContext"]["disconnectStatusCode"] == code


@pytest.mark.parametrize(
    ("sent", "answered", "told"),
    [
        pytest.param(closing(1000), 1000, 1000, id="normal"),
        pytest.param(closing(1001, b"bye"), 1001, 1001, id="going away"),
        pytest.param(closing(4000), 4000, 4000, id="a code of its own"),
        pytest.param(frame(CLOSE), None, 1005, id="no code"),
    ],
)
async def test_w22_a_client_that_closes_is_answered(
    sent: bytes, answered: int | None, told: int
) -> None:
    talk = Chat(chat("$default", "$disconnect"))
    async with connected(talk.gateway) as client:
        client.writer.write(sent)
        assert await client.close_code() == answered
    assert talk.events[-1][1]["requestContext"]["disconnectStatusCode"] == told


async def test_w22_a_connection_that_breaks_off_was_closed_abnormally() -> None:
    talk = Talk("$default", "$disconnect")
    async with connected(talk.gateway) as client:
        client.writer.transport.abort()
        await talk.heard()
    context = talk.events[-1][1]["requestContext"]
    assert context["disconnectStatusCode"] == 1006
    assert context["disconnectReason"] == "Connection closed abnormally"


async def test_pings_are_answered_between_the_parts_of_a_message() -> None:
    talk = Talk("$default")
    async with connected(talk.gateway) as client:
        parts = frame(TEXT, b"a", first=0), frame(PING, b"1"), frame(PONG, b"2"), frame(0, b"b")
        client.writer.write(b"".join(parts) + frame(PING, b"3"))
        assert [await client.frame() for _ in range(2)] == [(PONG, b"1"), (PONG, b"3")]
        await talk.heard()
    assert talk.events[0][1]["body"] == "ab"


@contextmanager
def until_let_go() -> Iterator[None]:
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        yield


async def test_who_sends_pings_and_reads_no_pongs_is_read_no_further_and_let_go() -> None:
    talk = Chat(chat("$default"))
    pings = frame(PING, b"x" * 125) * 500
    async with connected(talk.gateway, Impatient) as client:
        client.writer.transport.pause_reading()  # type: ignore[attr-defined] # the client's end
        with until_let_go():
            async with asyncio.timeout(SECONDS):
                while True:
                    client.writer.write(pings)
                    await client.writer.drain()


async def test_what_comes_before_the_handshake_is_answered_is_bounded() -> None:
    talk = Chat(chat("$connect"))
    talk.answered.clear()
    async with served(talk.gateway, WebSocketProtocol) as port:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HANDSHAKE)
        with until_let_go():
            async with asyncio.timeout(SECONDS):
                while True:
                    writer.write(frame(TEXT, b"x" * 10_000))
                    await writer.drain()
        writer.close()
        talk.answered.set()


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (b"Version: 13", b"Version: 8", 426),
        (b"Upgrade: websocket", b"Upgrade: other", 403),
        (b"GET ", b"POST ", 403),
        (b"Connection: Upgrade\r\n", b"", 403),
        (b"Host: localhost\r\n", b"", 400),
        (b"Host: localhost\r\n", b"Host: a\r\nHost: b\r\n", 400),
        (b"HTTP/1.1", b"HTTP/1.0", 403),
    ],
)
async def test_handshakes_that_are_none(before: bytes, after: bytes, status: int) -> None:
    async with served(Chat(chat("$default")).gateway, WebSocketProtocol) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HANDSHAKE.replace(before, after))
        line = await asyncio.wait_for(reader.readline(), SECONDS)
        assert int(line.split()[1]) == status
        writer.close()
