"""Who may call what this machine keeps to itself: programs here, and no web page from elsewhere.

A page can send requests to a server on loopback, and by DNS rebinding read the answers. Its Host,
its Origin, or what browsers tell of a request (Fetch Metadata, W3C) gives it away.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request gets nothing but a status: 400 or 403."""

    status: int
    reason: str


def malformed_host(headers: Headers) -> Refusal | None:
    """Refuse a request that has not exactly one Host, or user information in it (RFC 9112, 3.2)."""
    return _malformed(_hosts(headers))


def _malformed(hosts: Sequence[str]) -> Refusal | None:
    if len(hosts) != 1:
        return Refusal(400, f"a request has one Host header, this one has {len(hosts)}")
    if not hosts[0].strip() or "@" in hosts[0]:
        return Refusal(400, f"the Host header {hosts[0]!r} names no host")
    return None


def foreign_host(headers: Headers) -> Refusal | None:
    """Refuse a request that is malformed, or for a host that is not this machine."""
    return _refused_hosts(tuple(_hosts(headers)))


@lru_cache(maxsize=256)
def _refused_hosts(hosts: Sequence[str]) -> Refusal | None:
    if refusal := _malformed(hosts):
        return refusal
    (host,) = hosts
    if is_loopback(f"//{host}"):
        return None
    return Refusal(403, f"the Host {host} is not this machine: use localhost or 127.0.0.1")


def foreign_page(headers: Headers, own_origin: str | None = None) -> Refusal | None:
    """Refuse what a browser sends for any page but those of `own_origin`."""
    given = _by_name(headers)
    origin = given.get("origin", own_origin)
    if origin != own_origin:
        return Refusal(403, f"pages of {origin} may not use this")
    site = given.get("sec-fetch-site", "none")
    if site == "none" or (site == "same-origin" and own_origin):
        return None
    return Refusal(403, f"no other page may use this (Sec-Fetch-Site: {site})")


def any_page(headers: Headers) -> Refusal | None:
    """Refuse what a browser sends for any page, even if it tells neither an Origin nor a site.

    Some send no Fetch Metadata to http://localhost, and none sends an Origin with a GET to the
    page's own origin. But they all send Accept-Language, which a page can change and not leave out.
    (Node.js sends it together with Fetch Metadata that names no site.)
    """
    headers = tuple(headers)
    if not any(_tells_of_a_page(name.lower()) for name, _ in headers):
        return None
    if refusal := foreign_page(headers):
        return refusal
    given = _by_name(headers)
    if "accept-language" in given and not any(name.startswith("sec-fetch-") for name in given):
        return Refusal(
            403, "no page may use this, it is for programs; they send no Accept-Language"
        )
    return None


def _tells_of_a_page(name: bytes) -> bool:
    return name in {b"origin", b"accept-language"} or name.startswith(b"sec-fetch-")


def is_loopback(url: str) -> bool:
    """Say whether a URL's host is this machine: localhost, a name below it, or a loopback address.

    Names below localhost are loopback by RFC 6761, 6.3.
    """
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _hosts(headers: Headers) -> Sequence[str]:
    return [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]


def _by_name(headers: Headers) -> Mapping[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
