"""An answer that is passed on while its function writes it (function-url.md U50 to U53).

A stream of the type below begins with a head, JSON with `statusCode`, `headers` and `cookies`, and
eight NUL bytes; any other is the body of a 200.
"""

import asyncio
import json
from collections.abc import AsyncIterator

from visitplannr.gateway.integration import FunctionFailedError
from visitplannr.gateway.proxy_response import MalformedResponseError, status_code
from visitplannr.gateway.request import BrokenStreamError, Headers, StreamedResponse
from visitplannr.gateway.response_v2 import headers_of, sent_headers
from visitplannr.model.invocation import InvocationError, InvocationResult
from visitplannr.model.response_buffer import ResponseBuffer

HTTP_INTEGRATION = "application/vnd.awslambda.http-integration-response"
_OCTETS = "application/octet-stream"
_END_OF_HEAD = bytes(8)
_HEAD_LIMIT = 16_384
Running = asyncio.Future[InvocationResult]


async def streamed_response(
    written: ResponseBuffer, running: Running, function: str
) -> StreamedResponse | None:
    """Make an answer as soon as there is enough of it; None if nothing has been streamed.

    Raises:
        MalformedResponseError: the stream's head breaks the contract.
    """
    chunks = written.chunks(running)
    first = await anext(chunks, None)
    if first is None:
        return None
    headers: Headers
    if written.content_type == HTTP_INTEGRATION:
        status, headers, first = await _read_head(first, chunks)
    else:
        status, headers = 200, (("Content-Type", written.content_type or _OCTETS),)
    return StreamedResponse(status, headers, b"", _body(first, chunks, running, function))


async def _body(
    first: bytes, chunks: AsyncIterator[bytes], running: Running, function: str
) -> AsyncIterator[bytes]:
    """Yield what was read with the head, and the rest.

    Raises:
        BrokenStreamError: the function failed before the answer was complete (U53).
    """
    if first:
        yield first
    async for chunk in chunks:
        yield chunk
    try:
        ended = running.result()
    except InvocationError as error:
        raise BrokenStreamError(str(error)) from error
    if ended.function_error:
        raise BrokenStreamError(f"{FunctionFailedError(function, ended)}, within its answer [U53]")


async def _read_head(read: bytes, chunks: AsyncIterator[bytes]) -> tuple[int, Headers, bytes]:
    """Give status and headers, and what was read of the body."""
    while _END_OF_HEAD not in read and len(read) <= _HEAD_LIMIT:
        more = await anext(chunks, None)
        if more is None:
            break
        read += more
    head, found, body = read.partition(_END_OF_HEAD)
    try:
        given = json.loads(head) if found else None
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        taken = "a JSON object and eight NUL bytes first"
        raise MalformedResponseError("the stream", read, taken, "U51")
    return status_code(given.get("statusCode")), sent_headers(headers_of(given), _OCTETS), body
