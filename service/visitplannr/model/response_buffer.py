"""An answer between the function that writes it and its reader, who may be slow: a megabyte of it.

What writes is held up until there is room, so that memory stays bounded.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any, Protocol

_FULL, _HAS_ROOM = 1_048_576, 524_288


class Source(Protocol):
    """Where bytes come from (`asyncio.Transport`)."""

    def is_closing(self) -> bool:
        """Say whether nothing more comes."""

    def pause_reading(self) -> None:
        """Let nothing come."""

    def resume_reading(self) -> None:
        """Let it come again."""


class ResponseBuffer:
    """Takes what a function writes (`model.invocation.ResponseStream`) until somebody reads it."""

    def __init__(self) -> None:
        self.content_type = ""
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._more = asyncio.Event()
        self._held_up: Source | None = None
        self._is_read = True

    def write(self, content_type: str, chunk: bytes, source: Source) -> None:
        """Keep bytes, and hold up where they come from if there are many; drop them if unread."""
        if not self._is_read:
            return
        self.content_type = content_type
        self._chunks.append(chunk)
        self._size += len(chunk)
        self._more.set()
        if self._size > _FULL and self._held_up is None:
            self._held_up = source
            source.pause_reading()

    async def chunks(self, running: "asyncio.Future[Any]") -> AsyncGenerator[bytes]:
        """Yield the bytes as they come, until the invocation has ended and there are no more."""
        running.add_done_callback(lambda _: self._more.set())
        try:
            while True:
                while self._chunks:
                    yield self._take()
                if running.done():
                    return
                self._more.clear()
                await self._more.wait()
        finally:
            self._is_read = False
            self._chunks.clear()
            self._let_go()

    def _take(self) -> bytes:
        chunk = self._chunks.popleft()
        self._size -= len(chunk)
        if self._size <= _HAS_ROOM:
            self._let_go()
        return chunk

    def _let_go(self) -> None:
        if self._held_up is not None and not self._held_up.is_closing():
            self._held_up.resume_reading()
        self._held_up = None
