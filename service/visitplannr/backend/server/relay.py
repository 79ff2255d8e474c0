"""Lambda's Invoke APIs at the backend's endpoint: `up` answers them, over its Unix socket."""

import json
from contextlib import aclosing
from pathlib import Path

import httptools

from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.unix_http import Response, request


def relay(path: Path) -> App:
    """Serve the Invoke APIs by what listens at `path`."""

    async def relayed(scope: Message, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        if body is None:
            return
        target = scope["raw_path"] + (
            b"?" + scope["query_string"] if scope["query_string"] else b""
        )
        try:
            response = await request(path, scope["method"], target, scope["headers"], body)
        except (OSError, httptools.HttpParserError):
            message = "the functions cannot be run now: `visitplannr up` does not answer"
            await _refuse(send, message)
            return
        try:
            await _pass_on(response, send)
        finally:
            response.close()

    return relayed


async def _read(receive: Receive) -> bytes | None:
    """Read the body; None if the client has gone."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _pass_on(response: Response, send: Send) -> None:
    start = {"type": "http.response.start", "status": response.status, "headers": response.headers}
    await send(start)
    async with aclosing(response.parts()) as parts:
        async for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(send: Send, message: str) -> None:
    body = json.dumps({"Type": "Service", "Message": message}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"x-amzn-errortype", b"ServiceException"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
