"""From a function's result to the HTTP answer, by the proxy contract (api-gateway.md, part 2)."""

from typing import Any

from visitplannr.gateway.media_types import first_accepted, is_binary
from visitplannr.gateway.proxy_response import (
    MalformedResponseError,
    decoded,
    flag,
    json_value,
    merged_headers,
    status_code,
    text,
)
from visitplannr.gateway.request import Headers, Response

_KEYS = ("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded")
_REMAPPED = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "trailer",
        "upgrade",
        "user-agent",
        "www-authenticate",
    }
)


def to_response(
    payload: bytes, binary_media_types: tuple[str, ...], accept: str | None
) -> Response:
    """Map a function's result to an answer.

    Raises:
        MalformedResponseError: the result breaks the contract.
    """
    result = _object(payload)
    status = status_code(result.get("statusCode"))
    headers = _headers(result.get("headers"), result.get("multiValueHeaders"))
    body = text(result.get("body")).encode("utf-8", errors="replace")
    flagged = flag(result.get("isBase64Encoded"))
    if flagged and is_binary(first_accepted(accept), binary_media_types):
        body = decoded(body)
    return Response(status, headers, body)


def _object(payload: bytes) -> dict[str, Any]:
    result = json_value(payload)
    if not isinstance(result, dict):
        raise MalformedResponseError(
            "the result", result, "an object with statusCode, headers, body", "R2"
        )
    for key in result:
        if key not in _KEYS:
            raise MalformedResponseError(
                f"the key {key!r}", result[key], f"only {', '.join(_KEYS)}", "R3"
            )
    return result


def _headers(single: Any, multiple: Any) -> Headers:
    values = merged_headers(single, multiple)
    if "content-type" not in values:
        values["content-type"] = ("Content-Type", ["application/json"])
    return tuple(
        (sent_name(name), value)
        for lower, (name, listed) in values.items()
        for value in listed
        if lower != "transfer-encoding"
    )


def sent_name(name: str) -> str:
    """Rename what a function may not set (R13)."""
    return f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name
