"""The parts of a function's answer, checked: what REST and HTTP APIs take alike.

Each function raises MalformedResponseError for what API Gateway does not take.
"""

import base64
import binascii
import json
import math
import re
from typing import Any

from visitplannr.gateway.header_syntax import has_controls, is_name
from visitplannr.gateway.request import RefusedError

_SHOWN = 80
_DIGITS = re.compile(r"[0-9]{1,4}")
_ENDLESS = (math.inf, -math.inf)


class MalformedResponseError(RefusedError):
    """The answer breaks the contract; the message names key, type, value, what is taken, rule."""

    def __init__(self, place: str, value: Any, taken: str, rule: str) -> None:
        shown = repr(value)
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        super().__init__(
            f"malformed proxy response: {place} is {type(value).__name__} {shown}; "
            f"API Gateway takes {taken} [{rule}]"
        )


class UndecodableBodyError(MalformedResponseError):
    """The body is said to be base64, and is none."""


def json_value(payload: bytes) -> Any:
    """Read a function's result; NaN and Infinity are no JSON."""
    try:
        return json.loads(payload, parse_constant=_no_json)
    except (ValueError, RecursionError):
        raise MalformedResponseError("the result", payload[:_SHOWN], "JSON", "X10") from None


def status_code(value: Any) -> int:
    """Read a status code: a number, its digits as text, or nothing for 200 (R4, R5)."""
    if value is None:
        return 200
    status = _whole(value)
    if status is None or not 200 <= status <= 599:
        raise MalformedResponseError("statusCode", value, "a number from 200 to 599", "R5")
    return status


def _whole(value: Any) -> int | None:
    """Give a number without its fraction; a text has ASCII digits and nothing else."""
    if isinstance(value, str):
        return int(value) if _DIGITS.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value)


def header_map(key: str, value: Any) -> dict[str, Any]:
    """Take an object whose keys are header names."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedResponseError(key, value, "an object", "R3")
    for name in value:
        if not is_name(name):
            place = f"{key}[{name!r}]"
            raise MalformedResponseError(place, value[name], "a valid header name", "RFC 9110")
    return value


def header_value(place: str, value: Any) -> str:
    """Take text, and numbers and booleans as AWS does in practice (R14)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float) or value in _ENDLESS:
        raise MalformedResponseError(place, value, "a string", "R10")
    text = str(value)
    if has_controls(text):
        raise MalformedResponseError(
            place, value, "a string without control characters", "RFC 9110"
        )
    return text


def merged_headers(single: Any, multiple: Any) -> dict[str, tuple[str, list[str]]]:
    """Merge both maps, those of multiValueHeaders first, equal values once (R10, R11).

    Gives name and values by the name in lower case.
    """
    values: dict[str, tuple[str, list[str]]] = {}
    for name, listed in header_map("multiValueHeaders", multiple).items():
        if not isinstance(listed, list):
            raise MalformedResponseError(f"multiValueHeaders[{name!r}]", listed, "a list", "R10")
        for value in listed:
            _collect(values, name, header_value(f"multiValueHeaders[{name!r}]", value))
    for name, value in header_map("headers", single).items():
        sent = header_value(f"headers[{name!r}]", value)
        if sent not in values.get(name.lower(), ("", []))[1]:
            _collect(values, name, sent)
    return values


def text(value: Any) -> str:
    """Take a body: text or nothing (R6)."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MalformedResponseError("body", value, "a string: dump objects with json.dumps", "R6")
    return value


def flag(value: Any) -> bool:
    """Take `isBase64Encoded` (R21)."""
    if value is not None and not isinstance(value, bool):
        raise MalformedResponseError("isBase64Encoded", value, "true or false", "R21")
    return bool(value)


def decoded(body: bytes) -> bytes:
    """Decode a body that is said to be base64 (R21)."""
    try:
        if len(body) % 4 == 0:
            return base64.b64decode(body, validate=True)
    except binascii.Error:
        pass
    raise UndecodableBodyError("body", body[:_SHOWN], "base64, as isBase64Encoded says", "R21")


def _no_json(constant: str) -> Any:
    raise ValueError(constant)


def _collect(values: dict[str, tuple[str, list[str]]], name: str, value: str) -> None:
    values.setdefault(name.lower(), (name, []))[1].append(value)
