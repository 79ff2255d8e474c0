"""uvicorn as the gateway needs it: header names as the client wrote them, and nothing added.

ASGI has header names in lower case; API Gateway's events keep the client's casing
(api-gateway.md E40). The names as sent are in `scope["extensions"][EXTENSION]`, and under CLOSE is
what closes the connection before an answer is complete.
"""

import asyncio
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from visitplannr.model.head_deadline import HEAD_SECONDS, HeadDeadline

EXTENSION = "visitplannr.headers"
CLOSE = "visitplannr.close"


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
        self._raw_headers: list[tuple[bytes, bytes]] = []
        extensions: dict[str, Any] = {EXTENSION: self._raw_headers, CLOSE: self.transport.close}
        self.scope["extensions"] = extensions

    def on_header(self, name: bytes, value: bytes) -> None:
        self._raw_headers.append((name, value))
        super().on_header(name, value)

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: a REST API answers a WebSocket handshake like any other request."""


def server_config(app: Any) -> uvicorn.Config:
    """Configure a server whose clients are what they seem, not what X-Forwarded-For says (E45)."""
    return uvicorn.Config(
        app,
        http=RawHeadersProtocol,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=1,
    )
