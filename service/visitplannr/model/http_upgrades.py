"""A request that asks for another protocol in vain is one like any other, with its body.

The parser ends such a message with its head and leaves the body to whoever speaks the other
protocol (RFC 9110, 7.8: a server may ignore `Upgrade`). Another parser reads it instead.
"""

from typing import Protocol

import httptools

from visitplannr.model.callers import Headers

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class Heard(Protocol):
    """Who hears what a parser finds."""

    def on_message_begin(self) -> None: ...

    def on_url(self, url: bytes) -> None: ...

    def on_header(self, name: bytes, value: bytes) -> None: ...

    def on_headers_complete(self) -> None: ...

    def on_chunk_header(self) -> None: ...

    def on_body(self, body: bytes) -> None: ...

    def on_message_complete(self) -> None: ...


def framing_of(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Give the headers that say that there is a body; names are in lower case."""
    found = [pair for pair in headers if pair[0] in _FRAMING]
    return [] if found == [(b"content-length", b"0")] else found


def parser_of_body(heard: Heard, method: bytes, headers: Headers) -> httptools.HttpRequestParser:
    """Make a parser that has read a message's head, and reads what follows."""
    relay = _BehindHead(heard)
    parser = httptools.HttpRequestParser(relay)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
    lines = [b": ".join(pair) for pair in framing_of(headers)]
    parser.feed_data(b"\r\n".join([method + b" / HTTP/1.1", *lines, b"", b""]))
    relay.is_behind_head = True
    return parser


class _BehindHead:
    """Passes on what a parser finds behind the first head."""

    def __init__(self, heard: Heard) -> None:
        self.is_behind_head = False
        self._heard = heard
        self.on_chunk_header = heard.on_chunk_header
        self.on_body = heard.on_body
        self.on_message_complete = heard.on_message_complete

    def on_message_begin(self) -> None:
        if self.is_behind_head:
            self._heard.on_message_begin()

    def on_url(self, url: bytes) -> None:
        if self.is_behind_head:
            self._heard.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.is_behind_head:
            self._heard.on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.is_behind_head:
            self._heard.on_headers_complete()
