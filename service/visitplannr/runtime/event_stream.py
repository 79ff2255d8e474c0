"""Amazon's event stream encoding, which InvokeWithResponseStream answers in.

A message is: its length, the length of its headers, a checksum of both, headers, payload, and a
checksum of everything before ("Amazon event stream encoding", AWS Transcribe and S3 guides).
"""

import json
import struct
import zlib
from collections.abc import Iterator

from visitplannr.model.invocation import InvocationResult

_TEXT = 7
_FRAME = 16
_CHUNK = 64 * 1024
MEDIA_TYPE = "application/vnd.amazon.eventstream"


def answer_stream(result: InvocationResult, log_tail: str | None) -> Iterator[bytes]:
    """Yield an invocation's answer as messages: its payload in chunks, and how it went."""
    for start in range(0, len(result.payload), _CHUNK):
        payload = result.payload[start : start + _CHUNK]
        yield message("PayloadChunk", "application/octet-stream", payload)
    complete = {"LogResult": log_tail} if log_tail else {}
    if result.function_error:
        details = result.payload.decode("utf-8", errors="replace")
        complete |= {"ErrorCode": result.function_error, "ErrorDetails": details}
    yield message("InvokeComplete", "application/json", json.dumps(complete).encode())


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
