"""Texts with wildcards and policy variables, compiled once and matched often.

`*` is any text and `?` any character; `${aws:username}` is a value of the request, `${key, 'text'}`
has a default, and `${*}`, `${?}`, `${$}` are the characters themselves (iam.md I5 to I8).
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

Context = Mapping[str, tuple[str, ...]]
"""What is known of a request: condition key in lower case → its values."""

_SPECIAL = re.compile(r"\$\{(?P<variable>[^{}]*)\}|(?P<wild>[*?])")
_WILD = re.compile(r"(?P<wild>[*?])")
_VARIABLE = re.compile(r"\s*(?P<key>[^\s,']+)\s*(?:,\s*'(?P<default>[^']*)'\s*)?")
_ESCAPED = frozenset("*?$")
_ARN_FIELDS = 6


class Wild(Enum):
    """A wildcard."""

    TEXT = "*"
    CHARACTER = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable: a condition key in lower case, and what stands for it if it has none."""

    key: str
    default: str | None

    def value(self, context: Context) -> str | None:
        """Give its value; keys with several values cannot be variables (iam.md I7)."""
        values = context.get(self.key, ())
        return values[0] if len(values) == 1 else self.default


Token = str | Wild | Variable
Plain = tuple[str | Wild, ...]


def tokens(text: str, *, variables: bool, wildcards: bool = True) -> Iterator[Token]:
    """Split a text; without `variables` (Version 2008-10-17) `${…}` is text as any other."""
    end = 0
    for match in (_SPECIAL if variables else _WILD).finditer(text):
        found = _token(match, wildcards=wildcards)
        if found is not None:
            yield text[end : match.start()]
            yield from found
            end = match.end()
    yield text[end:]


def _token(match: re.Match[str], *, wildcards: bool) -> tuple[Token, ...] | None:
    if match["wild"]:
        return (Wild(match["wild"]),) if wildcards else None
    if match["variable"] in _ESCAPED:
        return (match["variable"],)
    variable = _VARIABLE.fullmatch(match["variable"])
    return (Variable(variable["key"].lower(), variable["default"]),) if variable else None


def resolved(parts: tuple[Token, ...], context: Context) -> Plain | None:
    """Put the request's values into a text; None if one has no value: it matches nothing then."""
    found: list[str | Wild] = []
    for part in parts:
        if isinstance(part, Variable):
            value = part.value(context)
            if value is None:
                return None
            found.append(value)
        else:
            found.append(part)
    return tuple(found)


@functools.lru_cache(maxsize=4096)
def glob(parts: Plain, *, fold: bool = False) -> re.Pattern[str]:
    """Compile a text in which wildcards match across everything."""
    text = "".join(re.escape(part) if isinstance(part, str) else _ANY[part] for part in parts)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if fold else 0))


_ANY = {Wild.TEXT: ".*", Wild.CHARACTER: "."}
_WITHIN = {Wild.TEXT: "[^:]*", Wild.CHARACTER: "[^:]"}


@functools.lru_cache(maxsize=4096)
def arn(parts: Plain) -> re.Pattern[str]:
    """Compile the ARN of a Resource element.

    A wildcard stays within its field (those are parted by colons), but `*` as a field's last
    character goes on beyond it, and the last field is one text. Missing fields match everything
    (iam.md I6). What does not begin as an ARN is matched as a plain text.
    """
    parts = tuple(part for part in parts if part != "")
    if not parts or not isinstance(parts[0], str) or not parts[0].startswith("arn:"):
        return glob(parts)
    expression, field = [], 1
    for index, part in enumerate(parts):
        if isinstance(part, str):
            expression.append(re.escape(part))
            field += part.count(":")
        else:
            expression.append(_in_field(part, parts[index + 1 :], field))
    if field < _ARN_FIELDS and parts[-1] is not Wild.TEXT:
        expression.append("" if str(parts[-1]).endswith(":") else ":")
        expression.append(".*")
    return re.compile("".join(expression), re.DOTALL)


def _in_field(wild: Wild, rest: Plain, field: int) -> str:
    if field >= _ARN_FIELDS:
        return _ANY[wild]
    last = not rest or (isinstance(rest[0], str) and rest[0].startswith(":"))
    return _ANY[wild] if wild is Wild.TEXT and last else _WITHIN[wild]


class Actions:
    """The actions of a statement, in any casing (iam.md I5)."""

    __slots__ = ("_all", "_exact", "_patterns")

    def __init__(self, written: tuple[str, ...]) -> None:
        lowered = [action.lower() for action in written]
        self._all = "*" in lowered or "*:*" in lowered
        self._exact = frozenset(action for action in lowered if not set("*?") & set(action))
        self._patterns = tuple(
            glob(tuple(tokens(action, variables=False)))
            for action in lowered
            if action not in self._exact
        )

    def __contains__(self, action: str) -> bool:
        lowered = action.lower()
        if self._all or lowered in self._exact:
            return True
        return any(pattern.fullmatch(lowered) for pattern in self._patterns)


class Resources:
    """The resources of a statement: ARNs with wildcards and variables, casing counts."""

    __slots__ = ("_all", "_exact", "_patterns", "_templates")

    def __init__(self, written: tuple[str, ...], *, variables: bool) -> None:
        split = [tuple(tokens(text, variables=variables)) for text in written]
        self._all = "*" in written
        self._templates = tuple(
            parts for parts in split if any(isinstance(part, Variable) for part in parts)
        )
        fixed = [_plain(parts) for parts in split if parts not in self._templates]
        self._exact = frozenset(_joined(parts) for parts in fixed if _is_exact(parts))
        self._patterns = tuple(arn(parts) for parts in fixed if not _is_exact(parts))

    def match(self, resource: str, context: Context) -> bool:
        """Say whether one of them is the resource."""
        if self._all or resource in self._exact:
            return True
        if any(pattern.fullmatch(resource) for pattern in self._patterns):
            return True
        for template in self._templates:
            parts = resolved(template, context)
            if parts is not None and arn(parts).fullmatch(resource):
                return True
        return False


def _plain(parts: tuple[Token, ...]) -> Plain:
    return tuple(part for part in parts if not isinstance(part, Variable))


def _is_exact(parts: Plain) -> bool:
    text = _joined(parts)
    complete = not text.startswith("arn:") or text.count(":") >= _ARN_FIELDS - 1
    return complete and all(isinstance(part, str) for part in parts)


def _joined(parts: Plain) -> str:
    return "".join(part for part in parts if isinstance(part, str))
