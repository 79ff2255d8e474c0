"""WebSocket connections as uvicorn and wsproto serve them, bounded as API Gateway does (W40)."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto import events
from wsproto.connection import ConnectionState

from visitplannr.model.connection_watch import PATIENCE_SECONDS, ConnectionWatch

FRAME_LIMIT, MESSAGE_LIMIT = 32_768, 131_072
_ABNORMAL = 1006


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
        self._frame += len(event.data.encode() if isinstance(event.data, str) else event.data)
        if self._frame > FRAME_LIMIT:
            self.buffer.length = self.buffer.max_length
        if event.frame_finished:
            self._frame = 0
        super().handle_message(event)

    def handle_close(self, event: events.CloseConnection) -> None:
        """Tell a client which rule of the protocol it broke; what it sent then is no close."""
        if self.conn.state is ConnectionState.OPEN and not self.close_sent:
            self.transport.write(self.conn.send(event))
        super().handle_close(event)

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
