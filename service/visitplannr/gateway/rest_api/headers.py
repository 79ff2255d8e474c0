"""AWS's treatment of headers by REST APIs, as one table for each direction.

From "Amazon API Gateway important notes", and where recorded answers differ from it, from those
(api-gateway.md E41, E44, R13, R15, X65, X69). Names are in lower case.
"""

from visitplannr.gateway.event_parts import SPELLED
from visitplannr.gateway.request import Headers

NOT_TAKEN = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
        "x-http-method-override",
    }
)
"""Of a request: neither functions nor mappings nor URLs see them (E44, E50)."""

NOT_PROXIED = NOT_TAKEN | {
    "content-encoding",
    "host",
    "keep-alive",
    "via",
    "x-amzn-trace-id",
}
"""Of a request, before a URL with HTTP_PROXY (X65)."""

NEVER_SENT = {
    "HTTP": frozenset({"expect", "proxy-authenticate", "te", "via"}),
    "HTTP_PROXY": frozenset({"expect", "proxy-authenticate", "te", "via"}),
    "AWS": frozenset({"expect", "proxy-authenticate", "referer", "te"}),
}
"""By the type of integration: what does not arrive even if a mapping sets it (X65)."""

EVENT_SPELLING = {**SPELLED, "authorization": "Authorization"}
"""How headers are spelled in an event, whatever the client wrote (E41)."""

_SIGNED = "AWS4-"
_REMAPPED = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "max-forwards",
        "server",
        "user-agent",
        "www-authenticate",
        "x-amzn-requestid",
        "x-forwarded-for",
    }
)
_DROPPED_OR_REMAPPED = frozenset({"expect", "host", "proxy-authenticate", "trailer", "upgrade"})
_DROPPED_BY_PROXIES = _DROPPED_OR_REMAPPED | {"te", "transfer-encoding", "via"}
_OVERWRITTEN = frozenset({"x-amz-apigw-id", "x-amzn-trace-id"})


def is_signature(name: str, value: str) -> bool:
    """Say whether a header is a signature of AWS's, which goes no further (E44)."""
    return value.startswith(_SIGNED) and name.lower() == "authorization"


def function_headers(headers: Headers) -> Headers:
    """Treat the headers of a Lambda proxy's answer (R13, R15)."""
    return _treated(headers, _REMAPPED, _DROPPED_BY_PROXIES | _OVERWRITTEN)


def proxied_headers(headers: Headers) -> Headers:
    """Treat the headers of a URL's answer, before HTTP_PROXY (R13)."""
    return _treated(headers, _REMAPPED, _DROPPED_BY_PROXIES | {"keep-alive"})


def mapped_headers(headers: Headers) -> Headers:
    """Treat the headers that mappings give an answer (X69)."""
    return _treated(headers, _REMAPPED | _DROPPED_OR_REMAPPED, frozenset({"transfer-encoding"}))


def _treated(headers: Headers, remapped: frozenset[str], dropped: frozenset[str]) -> Headers:
    return tuple(
        (f"x-amzn-Remapped-{name}" if lower in remapped else name, value)
        for name, value in headers
        for lower in (name.lower(),)
        if lower not in dropped
    )
