"""An answer as an event stream is sent while the function writes it."""

import asyncio
import json
from typing import Any

from botocore.eventstream import EventStreamBuffer
from visitplannr.model.invocation import InvocationError, InvocationResult
from visitplannr.runtime.event_stream import Written

Running = asyncio.Future[InvocationResult]


def read(part: bytes) -> tuple[str, bytes]:
    buffer: Any = EventStreamBuffer()
    buffer.add_data(part)
    (event,) = buffer
    return event.headers[":event-type"], event.payload


async def tail(_result: InvocationResult) -> str:
    return "log"


async def test_what_is_written_is_sent_before_the_function_ends() -> None:
    written, running = Written(), Running()
    messages = written.messages(running, tail)
    written.write("text/plain", b"first")
    assert read(await anext(messages)) == ("PayloadChunk", b"first")
    written.write("text/plain", b"second")
    assert read(await anext(messages)) == ("PayloadChunk", b"second")
    running.set_result(InvocationResult("id", b"not sent twice"))
    (complete,) = [read(part) async for part in messages]
    assert (complete[0], json.loads(complete[1])) == ("InvokeComplete", {"LogResult": "log"})


async def test_an_answer_that_was_not_streamed_comes_at_the_end() -> None:
    written, running = Written(), Running()
    running.set_result(InvocationResult("id", b"answer"))
    found = [read(part) async for part in written.messages(running, tail)]
    assert [name for name, _ in found] == ["PayloadChunk", "InvokeComplete"]
    assert found[0][1] == b"answer"


async def test_an_invocation_that_is_lost_says_so() -> None:
    written, running = Written(), Running()
    running.set_exception(InvocationError("the runtime host is shutting down"))
    ((name, payload),) = [read(part) async for part in written.messages(running, tail)]
    assert (name, json.loads(payload)) == (
        "InvokeComplete",
        {"ErrorCode": "ServiceException", "ErrorDetails": "the runtime host is shutting down"},
    )
