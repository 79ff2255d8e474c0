"""Read JSON text without losing anything: exact numbers, and members that are given twice."""

import json
from collections import Counter
from decimal import Decimal, InvalidOperation

_KINDS: dict[type, str] = {
    str: "a string",
    bool: "a boolean",
    Decimal: "a number",
    list: "an array",
    type(None): "null",
}


class JsonObject(dict[str, object]):
    """A JSON object, and the names that it has more than once (`json` keeps the last value)."""

    def __init__(self, members: list[tuple[str, object]]) -> None:
        super().__init__(members)
        self.repeated: list[str] = []
        if len(self) < len(members):
            counts = Counter(name for name, _ in members)
            self.repeated = [name for name, count in counts.items() if count > 1]


def read_json(text: str) -> object:
    """Parse RFC 8259 text into JsonObject, list, str, Decimal, bool and None.

    What is written like a number but is none, or too large even for Decimal, becomes Decimal NaN:
    NaN, Infinity, 1e9999999999999999999. So its member can be named, with all other faults.

    Raises:
        ValueError: the text is not JSON, or too deeply nested; the message reads after "body".
    """
    try:
        return json.loads(
            text,
            object_pairs_hook=JsonObject,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_number,
        )
    except json.JSONDecodeError as error:
        raise ValueError(
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error


def kind(value: object) -> str:
    """Name the JSON type of a parsed value, with its article: "a string"."""
    return _KINDS.get(type(value), "an object")


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
    return number if number.is_finite() else Decimal("NaN")
