"""A connection of raw bytes: what is sent, what comes back, and whether it was closed."""

import contextlib
import json
import re
import socket
from dataclasses import dataclass
from typing import Any

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Received:
    """All that came until the server closed the connection."""

    data: bytes

    @property
    def statuses(self) -> list[int]:
        return [int(status) for status in _STATUS.findall(self.data)]

    @property
    def bodies(self) -> list[bytes]:
        """Give the bodies of answers with a Content-Length, in their order."""
        found, rest = [], self.data
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            size = int(length[1]) if length else 0
            found.append(rest[:size])
            rest = rest[size:]
        return found

    @property
    def events(self) -> list[Any]:
        """Give the events that a function has echoed."""
        return [json.loads(body) for body in self.bodies if body]


def exchanged(port: int, *parts: bytes) -> Received:
    """Send bytes and read until the server closes, which it has to."""
    with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
        with contextlib.suppress(ConnectionError):  # it may refuse before it has heard all
            for part in parts:
                connection.sendall(part)
        return Received(read_all(connection))


def read_all(connection: socket.socket) -> bytes:
    received = b""
    while data := connection.recv(65_536):
        received += data
    return received
