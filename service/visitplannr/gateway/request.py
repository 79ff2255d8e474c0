"""The HTTP request and answer as the gateway's steps pass them on, and the refusal of a request."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Self

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent. `path` and `query` are raw, header names keep the client's casing.

    `body_dropped` says that the body was over the limit and was not kept. `sent_path` is the path
    that was sent, and may have been signed, however much of it has been taken off since.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    source_ip: str
    scheme: str
    port: int
    body_dropped: bool = False
    sent_path: str = ""

    def header(self, name: str) -> str | None:
        """Give the last value of a header, its name in lower case."""
        for given, value in reversed(self.headers):
            if given.lower() == name:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Response:
    """What the client gets, without the headers that are on every answer."""

    status: int
    headers: Headers
    body: bytes

    def with_headers(self, headers: Headers) -> Self:
        """Give the same answer with other headers."""
        return replace(self, headers=headers)


@dataclass(frozen=True, slots=True)
class StreamedResponse(Response):
    """An answer whose body is still being written: `body` is empty, `chunks` has all of it.

    `chunks` raises `BrokenStreamError` where the answer breaks off.
    """

    chunks: AsyncIterator[bytes]


class BrokenStreamError(Exception):
    """A streamed answer cannot be completed; the text says why, to the developer."""


class RefusedError(Exception):
    """Raise in a step to refuse the request; the text is for the developer, not for the client.

    Each kind of API has a table of the answers that its clients get.
    """
