"""uvicorn as the gateway needs it: header names as the client wrote them, and nothing added.

ASGI has header names in lower case; API Gateway's events keep the client's casing
(api-gateway.md E40). The names as sent are in `scope["extensions"][EXTENSION]`, and under CLOSE is
what closes the connection before an answer is complete. Where a client waits to be asked for the
body, what ends the connection with the answer, unasked, is under UNASKED.
"""

from typing import Any, ClassVar

import uvicorn

from visitplannr.gateway.websocket_protocol import MESSAGE_LIMIT, WebSocketProtocol
from visitplannr.model.http_head import with_host
from visitplannr.model.http_protocol import StrictProtocol

EXTENSION = "visitplannr.headers"
CLOSE = "visitplannr.close"
UNASKED = "visitplannr.unasked"
RawHeaders = list[tuple[bytes, bytes]]


class RawHeadersProtocol(StrictProtocol):
    """Collects each request's headers a second time, untouched.

    Heads that are too long for API Gateway alone (X19) are read, so that its answer can be AWS's.
    """

    head_limit: ClassVar[int] = 32_768

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._raw_headers: RawHeaders = []
        self._extensions: dict[str, Any] = {
            EXTENSION: self._raw_headers,
            CLOSE: self.transport.close,
        }
        self.scope["extensions"] = self._extensions

    def keep_header(self, name: bytes, value: bytes) -> None:
        self._raw_headers.append((name, value))

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self.expect_100_continue:
            cycle = self.cycle

            def unasked() -> None:
                cycle.keep_alive = cycle.waiting_for_100_continue = False

            self._extensions[UNASKED] = unasked

    def take_host(self, host: bytes) -> None:
        super().take_host(host)
        self._raw_headers[:] = with_host(self._raw_headers, host)

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        protocol = self.transport.get_protocol()
        if isinstance(protocol, WebSocketProtocol) and protocol.handshake_began:
            extensions: dict[str, Any] = {**(protocol.scope["extensions"] or {})}
            extensions[EXTENSION] = self._raw_headers
            protocol.scope["extensions"] = extensions

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: what asks for something else is a request like any other."""


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
