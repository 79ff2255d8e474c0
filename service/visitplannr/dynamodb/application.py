"""The engine as an ASGI application, for servers that have one already."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from visitplannr.dynamodb.desk import Desk
from visitplannr.dynamodb.wire import BODY_LIMIT, HttpRequest

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def dynamodb_application(desk: Desk) -> Application:
    """Give an application that answers HTTP requests and knows no other scope."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = HttpRequest(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers={
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in scope["headers"]
            },
            body=await read_body(receive),
        )
        answer = await desk.answer(request)
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [
                    (name.encode("latin-1"), value.encode("latin-1"))
                    for name, value in answer.headers
                ],
            }
        )
        await send({"type": "http.response.body", "body": answer.body})

    return application


async def read_body(receive: Receive) -> bytes:
    """Read the whole body; what is beyond the limit is dropped, one byte of it kept as a sign."""
    chunks, size = [], 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        if size <= BODY_LIMIT:
            chunks.append(chunk[: BODY_LIMIT + 1 - size])
            size += len(chunks[-1])
        if not message.get("more_body"):
            return b"".join(chunks)
