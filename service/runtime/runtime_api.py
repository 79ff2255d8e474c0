"""The Lambda Runtime API, served on a loopback port of its own for each environment.

Every answer has a Content-Type: without one awslambdaric's native client crashes
(lambda-runtime.md L1 to L8).
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from service.runtime.failures import PAYLOAD_LIMIT
from service.runtime.lifecycle import Invocation
from service.template.model import Function

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_PREFIX = "/2018-06-01/runtime/"
_ACCEPTED = b'{"status":"OK"}\n'


class Runtime(Protocol):
    """What the API asks of an environment."""

    async def next_invocation(self) -> tuple[bytes, Headers] | None: ...

    def is_current(self, request_id: str) -> bool: ...

    def respond(self, body: bytes) -> None: ...

    def fail(self, body: bytes) -> None: ...

    def refuse_response(self) -> None: ...

    def fail_init(self, body: bytes) -> None: ...


def headers(invocation: Invocation, function: Function) -> Headers:
    """Give the headers of an invocation that is handed over now (L1)."""
    remaining = invocation.started + function.timeout - time.monotonic()
    deadline = int((time.time() + remaining) * 1000)
    context = invocation.client_context
    return [
        *([(b"lambda-runtime-client-context", context.encode())] if context else []),
        (b"lambda-runtime-aws-request-id", invocation.request_id.encode()),
        (b"lambda-runtime-deadline-ms", b"%d" % deadline),
        (b"lambda-runtime-invoked-function-arn", function.arn.encode()),
        (b"lambda-runtime-trace-id", invocation.trace_id.encode()),
    ]


async def serve(runtime: Runtime) -> asyncio.Server:
    """Listen on a free loopback port for the one runtime process of an environment."""
    config = Config(
        _application(runtime),
        lifespan="off",
        proxy_headers=False,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        ws="none",
        timeout_keep_alive=24 * 3600,
    )
    state = ServerState()
    return await asyncio.get_running_loop().create_server(
        lambda: HttpToolsProtocol(config, state, {}), "127.0.0.1", 0
    )


def _application(runtime: Runtime) -> Callable[[Message, Receive, Send], Awaitable[None]]:
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if not path.startswith(_PREFIX):
            await _answer(send, 404, _error("NotFound", f"no such path: {path}"))
            return
        match scope["method"], path.removeprefix(_PREFIX).split("/"):
            case "GET", ["invocation", "next"]:
                if work := await runtime.next_invocation():
                    await _answer(send, 200, *work)
                else:
                    await _answer(send, 410, _error("Stopped", "there is no next invocation"))
            case "POST", ["invocation", request_id, ("response" | "error") as kind]:
                await _outcome(runtime, request_id, kind, receive, send)
            case "POST", ["init", "error"]:
                runtime.fail_init(await _body(receive) or b"{}")
                await _answer(send, 202, _ACCEPTED)
            case _:
                await _answer(send, 404, _error("NotFound", f"no such path: {path}"))

    return application


async def _outcome(
    runtime: Runtime, request_id: str, kind: str, receive: Receive, send: Send
) -> None:
    body = await _body(receive)
    if not runtime.is_current(request_id):
        await _answer(send, 400, _error("InvalidRequestID", "Invalid request ID"))
    elif body is None:
        runtime.refuse_response()
        message = f"Exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes)."
        await _answer(send, 413, _error("RequestEntityTooLarge", message))
    else:
        record = runtime.respond if kind == "response" else runtime.fail
        record(body)
        await _answer(send, 202, _ACCEPTED)


async def _body(receive: Receive) -> bytes | None:
    """Read a body; None if it is over the limit (the rest of it is read and dropped)."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size <= PAYLOAD_LIMIT:
            chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks) if size <= PAYLOAD_LIMIT else None


async def _answer(send: Send, status: int, body: bytes, headers: Headers | None = None) -> None:
    fixed = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send(
        {"type": "http.response.start", "status": status, "headers": [*fixed, *(headers or [])]}
    )
    await send({"type": "http.response.body", "body": body})


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorMessage": message, "errorType": error_type}).encode()
