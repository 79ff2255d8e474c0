"""An HTTP request over a Unix socket whose answer is read as it comes."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import httptools

_CHUNK = 64 * 1024
_HOP_BY_HOP = {b"connection", b"transfer-encoding", b"keep-alive", b"expect", b"upgrade"}

Headers = list[tuple[bytes, bytes]]


class Response:
    """The answer: its head is there from the start, `parts` are read from the connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.headers: Headers = []
        self._reader = reader
        self._writer = writer
        self._parser = httptools.HttpResponseParser(self)
        self._parts: list[bytes] = []
        self._head_is_complete = False
        self._is_complete = False

    @property
    def status(self) -> int:
        return int(self._parser.get_status_code())

    async def read_head(self) -> None:
        while not self._head_is_complete:
            await self._read()

    async def parts(self) -> AsyncGenerator[bytes]:
        """Yield the body.

        Raises:
            ConnectionError: the other end broke off.
        """
        while True:
            while self._parts:
                yield self._parts.pop(0)
            if self._is_complete:
                return
            await self._read()

    def close(self) -> None:
        self._writer.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() not in _HOP_BY_HOP:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._head_is_complete = True

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        self._is_complete = True

    async def _read(self) -> None:
        data = await self._reader.read(_CHUNK)
        if not data:
            raise ConnectionResetError("the answer broke off")
        self._parser.feed_data(data)


async def request(
    path: Path, method: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> Response:
    """Send a request to the socket at `path` and wait for the head of its answer.

    Raises:
        OSError, httptools.HttpParserError: nobody listens there, or it does not speak HTTP.
    """
    reader, writer = await asyncio.open_unix_connection(path)
    response = Response(reader, writer)
    try:
        writer.write(_head(method, target, headers, len(body)) + body)
        await writer.drain()
        await response.read_head()
    except BaseException:
        response.close()
        raise
    return response


def _head(method: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], length: int) -> bytes:
    lines = [method.encode() + b" " + target + b" HTTP/1.1"]
    lines += [
        name + b": " + value
        for name, value in headers
        if name not in _HOP_BY_HOP and name != b"content-length"
    ]
    lines += [b"content-length: %d" % length, b"connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n"
