"""The parts of a function's answer, checked: what REST and HTTP APIs take alike.

Each function raises MalformedResponseError for what API Gateway does not take.
"""

import base64
import binascii
import json
from typing import Any

from visitplannr.gateway.request import RefusedError

_SHOWN = 80


class MalformedResponseError(RefusedError):
    """The answer breaks the contract; the message names key, type, value, what is taken, rule."""

    def __init__(self, place: str, value: Any, taken: str, rule: str) -> None:
        shown = repr(value)
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        super().__init__(
            f"malformed proxy response: {place} is {type(value).__name__} {shown}; "
            f"API Gateway takes {taken} [{rule}]"
        )


def json_value(payload: bytes) -> Any:
    """Read a function's result."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        raise MalformedResponseError("the result", payload[:_SHOWN], "JSON", "X10") from None


def status_code(value: Any) -> int:
    """Read a status code: a number, its digits as text, or nothing for 200 (R4, R5)."""
    if value is None:
        return 200
    taken = ("statusCode", value, "a number from 200 to 599", "R5")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise MalformedResponseError(*taken)
    try:
        status = int(value)
    except (ValueError, OverflowError):
        raise MalformedResponseError(*taken) from None
    if not 200 <= status <= 599:
        raise MalformedResponseError(*taken)
    return status


def header_map(key: str, value: Any) -> dict[str, Any]:
    """Take an object whose keys are header names."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedResponseError(key, value, "an object", "R3")
    for name in value:
        legal = name and name.isascii() and name.isprintable()
        if not legal or any(letter in ' "(),/:;<=>?@[\\]{}' for letter in name):
            place = f"{key}[{name!r}]"
            raise MalformedResponseError(place, value[name], "a valid header name", "RFC 9110")
    return value


def header_value(place: str, value: Any) -> str:
    """Take text, and numbers and booleans as AWS does in practice (R14)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise MalformedResponseError(place, value, "a string", "R10")
    text = str(value)
    if any(letter != "\t" and (letter < " " or letter == "\x7f") for letter in text):
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
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise MalformedResponseError(
            "body", body[:_SHOWN], "base64, as isBase64Encoded says", "R21"
        ) from None


def _collect(values: dict[str, tuple[str, list[str]]], name: str, value: str) -> None:
    values.setdefault(name.lower(), (name, []))[1].append(value)
