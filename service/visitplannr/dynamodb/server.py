"""A small HTTP server for the engine alone: httptools on asyncio's protocols."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import cast

import httptools

from visitplannr.dynamodb.desk import Desk
from visitplannr.dynamodb.wire import BODY_LIMIT, HEAD_LIMIT, HttpAnswer, HttpRequest

REASONS = {status.value: status.phrase for status in HTTPStatus}
NO_CHUNKS = b"0\r\n\r\n"
BAD_REQUEST = HttpAnswer(400, [("content-length", "0")], b"")


class Connection(asyncio.Protocol):
    """One client's connection; requests are answered in their order, once they are complete."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._begin()

    def _begin(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._head_size = 0
        self._body: list[bytes] = []
        self._body_size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.write(BAD_REQUEST, keep_alive=False)

    def on_message_begin(self) -> None:
        self._begin()

    def on_url(self, url: bytes) -> None:
        self._url += url
        self._head_size += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_size += len(name) + len(value)
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1").strip()

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue" and self._transport:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if self._body_size <= BODY_LIMIT:
            self._body.append(body)
            self._body_size += len(body)

    def on_message_complete(self) -> None:
        keep_alive = self._parser.should_keep_alive()
        if self._head_size > HEAD_LIMIT:
            self.write(BAD_REQUEST, keep_alive=False)
            return
        path, _, query = self._url.decode("latin-1").partition("?")
        request = HttpRequest(
            method=self._parser.get_method().decode("latin-1"),
            path=path or "/",
            query=query,
            headers=self._headers,
            body=b"".join(self._body),
        )
        self._desk.take(request, partial(self.write, keep_alive=keep_alive))

    def write(self, answer: HttpAnswer, *, keep_alive: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        head = [f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, '')}"]
        head += [f"{name}: {value}" for name, value in answer.headers]
        body = answer.body
        if all(name != "content-length" for name, _ in answer.headers):
            head.append("transfer-encoding: chunked")
            body = NO_CHUNKS
        if not keep_alive:
            head.append("connection: close")
        self._transport.write("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)
        if not keep_alive:
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None
