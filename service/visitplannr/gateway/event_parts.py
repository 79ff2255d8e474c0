"""Parts of an event that the kinds of APIs share: headers, domain, identity.

The headers are the client's, less hop-by-hop ones, and those that AWS adds.
"""

import base64
from collections.abc import Collection, Iterable, Mapping

from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.request import Request

HOP_BY_HOP = frozenset({"connection", "te", "trailer", "transfer-encoding"})
SPELLED = {
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


def forwarded_headers(
    request: Request,
    ids: RequestIds,
    not_taken: Collection[str] = HOP_BY_HOP,
    spelled: Mapping[str, str] = SPELLED,
) -> Iterable[tuple[str, str]]:
    """Yield the names and values that an event has (api-gateway.md E40 to E46).

    `not_taken` are the client's headers that it has not, `spelled` gives AWS's spelling of others;
    both are in lower case.
    """
    added = {
        "X-Amzn-Trace-Id": ids.trace,
        "X-Forwarded-For": request.source_ip,
        "X-Forwarded-Port": str(request.port),
        "X-Forwarded-Proto": request.scheme,
    }
    came_by = []
    for name, value in request.headers:
        lower = name.lower()
        canonical = spelled.get(lower, name)
        if lower == "x-forwarded-for":
            came_by.append(value)
        elif lower not in not_taken and canonical not in added:
            yield canonical, value
    added["X-Forwarded-For"] = ", ".join((*came_by, request.source_ip))
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
