"""The second step: each call of a function is noted for its invocation.

A function's SDK sends the trace header that the function was given (X-Amzn-Trace-Id). What the
call was is read when its answer has been sent, so that nobody waits for it.
"""

import time
from collections.abc import Callable
from typing import Any

from visitplannr.backend.server.call_log import CallLog
from visitplannr.backend.server.calls import WireCall, read_call
from visitplannr.backend.server.errors import MOST_BYTES, error_of
from visitplannr.backend.server.resources import resource_of
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.tables import ACCOUNT
from visitplannr.backend.server.wire import Credentials, WireRequest, credentials_of
from visitplannr.model.aws_call import AwsCall
from visitplannr.model.trace import parent_of

DECISION = "visitplannr.decision"
"""Where the step that decides about a call leaves its decision in the scope."""
_TRACE = "x-amzn-trace-id"
_READ_BYTES = 16 * 1024 * 1024
_UNSIGNED = Credentials("", None, "us-east-1", "")


def record(log: CallLog, app: App, clock: Callable[[], float] = time.time) -> App:
    """Note the calls of functions in `log`; `clock` gives epoch seconds."""

    async def recorded(scope: Message, receive: Receive, send: Send) -> None:
        trace = _trace_of(scope) if scope["type"] == "http" else None
        if trace is None or not parent_of(trace):
            await app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, clock, log.add)
        await app(scope, exchange.receive, exchange.send)

    return recorded


def _trace_of(scope: Message) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-amzn-trace-id":
            return str(value.decode("latin-1"))
    return None


class _Exchange:
    """Passes on a request and its answer, and keeps what tells which call it was."""

    def __init__(
        self,
        scope: Message,
        receive: Receive,
        send: Send,
        clock: Callable[[], float],
        add: Callable[[AwsCall], None],
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._add = add
        self._began = clock()
        self._since = time.perf_counter()
        self._asked: list[bytes] = []
        self._size = 0
        self._start: Message = {}
        self._error = b""

    async def receive(self) -> Message:
        message = await self._receive()
        if part := message.get("body"):
            self._size += len(part)
            self._asked.append(part if self._size <= _READ_BYTES else b"")
        return message

    async def send(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start["status"] >= 400 and len(self._error) < MOST_BYTES:
            self._error += message.get("body", b"")
        if not message.get("more_body"):
            self._add(self._call())

    def _call(self) -> AwsCall:
        took = time.perf_counter() - self._since
        request = _request(self._scope, b"".join(self._asked))
        signed = credentials_of(request) or _UNSIGNED
        found = read_call(request, signed.signing_name)
        call = found or WireCall(signed.signing_name, f"{request.method} {request.path}", {})
        status, headers = self._start["status"], dict(self._start.get("headers", ()))
        return AwsCall(
            call.service,
            call.operation,
            resource_of(call, ACCOUNT, signed.region),
            self._began,
            took,
            status,
            error_of(status, headers, self._error),
            self._scope.get(DECISION, "not-evaluated"),
            request.headers.get(_TRACE),
            signed.access_key,
        )


def _request(scope: Message, body: bytes) -> WireRequest:
    headers: dict[str, Any] = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
    }
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"].decode("latin-1")
    return WireRequest(scope["method"], path.decode("latin-1"), query, headers, body)
