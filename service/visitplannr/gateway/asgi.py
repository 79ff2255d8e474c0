"""Between ASGI and the gateway's own request and answer; raw messages, as this is the hot path."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from visitplannr.gateway.header_syntax import is_name, without_controls
from visitplannr.gateway.http_protocol import CLOSE, EXTENSION, UNASKED
from visitplannr.gateway.request import Headers, Request, Response, StreamedResponse

_SAFE = "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~"
_BODILESS = frozenset({204, 304})
_ENDLESS = 268_435_456
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class ClientDisconnectedError(Exception):
    """Raise when the client went away before its request was complete."""


async def read_request(scope: Message, receive: Receive, body_limit: int) -> Request:
    """Read a whole request; a body over the limit is read to its end and dropped.

    It is not read if the client waits to be asked for it, nor to an end that does not come.

    Raises:
        ClientDisconnectedError: there is nobody left to answer.
    """
    unasked = scope.get("extensions", {}).get(UNASKED)
    if unasked and _length(scope) > body_limit:
        unasked()
        return _request(scope, scope["method"], b"", dropped=True)
    body, dropped = await _read_body(receive, body_limit)
    return _request(scope, scope["method"], body, dropped=dropped)


def read_handshake(scope: Message) -> Request:
    """Read the request that asks for a connection."""
    return _request(scope, "GET", b"")


async def refuse_handshake(send: Send, response: Response) -> None:
    """Answer a handshake with something else than a connection."""
    await send_response(_denying(send), response)


async def answer_handshake(app: App, scope: Message, receive: Receive, send: Send) -> None:
    """Have a handshake answered like any other request, which is what nobody connects to."""
    await receive()

    async def nothing() -> Message:
        return {"type": "http.request", "body": b""}

    request = {
        **scope,
        "type": "http",
        "method": "GET",
        "scheme": scope["scheme"].replace("ws", "http"),
    }
    await app(request, nothing, _denying(send))


def _denying(send: Send) -> Send:
    async def denied(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    return denied


def _request(scope: Message, method: str, body: bytes, *, dropped: bool = False) -> Request:
    raw = scope.get("extensions", {}).get(EXTENSION, scope["headers"])
    client, server = scope.get("client") or ("127.0.0.1", 0), scope.get("server") or ("", 80)
    path = scope["raw_path"].decode("latin-1")
    return Request(
        method=method,
        path=path,
        query=_query(scope["query_string"]),
        headers=tuple((name.decode("latin-1"), _value(value)) for name, value in raw),
        body=body,
        source_ip=client[0],
        scheme=scope["scheme"].replace("ws", "http"),
        port=server[1] or 0,
        body_dropped=dropped,
        sent_path=path,
    )


async def send_response(send: Send, response: Response) -> None:
    """Send an answer with its header names as they are; 204 and 304 have no body (RFC 9110)."""
    bodiless = response.status in _BODILESS
    if isinstance(response, StreamedResponse):
        await _send_stream(send, response)
        return
    headers = _written(response.headers)
    if not bodiless:
        headers.append((b"Content-Length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else response.body})


async def cut_off(scope: Message, receive: Receive) -> None:
    """Close the connection of an answer that has begun and cannot be completed.

    So the client does not take what it has for the whole.
    """
    if close := scope.get("extensions", {}).get(CLOSE):
        close()
        while (await receive())["type"] != "http.disconnect":
            pass


async def _send_stream(send: Send, response: StreamedResponse) -> None:
    """Send each chunk when it is there."""
    headers = _written(response.headers)
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    async for chunk in response.chunks:
        if response.status not in _BODILESS:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _written(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Write headers so that no value is more than one; a name that is none is left out.

    Values of mappings and templates can be anything (RFC 9110, 5.5).
    """
    return [
        (name.encode("latin-1"), without_controls(value).encode("utf-8", errors="replace"))
        for name, value in headers
        if is_name(name)
    ]


async def _read_body(receive: Receive, limit: int) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        if not message.get("more_body") or size > _ENDLESS:
            return (b"".join(chunks), False) if size <= limit else (b"", True)


def _query(query: bytes) -> str:
    """Give a query in ASCII: what a client did not encode is encoded."""
    return query.decode() if query.isascii() else quote(query, safe=_SAFE)


def _length(scope: Message) -> int:
    """Give the length of the body that a client says it would send."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)


def _value(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
