"""A request as it came, and whose signature it has; neither is checked here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

_CREDENTIAL = re.compile(
    r"(?:^|Credential=)(?P<key>[^/\s,]+)/\d{8}/(?P<region>[^/\s,]*)/(?P<name>[^/\s,]+)/aws4_request"
)


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
    query = parse_qs(request.query, keep_blank_values=True)
    signed = request.headers.get("authorization") or query.get("X-Amz-Credential", [""])[-1]
    match = _CREDENTIAL.search(unquote(signed))
    if match is None:
        return None
    token = request.headers.get("x-amz-security-token")
    token = token or query.get("X-Amz-Security-Token", [None])[-1]
    return Credentials(match["key"], token, match["region"], match["name"])
