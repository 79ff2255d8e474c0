"""From a function's result to an HTTP API's answer, in both payload formats (H20 to H25)."""

from typing import Any

from visitplannr.gateway.proxy_response import (
    MalformedResponseError,
    decoded,
    flag,
    header_map,
    header_value,
    json_value,
    merged_headers,
    status_code,
    text,
)
from visitplannr.gateway.request import Headers, Response

_OURS = frozenset({"connection", "content-length", "date", "keep-alive", "transfer-encoding"})
_TEXT = ("Content-Type", "text/plain; charset=utf-8")


def to_response(payload: bytes, payload_format: str) -> Response:
    """Map a function's result, in the format "1.0" or "2.0", to an answer.

    Raises:
        MalformedResponseError: the result breaks the contract.
    """
    result = json_value(payload)
    formatted = isinstance(result, dict) and "statusCode" in result
    if payload_format == "2.0" and not formatted:
        return _inferred(result, payload)
    if not formatted:
        raise MalformedResponseError("the result", result, "an object with statusCode", "H24")
    body = text(result.get("body")).encode("utf-8", errors="replace")
    if flag(result.get("isBase64Encoded")):
        body = decoded(body)
    headers = _headers_v2(result) if payload_format == "2.0" else _headers_v1(result)
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers = (_TEXT, *headers)
    sent = tuple(pair for pair in headers if pair[0].lower() not in _OURS)
    return Response(status_code(result["statusCode"]), sent, body)


def _inferred(result: Any, payload: bytes) -> Response:
    """Take a result without statusCode as the body of a 200 (H21)."""
    body = result.encode("utf-8", errors="replace") if isinstance(result, str) else payload
    return Response(200, (("Content-Type", "application/json"),), body)


def _headers_v2(result: dict[str, Any]) -> Headers:
    given = header_map("headers", result.get("headers"))
    cookies = result.get("cookies")
    if cookies is not None and not isinstance(cookies, list):
        raise MalformedResponseError("cookies", cookies, "a list of strings", "H22")
    return (
        *((name, header_value(f"headers[{name!r}]", value)) for name, value in given.items()),
        *(("Set-Cookie", header_value("cookies", cookie)) for cookie in cookies or ()),
    )


def _headers_v1(result: dict[str, Any]) -> Headers:
    merged = merged_headers(result.get("headers"), result.get("multiValueHeaders"))
    return tuple((name, value) for name, listed in merged.values() for value in listed)
