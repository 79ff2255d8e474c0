"""Parts of an event that the kinds of APIs share: headers, domain, identity.

The headers are the client's, less hop-by-hop ones, and those that AWS adds.
"""

import base64
from collections.abc import Iterable

from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.request import Request

_HOP_BY_HOP = frozenset({"connection", "te", "trailer", "transfer-encoding"})
_CANONICAL = {
    "content-length": "Content-Length",
    "host": "Host",
    "user-agent": "User-Agent",
    "x-amzn-trace-id": "X-Amzn-Trace-Id",
    "x-forwarded-for": "X-Forwarded-For",
    "x-forwarded-port": "X-Forwarded-Port",
    "x-forwarded-proto": "X-Forwarded-Proto",
}

_TEXT = frozenset({"application/json", "application/javascript", "application/xml"})
_IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
)


def forwarded_headers(request: Request, ids: RequestIds) -> Iterable[tuple[str, str]]:
    """Yield names and values as REST APIs spell them (api-gateway.md E40 to E46)."""
    added = {
        "X-Amzn-Trace-Id": ids.trace,
        "X-Forwarded-For": request.source_ip,
        "X-Forwarded-Port": str(request.port),
        "X-Forwarded-Proto": request.scheme,
    }
    for name, value in request.headers:
        lower = name.lower()
        canonical = _CANONICAL.get(lower, name)
        if lower == "x-forwarded-for":
            added[canonical] = f"{value}, {request.source_ip}"
        elif lower not in _HOP_BY_HOP and canonical not in added:
            yield canonical, value
    yield from added.items()


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Collect the values of each name in order."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def last(values: dict[str, list[str]]) -> dict[str, str]:
    """Give each name its last value (E9, E43)."""
    return {name: listed[-1] for name, listed in values.items()}


def domain(request: Request) -> str:
    """Give the Host header without its port (E26)."""
    return (request.header("host") or "").rsplit(":", 1)[0]


def body(request: Request) -> tuple[str | None, bool]:
    """Give the body: as text for a few media types, else as base64 (H7, U7)."""
    if not request.body:
        return None, False
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type in _TEXT or media_type.startswith("text/"):
        return request.body.decode("utf-8", errors="replace"), False
    return base64.b64encode(request.body).decode(), True


def identity(request: Request) -> dict[str, str | None]:
    """Give the twelve keys of `requestContext.identity` (E30)."""
    return {
        **dict.fromkeys(_IDENTITY),
        "sourceIp": request.source_ip,
        "userAgent": request.header("user-agent"),
    }
