"""Lambda's Invoke APIs at the backend's endpoint: `up` answers them, over its Unix socket."""

from contextlib import aclosing
from pathlib import Path

import httptools

from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.unix_http import Response, request
from visitplannr.model.lambda_error import LambdaError

_UNREACHABLE = LambdaError(
    503,
    "ServiceException",
    "the functions cannot be run now: `visitplannr up` does not answer",
)


def relay(path: Path) -> App:
    """Serve the Invoke APIs by what listens at `path`."""

    async def relayed(scope: Message, receive: Receive, send: Send) -> None:
        body = await read(receive)
        if body is None:
            return
        target = scope["raw_path"] + (
            b"?" + scope["query_string"] if scope["query_string"] else b""
        )
        try:
            response = await request(path, scope["method"], target, scope["headers"], body)
        except (OSError, httptools.HttpParserError):
            for message in _UNREACHABLE.messages():
                await send(message)
            return
        try:
            await _pass_on(response, send)
        finally:
            response.close()

    return relayed


async def read(receive: Receive) -> bytes | None:
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
