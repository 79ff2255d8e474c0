"""The second step: each call of a function is noted for its invocation.

A function's SDK sends the trace header that the function was given (X-Amzn-Trace-Id); what does
not is known by the function's temporary credentials. What the call was is read when its answer has
been sent, so that nobody waits for it.
"""

import time
from collections.abc import Callable

from visitplannr.backend.server.call_log import CallLog
from visitplannr.backend.server.calls import WireCall, read_call
from visitplannr.backend.server.errors import MOST_BYTES, error_of
from visitplannr.backend.server.reading import CALL, DECISION, PERMISSIONS, head_of
from visitplannr.backend.server.resources import resource_of
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.tables import ACCOUNT
from visitplannr.backend.server.wire import Credentials, WireRequest, credentials_of
from visitplannr.model.aws_call import AwsCall
from visitplannr.model.trace import parent_of

_TRACE = "x-amzn-trace-id"
_READ_BYTES = 16 * 1024 * 1024
_UNSIGNED = Credentials("", None, "us-east-1", "")


def record(log: CallLog, app: App, clock: Callable[[], float] = time.time) -> App:
    """Note the calls of functions in `log`; `clock` gives epoch seconds."""

    async def recorded(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_a_functions(scope):
            await app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, clock, log.add)
        await app(scope, exchange.receive, exchange.send)

    return recorded


def _is_a_functions(scope: Message) -> bool:
    """Say whether a request has a function's trace, or its credentials in the header.

    An address that a function has signed may be used by others.
    """
    for name, value in scope["headers"]:
        if name == b"x-amzn-trace-id" and parent_of(value.decode("latin-1")):
            return True
        if name == b"authorization" and b"Credential=ASIA" in value:
            return True
    return False


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
        if CALL not in self._scope:
            self._scope[CALL] = read_call(request, signed.signing_name)
        found = self._scope[CALL]
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
            tuple(self._scope.get(PERMISSIONS, ())),
        )


def _request(scope: Message, body: bytes) -> WireRequest:
    head = head_of(scope)
    return WireRequest(head.method, head.path, head.query, head.headers, body)
