"""What answers at the backend's port while it is not there: 503 in the shape of AWS's protocols."""

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import AsyncIterator

_CODE = "ServiceUnavailable"
_MESSAGE = "The local backend has ended and is being started again; try again."
_HEAD_BYTES = 64 * 1024
_SECONDS = 10.0


@contextlib.asynccontextmanager
async def unavailable(listener: socket.socket) -> AsyncIterator[None]:
    """Answer each request at a listening socket, which somebody else may take over meanwhile."""
    shared = listener.dup()
    shared.setblocking(False)  # noqa: FBT003 - its only argument
    server = await asyncio.start_server(_answer, sock=shared, limit=_HEAD_BYTES)
    try:
        yield
    finally:
        server.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Refuse a request by its head, and let its body come: who is cut off hears no answer."""
    try:
        async with asyncio.timeout(_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(refusal(head))
            writer.write_eof()
            while await reader.read(_HEAD_BYTES):
                pass
    except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return
    finally:
        writer.close()


def refusal(head: bytes) -> bytes:
    """Answer a request by its head: JSON, S3's XML, or that of the Query protocol."""
    text = head.decode("latin-1").lower()
    error_type = ""
    if "application/x-www-form-urlencoded" in text:
        kind, body = "text/xml", _query_error()
    elif re.search(r"/s3/aws4_request", text):
        kind, body = "application/xml", _s3_error()
    else:
        kind, error_type = "application/json", f"x-amzn-ErrorType: {_CODE}Exception\r\n"
        body = json.dumps({"__type": f"{_CODE}Exception", "message": _MESSAGE})
    head_lines = (
        "HTTP/1.1 503 Service Unavailable\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n{error_type}"
        "Retry-After: 1\r\nConnection: close\r\n\r\n"
    )
    return f"{head_lines}{body}".encode()


def _query_error() -> str:
    error = f"<Type>Receiver</Type><Code>{_CODE}</Code><Message>{_MESSAGE}</Message>"
    return f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"


def _s3_error() -> str:
    return f"<Error><Code>{_CODE}</Code><Message>{_MESSAGE}</Message></Error>"
