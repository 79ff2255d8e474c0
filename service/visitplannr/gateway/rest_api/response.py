"""From a function's result to the HTTP answer, by the proxy contract (api-gateway.md, part 2)."""

from typing import Any

from visitplannr.gateway.media_types import is_binary
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
from visitplannr.gateway.rest_api.headers import function_headers

_KEYS = ("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded")


def to_response(payload: bytes, binary_media_types: tuple[str, ...], accepted: str) -> Response:
    """Map a function's result to an answer; `accepted` is the type that the client wants first.

    Raises:
        MalformedResponseError: the result breaks the contract.
    """
    result = _object(payload)
    status = status_code(result.get("statusCode"))
    headers = _headers(result.get("headers"), result.get("multiValueHeaders"))
    body = text(result.get("body")).encode("utf-8", errors="replace")
    flagged = flag(result.get("isBase64Encoded"))
    if flagged and is_binary(accepted, binary_media_types):
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
    return function_headers(
        tuple((name, value) for name, listed in values.values() for value in listed)
    )
