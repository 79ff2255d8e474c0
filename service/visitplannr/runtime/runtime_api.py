"""The Lambda Runtime API, served on a loopback port of its own for each environment.

Every invocation passes here twice, so httptools' parser is all there is between the socket and the
environment (lambda-runtime.md L1 to L8).
"""

import asyncio
import base64
import binascii
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Protocol, cast

import httptools

from visitplannr.model.application import Function
from visitplannr.model.response_buffer import Source
from visitplannr.runtime.failures import PAYLOAD_LIMIT, STREAM_LIMIT, response_too_large
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.peer import Address

_PREFIX = "/2018-06-01/runtime/"
_ACCEPTED = b'{"status":"OK"}\n'
_HEAD_LIMIT = 2_097_152  # an error's cause for X-Ray is a header of up to 1 MB
_STRANGER_SECONDS = 30.0


IsOwn = Callable[[Address, Address], bool]


class Runtime(Protocol):
    """What the API asks of an environment."""

    @property
    def function(self) -> Function: ...

    def next_invocation(self, deliver: Callable[[Invocation], None]) -> bool: ...

    def disconnected(self) -> None: ...

    def is_current(self, request_id: str) -> bool: ...

    def answer(self, payload: bytes, function_error: str | None) -> None: ...

    def stream(self, content_type: str, chunk: bytes, source: Source) -> bool: ...

    def fail_init(self, body: bytes) -> None: ...


