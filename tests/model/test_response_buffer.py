"""What a function writes waits for its reader, up to a bound; more is held up at its source."""

import asyncio
from typing import Any

from visitplannr.model.response_buffer import ResponseBuffer

MEGABYTE = b"x" * 1_048_576


class HeldUp:
    """A source that notes whether it is held up."""

    def __init__(self) -> None:
        self.is_paused = False
        self.is_closed = False

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        assert not self.is_closed
        self.is_paused = False


async def test_more_than_a_megabyte_holds_the_source_up_until_it_is_read() -> None:
    buffer, source, running = ResponseBuffer(), HeldUp(), asyncio.Future[Any]()
    buffer.write("text/plain", MEGABYTE, source)
    assert not source.is_paused
    buffer.write("text/plain", b"more", source)
    assert source.is_paused
    chunks = buffer.chunks(running)
    assert len(await anext(chunks)) == len(MEGABYTE)
    assert not source.is_paused
    running.set_result(None)
    assert [chunk async for chunk in chunks] == [b"more"]


async def test_who_stops_reading_holds_up_nothing() -> None:
    buffer, source = ResponseBuffer(), HeldUp()
    chunks = buffer.chunks(asyncio.Future[Any]())
    buffer.write("text/plain", b"first", source)
    await anext(chunks)
    buffer.write("text/plain", MEGABYTE + b"more", source)
    assert source.is_paused
    await chunks.aclose()
    assert not source.is_paused
    buffer.write("text/plain", MEGABYTE * 2, source)
    assert not source.is_paused


async def test_a_source_that_has_gone_is_left_alone() -> None:
    buffer, source, running = ResponseBuffer(), HeldUp(), asyncio.Future[Any]()
    buffer.write("text/plain", MEGABYTE + b"more", source)
    source.is_closed = True
    running.set_result(None)
    assert [len(chunk) async for chunk in buffer.chunks(running)] == [len(MEGABYTE) + 4]
