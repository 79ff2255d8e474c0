"""uvicorn's HTTP protocol, with the header names as the client wrote them.

ASGI has header names in lower case; API Gateway's events keep the client's casing
(api-gateway.md E40). The names as sent are in `scope["extensions"][EXTENSION]`.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EXTENSION = "visitplannr.headers"


class RawHeadersProtocol(HttpToolsProtocol):
    """Collects each request's headers a second time, untouched."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._raw_headers: list[tuple[bytes, bytes]] = []
        self.scope["extensions"] = {EXTENSION: self._raw_headers}  # type: ignore[dict-item]

    def on_header(self, name: bytes, value: bytes) -> None:
        self._raw_headers.append((name, value))
        super().on_header(name, value)