@asynccontextmanager
async def serving(runtime: Runtime, listener: socket.socket, is_own: IsOwn) -> AsyncIterator[None]:
    """Serve the one runtime process of an environment, also what it has asked before.

    `is_own` tells by both ends of a connection whether the environment's processes hold it; events
    go to nobody else.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(runtime, is_own), sock=listener)
    try:
        yield
    finally:
        server.close()


class Connection(asyncio.Protocol):
    """One connection of a runtime, which sends a request when it has had the answer to the last."""

    def __init__(self, runtime: Runtime, is_own: IsOwn) -> None:
        self._runtime = runtime
        self._is_own = is_own
        self._is_strange = False
        self._waits = False
        self._unread_head = 0
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        client, server = (transport.get_extra_info(end) for end in ("peername", "sockname"))
        self._is_strange = not self._is_own(client, server)
        if self._is_strange:
            asyncio.get_running_loop().call_later(_STRANGER_SECONDS, self._transport.close)

    def data_received(self, data: bytes) -> None:
        self._unread_head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError:
            raise
        except httptools.HttpParserUpgrade:
            return  # it is refused
        except httptools.HttpParserError as error:
            self._refuse(400, f"no HTTP: {error}")
        else:
            if self._unread_head > _HEAD_LIMIT:
                self._refuse(431, f"a head may have {_HEAD_LIMIT} bytes")

    def _refuse(self, status: int, why: str, error_type: str = "BadRequest") -> None:
        self._answer(status, _error(error_type, why))
        self._transport.close()

    def eof_received(self) -> None:
        self._lose()

    def connection_lost(self, _error: Exception | None) -> None:
        self._lose()

    def _lose(self) -> None:
        """Tell the environment that what it would deliver here would be lost."""
        if self._waits:
            self._waits = False
            self._runtime.disconnected()

    # What the parser tells

    def on_message_begin(self) -> None:
        self._url = b""
        self._body: list[bytes] = []
        self._size = 0
        self._limit = PAYLOAD_LIMIT
        self._content_type = ""
        self._streams = False
        self._error_body: bytes | None = None

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        match name.lower():
            case b"expect" if value.lower() == b"100-continue":
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            case b"content-type":
                self._content_type = value.decode("latin-1")
            case b"lambda-runtime-function-response-mode":
                self._streams = value.lower() == b"streaming"
            case b"lambda-runtime-function-error-body":
                self._error_body = value

    def on_headers_complete(self) -> None:
        self._unread_head = 0

    def on_body(self, chunk: bytes) -> None:
        self._unread_head = 0
        self._size += len(chunk)
        if self._streams:
            self._pass_on(chunk)
        if self._size <= PAYLOAD_LIMIT:
            self._body.append(chunk)

    def _pass_on(self, chunk: bytes) -> None:
        """Give a part of an answer to whoever wants it at once (U50)."""
        match self._url.decode("latin-1").removeprefix(_PREFIX).split("/"):
            case ["invocation", request_id, "response"] if self._runtime.is_current(request_id):
                is_within = self._size <= STREAM_LIMIT
                if is_within and self._runtime.stream(self._content_type, chunk, self._transport):
                    self._limit = STREAM_LIMIT

    def on_message_complete(self) -> None:
        if self._is_strange:
            self._refuse(403, "this answers its own environment alone", "Forbidden")
            return
        if self._parser.should_upgrade():
            self._refuse(400, "this speaks HTTP/1.1 alone")
            return
        method, path = self._parser.get_method(), self._url.decode("latin-1")
        match method, path.removeprefix(_PREFIX).split("/"):
            case b"GET", ["invocation", "next"]:
                self._next()
            case b"POST", ["invocation", request_id, ("response" | "error") as kind]:
                self._outcome(request_id, kind)
            case b"POST", ["init", "error"]:
                self._runtime.fail_init(b"".join(self._body) or b"{}")
                self._answer(202, _ACCEPTED)
            case _:
                self._answer(404, _error("NotFound", f"no such path: {path}"))

    def _next(self) -> None:
        waited, self._waits = self._waits, True
        if not self._runtime.next_invocation(self._deliver):
            self._waits = waited
            self._answer(403, _error("InvalidStateTransition", "not the moment to ask for work"))

    def _outcome(self, request_id: str, kind: str) -> None:
        if not self._runtime.is_current(request_id):
            self._answer(400, _error("InvalidRequestID", "Invalid request ID"))
        elif self._size > self._limit:
            self._runtime.answer(response_too_large(self._limit).payload, "Unhandled")
            message = f"Exceeded maximum allowed payload size ({self._limit} bytes)."
            self._answer(413, _error("RequestEntityTooLarge", message))
        elif self._streams and self._error_body is not None:
            self._runtime.answer(_decoded(self._error_body), "Unhandled")
            self._answer(202, _ACCEPTED)
        else:
            self._runtime.answer(b"".join(self._body), None if kind == "response" else "Unhandled")
            self._answer(202, _ACCEPTED)

    def _deliver(self, invocation: Invocation) -> None:
        self._waits = self._transport.is_closing()
        self._answer(200, invocation.payload, _headers(invocation, self._runtime.function))

    def _answer(self, status: int, body: bytes, headers: str = "") -> None:
        """Answer, if there still is somebody: what ends an environment is its process's end."""
        if self._transport.is_closing():
            return
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n{headers}\r\n"
        )
        self._transport.write(head.encode() + body)
        if not self._parser.should_keep_alive():
            self._transport.close()


def _headers(invocation: Invocation, function: Function) -> str:
    """Give the headers of an invocation that is handed over now (L1)."""
    remaining = invocation.started + function.timeout - time.monotonic()
    context = " ".join((invocation.client_context or "").splitlines())
    arn = f"{function.arn}:{invocation.qualifier}" if invocation.qualifier else function.arn
    given = f"lambda-runtime-client-context: {context}\r\n" if context else ""
    return (
        f"{given}lambda-runtime-aws-request-id: {invocation.request_id}\r\n"
        f"lambda-runtime-deadline-ms: {int((time.time() + remaining) * 1000)}\r\n"
        f"lambda-runtime-invoked-function-arn: {arn}\r\n"
        f"lambda-runtime-trace-id: {invocation.trace_id}\r\n"
    )


def _decoded(trailer: bytes) -> bytes:
    """Read the error that ends a stream: its JSON in base64, after the body (U53)."""
    try:
        return base64.b64decode(trailer, validate=True)
    except binascii.Error:
        return _error("Runtime.Unknown", trailer.decode("latin-1"))


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorMessage": message, "errorType": error_type}).encode()
