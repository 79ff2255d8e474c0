"""The events that callers of the Invoke API send: how large, and whether they are JSON.

AWS's service says what is wrong in the words of the Java parser that it reads them with
(lambda-runtime.md L67, L68).
"""

import json
import re
from json import JSONDecodeError
from typing import NoReturn

import orjson

from visitplannr.model.lambda_error import LambdaError, LambdaRefusedError

SYNCHRONOUS_LIMIT = 6_291_456
ASYNCHRONOUS_LIMIT = 1_048_576
_DEEPEST = 1000
_VALUE = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"
_SOURCE = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
_TOKEN = re.compile(r"[^\W]+|\$")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_EXPECTED = {
    "Expecting property name enclosed in double quotes": (
        "was expecting double-quote to start field name"
    ),
    "Illegal trailing comma before end of object": "was expecting double-quote to start field name",
    "Expecting ':' delimiter": "was expecting a colon to separate field name and value",
}


class _NotStandardError(Exception):
    """Raise when a number is one that only JavaScript knows."""


def check_size(payload: bytes, *, asynchronous: bool = False) -> None:
    """Check that an event is not too large.

    Raises:
        LambdaRefusedError: it is.
    """
    size = len(payload)
    if size > SYNCHRONOUS_LIMIT:
        message = (
            f"Request must be smaller than {SYNCHRONOUS_LIMIT} bytes for the InvokeFunction "
            "operation"
        )
    elif asynchronous and size > ASYNCHRONOUS_LIMIT:
        message = (
            f"{size} byte payload is too large for the Event invocation type "
            f"(limit {ASYNCHRONOUS_LIMIT} bytes)"
        )
    else:
        return
    raise LambdaRefusedError(LambdaError(413, "RequestTooLargeException", message))


def check_json(payload: bytes) -> None:
    """Check that an event is JSON.

    Raises:
        LambdaRefusedError: it is not.
    """
    try:
        orjson.loads(payload)
    except orjson.JSONDecodeError:
        if fault := _fault(payload):  # halves of surrogate pairs are JSON, too
            raise unreadable(fault) from None


def unreadable(fault: str) -> LambdaRefusedError:
    """Refuse an event that is no JSON."""
    message = f"Could not parse request body into json: Could not parse payload into json: {fault}"
    return LambdaRefusedError(LambdaError(400, "InvalidRequestContentException", message))


def _fault(payload: bytes) -> str | None:
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        return _no_utf_8(payload, error.start)
    try:
        json.loads(text, parse_constant=_refuse)
    except _NotStandardError as error:
        at = text.find(str(error))
        return (
            f"Non-standard token '{error}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` "
            f"to allow{_place(text, at + len(str(error)))}"
        )
    except RecursionError:
        return (
            f"Document nesting depth ({_DEEPEST + 1}) exceeds the maximum allowed ({_DEEPEST}, "
            "from `StreamReadConstraints.getMaxNestingDepth()`)"
        )
    except JSONDecodeError as error:
        return _in_words(text, error)
    return None


def _refuse(constant: str) -> NoReturn:
    raise _NotStandardError(constant)


def _no_utf_8(payload: bytes, at: int) -> str:
    """Say which byte is no text; at the start of a value it is taken for a character."""
    before = payload[:at].decode()
    if not before.strip() or before.rstrip()[-1] in "[{:,":
        return _unexpected(chr(payload[at]), f"expected a valid value ({_VALUE})") + _place(
            before, at
        )
    return f"Invalid UTF-8 start byte 0x{payload[at]:x}{_place(before, len(before) + 1)}"


def _in_words(text: str, error: JSONDecodeError) -> str:
    at = error.pos
    if at >= len(text) or error.msg.startswith("Unterminated string"):
        return _too_short(text)
    found = text[at]
    if error.msg == "Expecting value" and (token := _TOKEN.match(text, at)):
        wanted = f"was expecting ({_VALUE})"
        return f"Unrecognized token '{token[0]}': {wanted}{_place(text, token.end())}"
    if error.msg.startswith("Invalid control character"):
        why = "has to be escaped using backslash to be included in string value"
        return f"Illegal unquoted character ({_named(found)}): {why}{_place(text, at)}"
    if error.msg.startswith("Invalid \\"):
        named = _named(text[min(at + 1, len(text) - 1)])
        return f"Unrecognized character escape {named}{_place(text, at + 1)}"
    if error.msg == "Expecting ',' delimiter":
        opened = _open_brackets(text[:at])
        kind = "Array" if opened and opened[-1] == "[" else "Object"
        return _unexpected(found, f"was expecting comma to separate {kind} entries") + _place(
            text, at
        )
    wanted = _EXPECTED.get(error.msg, f"expected a valid value ({_VALUE})")
    return _unexpected(found, wanted) + _place(text, at)


def _too_short(text: str) -> str:
    opened = _open_brackets(text)
    if not opened:
        return f"Unexpected end-of-input{_place(text, len(text))}"
    kind = "Array" if opened[-1] == "[" else "Object"
    return f"Unexpected end-of-input: expected close marker for {kind}{_place(text, len(text))}"


def _open_brackets(text: str) -> list[str]:
    """Give the brackets that are open at the end of a text, the innermost last."""
    opened: list[str] = []
    for character in _STRING.sub("", text):
        if character in "[{":
            opened.append(character)
        elif character in "]}" and opened:
            opened.pop()
    return opened


def _unexpected(character: str, wanted: str) -> str:
    return f"Unexpected character ({_named(character)}): {wanted}"


def _named(character: str) -> str:
    """Name a character as the parser does: control characters cannot be shown."""
    code = ord(character)
    shown = "(CTRL-CHAR, code" if code < 0x20 or 0x7F <= code < 0xA0 else f"'{character}' (code"
    return f"{shown} {code})"


def _place(text: str, at: int) -> str:
    before = text[:at]
    line = before.count("\n") + 1
    column = at - (before.rfind("\n") + 1) + 1
    return f"\n at [Source: {_SOURCE}; line: {line}, column: {column}]"
