"""WebSocket connections as uvicorn and wsproto serve them, bounded as API Gateway does (W40)."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto import events
from wsproto.connection import ConnectionState

from visitplannr.model.connection_watch import PATIENCE_SECONDS, ConnectionWatch

FRAME_LIMIT, MESSAGE_LIMIT = 32_768, 131_072
_ABNORMAL, _TOO_BIG = 1006, 1009


class WebSocketProtocol(WSProtocol):
    """One connection, from its handshake on.

    A client that does not read what it is sent is read no further, and let go after `patience`
    seconds; until it is accepted, it may send one frame's bytes.
    """

    patience: ClassVar[float] = PATIENCE_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.handshake_began = False
        self._frame = self._early = 0
        self._watch = ConnectionWatch(self.loop, transport, transport.close, self.patience)
        self._watch.expect_nothing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.end()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": _ABNORMAL})
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self.handshake_complete and self.handshake_began:
            self._early += len(data)
            if self._early > FRAME_LIMIT:
                self.transport.abort()
                return
        super().data_received(data)

    def handle_connect(self, event: events.Request) -> None:
        super().handle_connect(event)
        self.handshake_began = True

    def handle_message(self, event: events.TextMessage | events.BytesMessage) -> None:
        size = len(event.data.encode() if isinstance(event.data, str) else event.data)
        self._frame += size
        if self._frame > FRAME_LIMIT:
            self._end(_TOO_BIG, f"a frame may have {FRAME_LIMIT} bytes")
        elif self.buffer.length + size > self.buffer.max_length:
            self._end(_TOO_BIG, f"a message may have {self.buffer.max_length} bytes")
        else:
            super().handle_message(event)
        if event.frame_finished:
            self._frame = 0

    def handle_close(self, event: events.CloseConnection) -> None:
        """Tell a client which rule of the protocol it broke; what it sent then is no close."""
        if self.conn.state is ConnectionState.OPEN and not self.close_sent:
            self._end(int(event.code), event.reason or "")
        else:
            super().handle_close(event)

    def _end(self, code: int, reason: str) -> None:
        """Close, and read on for a while: who is cut off while it sends does not hear why."""
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.transport.is_closing():
            return
        self.transport.write(self.conn.send(events.CloseConnection(code, reason)))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.transport.resume_reading()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    async def receive(self) -> Any:
        message = await super().receive()
        if not self.writable.is_set():
            self.transport.pause_reading()
        return message
