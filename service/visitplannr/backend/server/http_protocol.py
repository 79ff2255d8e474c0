"""uvicorn as the backend needs it: half-open connections are closed."""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from visitplannr.model.head_deadline import HEAD_SECONDS, HeadDeadline


class PromptHeadProtocol(HttpToolsProtocol):
    """Closes a connection whose next head is not complete in time."""

    head_seconds: ClassVar[float] = HEAD_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head = HeadDeadline(self.loop.call_later, transport.close, self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._head.end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._in_head = False
        super().data_received(data)
        if self._in_head:  # most heads are complete at once, and need no timer
            self._head.begin()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head.end()
        super().on_headers_complete()
