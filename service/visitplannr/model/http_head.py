"""What is wrong with the head of an HTTP request beyond its grammar (RFC 9110, 9112).

A head that two servers could read in two ways is refused.
"""

import json
import re
from collections.abc import Sequence
from http import HTTPStatus

from visitplannr.model.callers import Headers, Refusal, malformed_host

_VERSIONS = frozenset({"1.0", "1.1"})
_DECISIVE = frozenset({b"host", b"transfer-encoding", b"expect"})
_ABSOLUTE = re.compile(rb"https?://([^/?#]*)([^#]*)", re.IGNORECASE)
_NEVER_TRAILERS = frozenset({b"host", b"content-length", b"transfer-encoding", b"trailer"})


def fault_in_head(version: str, method: bytes, headers: Headers) -> Refusal | None:
    """Refuse a head; names of headers are in lower case."""
    if version not in _VERSIONS:
        return Refusal(505, f"this is no HTTP/{version} server")
    if method == b"CONNECT":
        return Refusal(400, "this is no proxy")
    decisive = [pair for pair in headers if pair[0] in _DECISIVE]
    if len(decisive) == 1 and version == "1.1":
        return malformed_host(decisive)
    return (
        _fault_in_host(version, decisive)
        or _fault_in_coding(version, _values(b"transfer-encoding", decisive))
        or _fault_in_expectation(version, _values(b"expect", decisive))
    )


def fault_in_target(method: bytes, target: bytes) -> Refusal | None:
    """Refuse a target in origin form that begins with no slash; OPTIONS may ask the server."""
    if target.startswith(b"/") or (method == b"OPTIONS" and target == b"*"):
        return None
    return Refusal(400, "the target is no path and no http URL")


def fault_in_trailer(name: bytes) -> Refusal | None:
    """Refuse a field behind the body that would change what the message is."""
    if name in _NEVER_TRAILERS:
        return Refusal(400, f"{name.decode('latin-1')} cannot follow the body")
    return None


def split_target(target: bytes) -> tuple[bytes | None, bytes]:
    """Give the host that a target in absolute form names, which counts, and the origin form.

    The host is None for a target in another form (RFC 9112, 3.2.2).
    """
    found = _ABSOLUTE.match(target)
    if found is None:
        return None, target
    path = found[2]
    return found[1], path if path.startswith(b"/") else b"/" + path


def with_host(headers: Headers, host: bytes) -> list[tuple[bytes, bytes]]:
    """Give headers with another host, which is the first; names keep their casing."""
    return [(b"host", host), *(pair for pair in headers if pair[0].lower() != b"host")]


def closing_answer(refusal: Refusal, headers: Headers, *, with_body: bool) -> bytes:
    """Write the last answer of a connection."""
    phrase = HTTPStatus(refusal.status).phrase
    body = json.dumps({"message": f"{phrase}: {refusal.reason}"}).encode()
    lines = [f"HTTP/1.1 {refusal.status} {phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    lines += [b"content-type: application/json", b"content-length: %d" % len(body)]
    lines += [b"connection: close", b"", body if with_body else b""]
    return b"\r\n".join(lines)


def _fault_in_host(version: str, decisive: Headers) -> Refusal | None:
    """A client of HTTP/1.0 need not name a host."""
    if version == "1.0" and not _values(b"host", decisive):
        return None
    return malformed_host(decisive)


def _fault_in_coding(version: str, codings: Sequence[bytes]) -> Refusal | None:
    if not codings or (version == "1.1" and [one.lower() for one in codings] == [b"chunked"]):
        return None
    return Refusal(400, "the only transfer coding is chunked, and HTTP/1.0 has none")


def _fault_in_expectation(version: str, expected: Sequence[bytes]) -> Refusal | None:
    if version == "1.0" or all(one.lower() == b"100-continue" for one in expected):
        return None
    return Refusal(417, "nothing but 100-continue can be expected")


def _values(name: bytes, headers: Headers) -> list[bytes]:
    return [value.strip() for given, value in headers if given == name]
