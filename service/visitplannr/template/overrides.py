"""Values of parameters as SAM CLI's users write them: `Name=value …` in either spelling."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from visitplannr.template.intrinsics import text

EXAMPLE = "Name=value, or ParameterKey=Name,ParameterValue=value"
_NAME = r"""(?:"[A-Za-z0-9:._-]+"|'[A-Za-z0-9:._-]+'|[A-Za-z0-9:._-]+)"""
_LONG = re.compile(rf"ParameterKey=(?P<name>{_NAME}),ParameterValue=")
_SHORT = re.compile(rf"(?P<name>{_NAME})=")
_QUOTED = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')(?=\s|$)""", re.DOTALL)
_BARE = re.compile(r"(?:\\.|[^\s\\])*\\?")
_ESCAPE = re.compile(r"""\\([ "'])""")


class OverridesError(ValueError):
    """What is written is no value of a parameter; the message says what is."""


def read_overrides(words: Iterable[str]) -> dict[str, str]:
    r"""Read what follows a flag, a word of the shell each; the last value of a name counts.

    A word may have several values. Quotes and `\ ` keep spaces in a value.

    Raises:
        OverridesError: a word is no `Name=value`.
    """
    found: dict[str, str] = {}
    for word in words:
        rest = word.strip()
        while rest:
            begun = _LONG.match(rest) or _SHORT.match(rest)
            if begun is None:
                raise OverridesError(f"{rest.split()[0]} is no {EXAMPLE}")
            value, rest = _value(rest[begun.end() :])
            found[_unquoted(begun["name"])] = value
    return found


def overrides_in(value: Any) -> dict[str, str]:
    """Read a `parameter_overrides` of a configuration file: text, lists of it, or a table.

    Raises:
        OverridesError: as for `read_overrides`, or it is something else.
    """
    match value:
        case str():
            return read_overrides([" ".join(value.split("\n"))])
        case list():
            return {name: one for item in value for name, one in overrides_in(item).items()}
        case Mapping():
            return {str(name): _scalar(str(name), one) for name, one in value.items()}
    raise OverridesError(f"{value!r} is no {EXAMPLE}")


def _scalar(name: str, value: Any) -> str:
    written = ",".join(map(str, value)) if isinstance(value, list) else text(value)
    if written is None:
        raise OverridesError(f"the value of {name} is neither text nor a number nor a boolean")
    return written


def _value(rest: str) -> tuple[str, str]:
    """Split off a value; words after it that begin no other value are part of it."""
    quoted = _QUOTED.match(rest)
    match = quoted or _BARE.match(rest)
    end = match.end() if match else 0
    value = _unquoted(rest[:end])
    while not quoted and (more := re.match(r"\s+[^\s=]+(?=\s|$)", rest[end:])):
        value += _ESCAPE.sub(r"\1", more[0])
        end += more.end()
    return value, rest[end:].strip()


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return _ESCAPE.sub(r"\1", value)
