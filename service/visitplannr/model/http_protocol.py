"""HTTP as all servers of ours read it: strict, and bounded in bytes and in time.

A head and what frames the chunks of a body are bounded, what two servers could read in two ways is
refused (`http_head`), and requests are answered in their turn (`http_turns`).
"""

from typing import Any, ClassVar

import httptools

from visitplannr.model.callers import Refusal
from visitplannr.model.http_head import (
    fault_in_head,
    fault_in_target,
    fault_in_trailer,
    split_target,
    with_host,
)
from visitplannr.model.http_turns import AT_ONCE, Reading, TurnsProtocol
from visitplannr.model.http_upgrades import framing_of, parser_of_body

_FRAMING_OF_A_CHUNK = 32


class _FaultError(Exception):
    """Raise to make the parser stop."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class StrictProtocol(TurnsProtocol):
    """One connection; `head_limit` is how many bytes a head may have."""

    head_limit: ClassVar[int] = 65_536

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head = self._unfinished = self._framing = 0

    def parse(self, data: bytes | memoryview) -> None:
        """Parse some bytes; behind a request that asks for another protocol in vain, go on."""
        while data and self.refusal is None:
            data = self._fed(data)

    def _fed(self, data: bytes | memoryview) -> bytes | memoryview:
        """Give bytes to the parser; what it gives back belongs to the next request."""
        self._unfinished += len(data)
        self._framing += len(data) if self.reading is Reading.BODY else 0
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._upgraded(data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            self.refuse(_refusal_for(error))
        else:
            self._check_sizes()
        return b""

    def _upgraded(self, rest: bytes | memoryview) -> bytes | memoryview:
        """Go on behind a head that asks for another protocol, in whichever is spoken."""
        if self._should_upgrade():
            self.handle_websocket_upgrade()
            return b""
        if self.reading is Reading.BODY:
            self.parser = parser_of_body(self, self.parser.get_method(), self.headers)
        return rest

    def handle_websocket_upgrade(self) -> None:
        self.watch.end()
        super().handle_websocket_upgrade()

    def _check_sizes(self) -> None:
        """Refuse a head that is too long already, and too much around the chunks of a body."""
        if self.reading is not Reading.BODY and self._unfinished > self.head_limit + AT_ONCE:
            self.refuse(self._too_long())
        elif self.reading is Reading.BODY and self._framing > self.head_limit:
            self.refuse(Refusal(400, "there is too much around the chunks of the body"))

    def _too_long(self) -> Refusal:
        return Refusal(431, f"request line and headers may have {self.head_limit} bytes")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.reading is Reading.BODY:  # a trailer, which nobody has asked for
            _check(fault_in_trailer(name.lower()))
            return
        self._count(len(name) + len(value) + 4)
        self.keep_header(name, value)
        super().on_header(name, value)

    def keep_header(self, name: bytes, value: bytes) -> None:
        """Hear of a header as the client wrote it."""

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > self.head_limit:
            raise _FaultError(self._too_long())

    def on_headers_complete(self) -> None:
        version, method = self.parser.get_http_version(), self.parser.get_method()
        _check(fault_in_head(version, method, self.headers))
        host, self.url = split_target(self.url)
        if host is not None:
            self.take_host(host)
            _check(fault_in_head(version, method, self.headers))
        _check(fault_in_target(method, self.url))
        if version == "1.0":
            self.expect_100_continue = False
        super().on_headers_complete()
        self._unfinished = self._framing = 0

    def take_host(self, host: bytes) -> None:
        """Take the host that the target names for the one that the request is for."""
        self.headers[:] = with_host(self.headers, host)

    def on_chunk_header(self) -> None:
        """Allow for what frames a chunk."""
        self._framing -= _FRAMING_OF_A_CHUNK

    def on_body(self, body: bytes) -> None:
        self._framing -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade() and framing_of(self.headers):
            return  # that was its head
        self._unfinished = 0
        super().on_message_complete()

    def _should_upgrade_to_ws(self) -> bool:
        """Take a handshake, which is a GET with a key and no body; all others keep theirs."""
        return (
            any(name == b"sec-websocket-key" for name, _ in self.headers)
            and not framing_of(self.headers)
            and self.parser.get_method() == b"GET"
            and self.parser.get_http_version() == "1.1"
        )


def _check(fault: Refusal | None) -> None:
    if fault:
        raise _FaultError(fault)


def _refusal_for(error: httptools.HttpParserError) -> Refusal:
    """Say what a client is told of what the parser, or one of its callbacks, has found."""
    if isinstance(error.__context__, _FaultError):
        return error.__context__.refusal
    if isinstance(error.__context__, httptools.HttpParserInvalidURLError):
        return Refusal(400, "the target is no URL")
    return Refusal(400, str(error))
