"""uvicorn as the gateway needs it: header names as the client wrote them, and nothing added.

ASGI has header names in lower case; API Gateway's events keep the client's casing
(api-gateway.md E40). The names as sent are in `scope["extensions"][EXTENSION]`, and under CLOSE is
what closes the connection before an answer is complete.
"""

from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EXTENSION = "visitplannr.headers"
CLOSE = "visitplannr.close"


class RawHeadersProtocol(HttpToolsProtocol):
    """Collects each request's headers a second time, untouched."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
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
