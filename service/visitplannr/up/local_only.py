"""Keep `/_local/` and the Invoke API to this machine's own pages and programs.

A web page elsewhere can send requests to a server on loopback, and by DNS rebinding read the
answers; its Host or Origin gives it away.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit


def refusal(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Say why a request is refused: its Host is no local name, or its Origin is another site."""
    given = {name.lower(): value.decode("latin-1") for name, value in headers}
    host = given.get(b"host", "")
    if not _is_local(f"//{host}"):
        return f"the Host {host or '(none)'} is not this machine: use localhost or 127.0.0.1"
    origin = given.get(b"origin")
    if origin is not None and not _is_local(origin):
        return f"pages of {origin} may not use this"
    return None


def _is_local(url: str) -> bool:
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
