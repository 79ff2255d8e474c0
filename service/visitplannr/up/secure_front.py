"""TLS for the backends of WebSocket APIs: they build `https://{domainName}/{stage}` (ADR 11)."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from visitplannr.up.addresses import base_url
from visitplannr.up.front import listen

Serve = Callable[[socket.socket, ssl.SSLContext], Awaitable[None]]


class SecureFront:
    """Serves by TLS on a port of its own, from when it is first needed.

    Only functions trust its certificate, by variables that lie in `folder`.
    """

    def __init__(self, serve: Serve, host: str, folder: Path) -> None:
        self._serve = serve
        self._host = host
        self._folder = folder
        self._beginning: asyncio.Future[None] | None = None
        self._domain = ""

    def domain(self) -> str:
        """Give host and port where it serves; made in a running loop."""
        if self._beginning is None:
            from visitplannr.up.certificates import make_certificate  # noqa: PLC0415 - takes long

            context = make_certificate(self._folder, datetime.now(UTC))
            listener = listen(self._host, 0)
            port = listener.getsockname()[1]
            self._domain = base_url(self._host, port).partition("://")[2]
            self._beginning = asyncio.ensure_future(self._serve(listener, context))
        return self._domain

    def variables(self) -> Mapping[str, str]:
        """Give the variables by which AWS's SDKs trust it, once it serves."""
        if self._beginning is None:
            return {}
        from visitplannr.up.certificates import AUTHORITY, BUNDLE  # noqa: PLC0415 - imported now

        return {
            "AWS_CA_BUNDLE": str(self._folder / BUNDLE),
            "NODE_EXTRA_CA_CERTS": str(self._folder / AUTHORITY),
        }
