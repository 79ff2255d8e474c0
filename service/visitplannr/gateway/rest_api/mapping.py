"""Header mappings: of gateway responses and MOCK integrations, and those that AWS forbids.

What they map to is quoted text or a header of the request.
"""

from collections.abc import Mapping
from typing import Any

from visitplannr.gateway.request import Headers, Request

_REQUEST_HEADER = "method.request.header."
_INTEGRATION_HEADER = "integration.request.header."
_FORBIDDEN = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "expect",
        "proxy-authenticate",
        "te",
        "transfer-encoding",
    }
)


def forbidden_header(parameters: Mapping[str, Any]) -> str | None:
    """Find a header that no mapping may set, among an integration's request parameters (X15)."""
    names = (target.removeprefix(_INTEGRATION_HEADER) for target in parameters)
    return next((name for name in names if name.lower() in _FORBIDDEN), None)


def mapped_headers(parameters: Mapping[str, Any], prefix: str, request: Request) -> Headers:
    """Evaluate the mappings whose target begins with `prefix`; what has no value is left out.

    A value is text in single quotes, which are not sent (api-gateway.md X40), or
    `method.request.header.NAME`.
    """
    headers = []
    for target, source in parameters.items():
        value = _value(source, request)
        if target.startswith(prefix) and value is not None:
            headers.append((target.removeprefix(prefix), value))
    return tuple(headers)


def _value(source: Any, request: Request) -> str | None:
    if not isinstance(source, str):
        return None
    if source.startswith(_REQUEST_HEADER):
        return request.header(source.removeprefix(_REQUEST_HEADER).lower())
    if len(source) >= 2 and source[0] == source[-1] == "'":
        return source[1:-1]
    return None
