"""A request as it came, and whose signature it has; neither is checked here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, unquote

_KEYS = 4_096


@dataclass(frozen=True, slots=True)
class WireRequest:
    """An HTTP request: `path` and `query` are raw, names of headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whose signature a request has; it is not verified here."""

    access_key: str
    session_token: str | None
    region: str
    signing_name: str


def credentials_of(request: WireRequest) -> Credentials | None:
    """Read who signs a request, from its header or, if it is presigned, its query."""
    signed, token = request.headers.get("authorization"), None
    if not signed and request.query:
        query = parse_qs(request.query, keep_blank_values=True)
        signed = unquote(query.get("X-Amz-Credential", [""])[-1])
        token = query.get("X-Amz-Security-Token", [None])[-1]
    _, is_header, rest = (signed or "").partition("Credential=")
    scope = _scope((rest if is_header else signed or "").partition(",")[0].strip())
    if scope is None:
        return None
    key, region, name = scope
    return Credentials(key, request.headers.get("x-amz-security-token") or token, region, name)


@lru_cache(maxsize=_KEYS)
def _scope(credential: str) -> tuple[str, str, str] | None:
    """Read access key, region and service of `KEY/20261126/REGION/SERVICE/aws4_request`."""
    match credential.split("/"):
        case [key, date, region, name, "aws4_request"] if key and name and date.isdecimal():
            return key, region, name
    return None
