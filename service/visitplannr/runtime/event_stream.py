"""Amazon's event stream encoding, which InvokeWithResponseStream answers in.

A message is: its length, the length of its headers, a checksum of both, headers, payload, and a
checksum of everything before ("Amazon event stream encoding", AWS Transcribe and S3 guides).
"""

import asyncio
import json
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing

from visitplannr.model.invocation import InvocationError, InvocationResult
from visitplannr.model.response_buffer import ResponseBuffer

_TEXT = 7
_FRAME = 16
_CHUNK = 64 * 1024
MEDIA_TYPE = "application/vnd.amazon.eventstream"


ReadTail = Callable[[InvocationResult], Awaitable[str | None]]
"""Gives the end of an invocation's log in base64, where it is wanted."""


async def messages(
    written: ResponseBuffer, running: asyncio.Future[InvocationResult], read_tail: ReadTail
) -> AsyncIterator[bytes]:
    """Yield an invocation's answer as it is written; one that was not streamed, at the end."""
    was_streamed = False
    async with aclosing(written.chunks(running)) as chunks:
        async for chunk in chunks:
            was_streamed = True
            yield message("PayloadChunk", "application/octet-stream", chunk)
    try:
        result = running.result()
    except InvocationError as error:
        yield _complete({"ErrorCode": "ServiceException", "ErrorDetails": str(error)})
        return
    if not was_streamed:
        for part in _payload(result):
            yield part
    yield _outcome(result, await read_tail(result))


def _payload(result: InvocationResult) -> Iterator[bytes]:
    for start in range(0, len(result.payload), _CHUNK):
        payload = result.payload[start : start + _CHUNK]
        yield message("PayloadChunk", "application/octet-stream", payload)


def _outcome(result: InvocationResult, log_tail: str | None) -> bytes:
    complete = {"LogResult": log_tail} if log_tail else {}
    if result.function_error:
        details = result.payload.decode("utf-8", errors="replace")
        complete |= {"ErrorCode": result.function_error, "ErrorDetails": details}
    return _complete(complete)


def _complete(members: dict[str, str]) -> bytes:
    return message("InvokeComplete", "application/json", json.dumps(members).encode())


def message(event_type: str, content_type: str, payload: bytes) -> bytes:
    """Encode one event."""
    headers = b"".join(
        _header(name, value)
        for name, value in (
            (":event-type", event_type),
            (":content-type", content_type),
            (":message-type", "event"),
        )
    )
    lengths = struct.pack(">II", _FRAME + len(headers) + len(payload), len(headers))
    body = lengths + struct.pack(">I", zlib.crc32(lengths)) + headers + payload
    return body + struct.pack(">I", zlib.crc32(body))


def _header(name: str, value: str) -> bytes:
    named, text = name.encode(), value.encode()
    return bytes([len(named)]) + named + struct.pack(">BH", _TEXT, len(text)) + text
