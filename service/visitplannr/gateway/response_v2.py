"""From a function's result to an answer in payload format 2.0 (H20 to H23, U20 to U22)."""

import json
from collections.abc import Callable
from typing import Any

from visitplannr.gateway.proxy_response import (
    MalformedResponseError,
    decoded,
    flag,
    header_map,
    header_value,
    json_value,
    status_code,
    text,
)
from visitplannr.gateway.request import Headers, Response

_JSON = (("Content-Type", "application/json"),)
_OURS = frozenset({"connection", "content-length", "date", "keep-alive", "transfer-encoding"})


def to_response(
    payload: bytes, default_type: str, inferred: Callable[[Any, bytes], bytes]
) -> Response:
    """Map a result; one with a status that names no Content-Type is of the default one.

    `inferred` makes the body of a result without a status, from what it is and its bytes.

    Raises:
        MalformedResponseError: the result breaks the contract.
    """
    result = json_value(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        return Response(200, _JSON, inferred(result, payload))
    headers = sent_headers(headers_of(result), default_type)
    return Response(status_code(result["statusCode"]), headers, body_of(result))


def body_of(result: dict[str, Any]) -> bytes:
    """Give the body; the flag alone decides on decoding base64 (H23)."""
    body = text(result.get("body")).encode("utf-8", errors="replace")
    return decoded(body) if flag(result.get("isBase64Encoded")) else body


def headers_of(result: dict[str, Any]) -> Headers:
    """Give its headers; each of `cookies` is a Set-Cookie (H22)."""
    given = header_map("headers", result.get("headers"))
    cookies = result.get("cookies")
    if cookies is not None and not isinstance(cookies, list):
        raise MalformedResponseError("cookies", cookies, "a list of strings", "H22")
    return (
        *((name, header_value(f"headers[{name!r}]", value)) for name, value in given.items()),
        *(("Set-Cookie", header_value("cookies", cookie)) for cookie in cookies or ()),
    )


def sent_headers(headers: Headers, default_type: str) -> Headers:
    """Complete headers by a Content-Type, and leave out those that are the server's."""
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers = (("Content-Type", default_type), *headers)
    return tuple(pair for pair in headers if pair[0].lower() not in _OURS)


def as_given(result: Any, payload: bytes) -> bytes:
    """Give a text as it is, anything else as the function wrote it (H21)."""
    return payload if not isinstance(result, str) else result.encode("utf-8", errors="replace")


def compact(result: Any, _payload: bytes) -> bytes:
    """Give a text as it is, anything else as JSON without spaces (U21)."""
    text = result if isinstance(result, str) else _compact(result)
    return text.encode("utf-8", errors="replace")


def _compact(result: Any) -> str:
    return json.dumps(result, ensure_ascii=False, separators=(",", ":"))
