"""An answer as an event stream is sent while the function writes it."""

import asyncio
import json
from typing import Any

from botocore.eventstream import EventStreamBuffer
from model.test_response_buffer import HeldUp
from visitplannr.model.invocation import InvocationError, InvocationResult
from visitplannr.model.response_buffer import ResponseBuffer
from visitplannr.runtime.event_stream import messages

Running = asyncio.Future[InvocationResult]


def read(part: bytes) -> tuple[str, bytes]:
    buffer: Any = EventStreamBuffer()
    buffer.add_data(part)
    (event,) = buffer
    return event.headers[":event-type"], event.payload


async def tail(_result: InvocationResult) -> str:
    return "log"


async def test_what_is_written_is_sent_before_the_function_ends() -> None:
    written, running = ResponseBuffer(), Running()
    sent = messages(written, running, tail)
    written.write("text/plain", b"first", HeldUp())
    assert read(await anext(sent)) == ("PayloadChunk", b"first")
    written.write("text/plain", b"second", HeldUp())
    assert read(await anext(sent)) == ("PayloadChunk", b"second")
    running.set_result(InvocationResult("id", b"not sent twice"))
    (complete,) = [read(part) async for part in sent]
    assert (complete[0], json.loads(complete[1])) == ("InvokeComplete", {"LogResult": "log"})


async def test_an_answer_that_was_not_streamed_comes_at_the_end() -> None:
    written, running = ResponseBuffer(), Running()
    running.set_result(InvocationResult("id", b"answer"))
    found = [read(part) async for part in messages(written, running, tail)]
    assert [name for name, _ in found] == ["PayloadChunk", "InvokeComplete"]
    assert found[0][1] == b"answer"


async def test_an_invocation_that_is_lost_says_so() -> None:
    written, running = ResponseBuffer(), Running()
    running.set_exception(InvocationError("the runtime host is shutting down"))
    ((name, payload),) = [read(part) async for part in messages(written, running, tail)]
    assert (name, json.loads(payload)) == (
        "InvokeComplete",
        {"ErrorCode": "ServiceException", "ErrorDetails": "the runtime host is shutting down"},
    )
