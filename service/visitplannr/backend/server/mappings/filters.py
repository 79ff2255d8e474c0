"""Which records a mapping's filters let through (AWS Lambda guide, "Event filtering")."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Matches = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
"""Says whether a record matches an event pattern."""


def passes(
    record: Mapping[str, Any], patterns: Sequence[Mapping[str, Any]], matches: Matches
) -> bool:
    """Say whether a record matches one of the patterns; without any, each does."""
    if not patterns:
        return True
    return any(matches(_seen(record, pattern), pattern) for pattern in patterns)


def _seen(record: Mapping[str, Any], pattern: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a record as filters see it: bodies and data are JSON where the pattern wants members."""
    kinesis = record.get("kinesis")
    if isinstance(kinesis, Mapping):
        data = _decoded(str(kinesis.get("data", "")))
        return {**record, **kinesis, "data": _as_wanted(data, pattern.get("data"))}
    if "body" in record:
        return {**record, "body": _as_wanted(record["body"], pattern.get("body"))}
    return record


def _as_wanted(text: Any, wanted: Any) -> Any:
    if not isinstance(wanted, Mapping):
        return text
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return text


def _decoded(data: str) -> str:
    try:
        return base64.b64decode(data, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return data
