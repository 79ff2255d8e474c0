"""JSONPath, as far as mappings use it ("JsonPath" by Jayway is what API Gateway evaluates with).

`$.a.b`, `$['a']`, `$.list[0]`, `[-1]`, `[1:3]`, `[0,2]`, `[*]`, `$..name`, `$.list[?(@.a == 'x')]`
and `.length()` or `.size()` at the end. A path that can find several values gives a list of them.
"""

import json
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

Step = Callable[[Any], Iterable[Any]]
Test = Callable[[Any], bool]
_TOKEN = re.compile(
    r"(?P<deep>\.\.(?=\[))|\.\.(?P<below>\*|[^.\[\]()\s*'\"]+)"
    r"|\.(?P<count>length|size)\(\)|\.(?P<name>\*|[^.\[\]()\s*'\"]+)"
    r"|\[\s*(?P<inside>(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\]'\"])*?)\s*\]"
)
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_NAMES = re.compile(rf"(?:{_QUOTED.pattern})(?:\s*,\s*(?:{_QUOTED.pattern}))*")
_INDEXES = re.compile(r"-?\d+(?:\s*,\s*-?\d+)*")
_SLICE = re.compile(r"(-?\d+)?\s*:\s*(-?\d+)?")
_FILTER = re.compile(r"\?\s*\((.*)\)", re.DOTALL)
_COMPARISON = re.compile(r"@(?P<path>[^\s=!<>]*)\s*(?:(?P<sign>==|!=|<=|>=|<|>)\s*(?P<value>.+))?")
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class JsonPathError(ValueError):
    """Raise for a path that cannot be read; the message has the place."""


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A path that was read; one that is `definite` finds one value at most."""

    steps: tuple[Step, ...]
    definite: bool

    def find(self, value: Any) -> Any:
        """Give what is at the path: None if nothing is, a list if it can be several values."""
        found = [value]
        for step in self.steps:
            found = [item for one in found for item in step(one)]
        if self.definite:
            return found[0] if found else None
        return found


@lru_cache(maxsize=1024)
def json_path(text: str) -> JsonPath:
    """Read a path, which begins with `$`.

    Raises:
        JsonPathError: it is none.
    """
    text = text.strip()
    if not text.startswith("$"):
        raise JsonPathError(f"{text!r} is no JSONPath: it does not begin with $")
    steps: list[Step] = []
    definite, at = True, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise JsonPathError(f"{text!r} is no JSONPath: see {text[at:]!r}")
        step, certain = _step(text, match)
        steps.append(step)
        definite, at = definite and certain, match.end()
    return JsonPath(tuple(steps), definite)


def _step(text: str, match: re.Match[str]) -> tuple[Step, bool]:
    """Make a step, and say whether it finds one value at most."""
    if match["deep"]:
        return _descendants, False
    if below := match["below"]:
        return _everything_below if below == "*" else partial(_named_below, below), False
    if match["count"]:
        return _counted, True
    if name := match["name"]:
        return (_all, False) if name == "*" else (partial(_members, (name,)), True)
    return _bracketed(text, match["inside"] or "")


def _bracketed(text: str, inside: str) -> tuple[Step, bool]:
    if inside == "*":
        return _all, False
    if _NAMES.fullmatch(inside):
        names = tuple(
            re.sub(r"\\(.)", r"\1", single or double) for single, double in _QUOTED.findall(inside)
        )
        return partial(_members, names), len(names) == 1
    if _INDEXES.fullmatch(inside):
        indexes = [int(index) for index in inside.split(",")]
        return partial(_items, indexes), len(indexes) == 1
    if match := _SLICE.fullmatch(inside):
        bounds = slice(*(int(bound) if bound else None for bound in match.groups()))
        return partial(_sliced, bounds), False
    if match := _FILTER.fullmatch(inside):
        return partial(_filtered, _condition(match[1])), False
    raise JsonPathError(f"{text!r} is no JSONPath: see [{inside}]")


def _condition(text: str) -> Test:
    """Read a filter: comparisons joined by && and ||, without parentheses."""
    either = [[_comparison(one) for one in part.split("&&")] for part in text.split("||")]
    return lambda value: any(all(test(value) for test in tests) for tests in either)


def _comparison(text: str) -> Test:
    match = _COMPARISON.fullmatch(text.strip())
    if match is None:
        raise JsonPathError(f"{text!r} is no condition of a JSONPath")
    path, sign = json_path(f"${match['path']}"), match["sign"]
    if sign is None:
        return lambda value: path.find(value) is not None
    wanted, compare = _literal(match["value"].strip()), _SIGNS[sign]

    def test(value: Any) -> bool:
        try:
            return bool(compare(path.find(value), wanted))
        except TypeError:
            return False

    return test


def _literal(text: str) -> Any:
    if quoted := _QUOTED.fullmatch(text):
        return re.sub(r"\\(.)", r"\1", quoted[1] or quoted[2] or "")
    try:
        return json.loads(text)
    except ValueError:
        raise JsonPathError(f"{text!r} is no value of a condition") from None


def _members(names: tuple[str, ...], value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (value[name] for name in names if name in value)


def _items(indexes: list[int], value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from (value[index] for index in indexes if -len(value) <= index < len(value))


def _sliced(bounds: slice, value: Any) -> list[Any]:
    return value[bounds] if isinstance(value, list) else []


def _all(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _filtered(test: Test, value: Any) -> Iterator[Any]:
    yield from (
        item for item in (_all(value) if isinstance(value, list) else [value]) if test(item)
    )


def _counted(value: Any) -> Iterator[int]:
    if isinstance(value, dict | list | str):
        yield len(value)


def _descendants(value: Any) -> Iterator[Any]:
    """Yield a value and all within it, however deep, without recursion."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(list(_all(one))))


def _everything_below(value: Any) -> Iterator[Any]:
    return (item for one in _descendants(value) for item in _all(one))


def _named_below(name: str, value: Any) -> Iterator[Any]:
    return (item for one in _descendants(value) for item in _members((name,), one))
