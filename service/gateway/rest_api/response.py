"""From a function's result to the HTTP answer, by the proxy contract (api-gateway.md, part 2)."""

import base64
import binascii
import json
from typing import Any

from service.gateway.media_types import first_accepted, is_binary
from service.gateway.request import Headers, Response
from service.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse

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
_SHOWN = 80


def to_response(
    payload: bytes, binary_media_types: tuple[str, ...], accept: str | None
) -> Response:
    """Map a function's result to an answer.

    Raises:
        GatewayError: INTEGRATION_FAILURE, if the result breaks the contract; the explanation names
            the key, its type and value, what AWS takes, and the rule.
    """
    result = _object(payload)
    status = _status(result.get("statusCode"))
    headers = _headers(result.get("headers"), result.get("multiValueHeaders"))
    body = _text(result.get("body")).encode("utf-8", errors="replace")
    flagged = _flag(result.get("isBase64Encoded"))
    if flagged and is_binary(first_accepted(accept), binary_media_types):
        body = _decoded(body)
    return Response(status, headers, body)


def _object(payload: bytes) -> dict[str, Any]:
    try:
        result = json.loads(payload)
    except ValueError:
        raise _malformed("the result", payload[:_SHOWN], "JSON", "X10") from None
    if not isinstance(result, dict):
        raise _malformed("the result", result, "an object with statusCode, headers, body", "R2")
    for key in result:
        if key not in _KEYS:
            raise _malformed(f"the key {key!r}", result[key], f"only {', '.join(_KEYS)}", "R3")
    return result


def _status(value: Any) -> int:
    """Read a status code: a number, its digits as text, or nothing for 200 (R4, R5)."""
    if value is None:
        return 200
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _malformed("statusCode", value, "a number from 200 to 599", "R5")
    try:
        status = int(value)
    except (ValueError, OverflowError):
        raise _malformed("statusCode", value, "a number from 200 to 599", "R5") from None
    if not 200 <= status <= 599:
        raise _malformed("statusCode", value, "a number from 200 to 599", "R5")
    return status


def _headers(single: Any, multiple: Any) -> Headers:
    """Merge both maps, those of multiValueHeaders first, equal values once (R10, R11)."""
    values: dict[str, tuple[str, list[str]]] = {}
    for name, listed in _map("multiValueHeaders", multiple).items():
        if not isinstance(listed, list):
            raise _malformed(f"multiValueHeaders[{name!r}]", listed, "a list", "R10")
        for value in listed:
            _collect(values, name, _scalar(f"multiValueHeaders[{name!r}]", value))
    for name, value in _map("headers", single).items():
        text = _scalar(f"headers[{name!r}]", value)
        if text not in values.get(name.lower(), ("", []))[1]:
            _collect(values, name, text)
    if "content-type" not in values:
        values["content-type"] = ("Content-Type", ["application/json"])
    return tuple(
        (_sent_name(name), value)
        for lower, (name, listed) in values.items()
        for value in listed
        if lower != "transfer-encoding"
    )


def _collect(values: dict[str, tuple[str, list[str]]], name: str, value: str) -> None:
    values.setdefault(name.lower(), (name, []))[1].append(value)


def _sent_name(name: str) -> str:
    """Rename what a function may not set (R13)."""
    return f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name


def _map(key: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _malformed(key, value, "an object", "R3")
    for name in value:
        if not name or not name.isascii() or any(c in ' "(),/:;<=>?@[\\]{}' for c in name):
            raise _malformed(f"{key}[{name!r}]", value[name], "a valid header name", "RFC 9110")
        if not name.isprintable():
            raise _malformed(f"{key}[{name!r}]", value[name], "a valid header name", "RFC 9110")
    return value


def _scalar(place: str, value: Any) -> str:
    """Take text, and numbers and booleans as AWS does in practice (R14)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise _malformed(place, value, "a string", "R10")
    text = str(value)
    if not _is_field_value(text):
        raise _malformed(place, value, "a string without control characters", "RFC 9110")
    return text


def _is_field_value(text: str) -> bool:
    return all(letter == "\t" or (letter >= " " and letter != "\x7f") for letter in text)


def _text(value: Any) -> str:
    """Take a body: text or nothing (R6)."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _malformed("body", value, "a string: dump objects with json.dumps", "R6")
    return value


def _flag(value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        raise _malformed("isBase64Encoded", value, "true or false", "R21")
    return bool(value)


def _decoded(body: bytes) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise _malformed("body", body[:_SHOWN], "base64, as isBase64Encoded says", "R21") from None


def _malformed(place: str, value: Any, taken: str, rule: str) -> GatewayError:
    shown = repr(value)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    return GatewayError(
        GatewayResponse.INTEGRATION_FAILURE,
        f"malformed proxy response: {place} is {type(value).__name__} {shown}; "
        f"API Gateway takes {taken} [{rule}]",
    )
