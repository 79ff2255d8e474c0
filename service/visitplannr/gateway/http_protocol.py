"""uvicorn as the gateway needs it: header names as the client wrote them, and nothing added.

ASGI has header names in lower case; API Gateway's events keep the client's casing
(api-gateway.md E40). The names as sent are in `scope["extensions"][EXTENSION]`, and under CLOSE is
what closes the connection before an answer is complete.
"""

import asyncio
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto import events

from visitplannr.model.head_deadline import HEAD_SECONDS, HeadDeadline

EXTENSION = "visitplannr.headers"
CLOSE = "visitplannr.close"
FRAME_LIMIT, MESSAGE_LIMIT = 32_768, 131_072
RawHeaders = list[tuple[bytes, bytes]]


class RawHeadersProtocol(HttpToolsProtocol):
    """Collects each request's headers a second time, untouched.

    A connection whose next head is not complete in time is closed: it would be kept for ever.
    """

    head_seconds: ClassVar[float] = HEAD_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head = HeadDeadline(self.loop.call_later, transport.close, self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._head.end()
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        self._head.end()
        super().on_headers_complete()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head.begin()
        self._raw_headers: RawHeaders = []
        extensions: dict[str, Any] = {EXTENSION: self._raw_headers, CLOSE: self.transport.close}
        self.scope["extensions"] = extensions

    def on_header(self, name: bytes, value: bytes) -> None:
        self._raw_headers.append((name, value))
        super().on_header(name, value)

    def handle_websocket_upgrade(self) -> None:
        self._head.end()
        super().handle_websocket_upgrade()
        protocol = self.transport.get_protocol()
        if isinstance(protocol, WebSocketProtocol):
            protocol.keep_names(self._raw_headers)

    def _should_upgrade_to_ws(self) -> bool:
        """Take a handshake, which is a GET with a key; any other request keeps its body."""
        is_handshake = any(name == b"sec-websocket-key" for name, _ in self.headers)
        return is_handshake and self.parser.get_method() == b"GET"

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: what asks for something else is a request like any other."""


class WebSocketProtocol(WSProtocol):
    """Bounds frames and messages as API Gateway does (websocket.md W40), and keeps header names."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.handshake_began = False
        self._frame = 0

    def keep_names(self, raw: RawHeaders) -> None:
        """Give the application, which has not begun, the headers as the client wrote them."""
        if self.handshake_began:
            extensions: dict[str, Any] = {**(self.scope["extensions"] or {}), EXTENSION: raw}
            self.scope["extensions"] = extensions

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


def server_config(app: Any) -> uvicorn.Config:
    """Configure a server whose clients are what they seem, not what X-Forwarded-For says (E45)."""
    return uvicorn.Config(
        app,
        http=RawHeadersProtocol,
        ws=WebSocketProtocol,
        ws_max_size=MESSAGE_LIMIT,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=1,
    )
