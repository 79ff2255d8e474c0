"""Input templates: what is made of an event on its way (EventBridge guide, "Input transformation").

`<$.path>` is a part of the event, `<aws.pipes.NAME>` says something about the pipe. Within quotes
they are text, else JSON. Bodies and data that are JSON are read where a path leads into them.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|<([^<>"]+)>', re.DOTALL)
_WITHIN = re.compile(r"<([^<>]+)>")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]")
_MISSING = object()


def transformed(template: str, event: Any, about: Mapping[str, str]) -> Any:
    """Make what a template says of an event; `about` has the reserved variables by name.

    What is no JSON then is a text.
    """

    def one(found: re.Match[str]) -> str:
        if found[1]:
            return json.dumps(_value(found[1], event, about))
        return _WITHIN.sub(lambda inner: _inside(_value(inner[1], event, about)), found[0])

    written = _VARIABLE.sub(one, template)
    try:
        return json.loads(written)
    except ValueError:
        return _WITHIN.sub(lambda inner: as_text(_value(inner[1], event, about)), template)


def resolved(given: Any, event: Any) -> Any:
    """Give a target's setting: a path, which begins with `$`, leads into the event."""
    if isinstance(given, str) and given.startswith("$"):
        found = at(given, event)
        return None if found is _MISSING else found
    return given


def as_text(value: Any) -> str:
    """Write a value where a text is wanted: JSON, if it is none."""
    return value if isinstance(value, str) else json.dumps(value)


def at(path: str, event: Any) -> Any:
    """Follow a path into an event; what is not there is `_MISSING`."""
    found = event
    for name, index, quoted in _STEP.findall(path):
        found = _member(_read(found), name or quoted, index)
    return found


def _value(named: str, event: Any, about: Mapping[str, str]) -> Any:
    if named in {"aws.pipes.event", "aws.pipes.event.json"}:
        return event
    if named.startswith("aws.pipes."):
        return about.get(named.removeprefix("aws.pipes."), "")
    found = at(named, event)
    if found is _MISSING:
        return None
    return _read(found) if re.fullmatch(r"\$\.(body|data)", named) else found


def _inside(value: Any) -> str:
    """Write a value within the quotes of a template."""
    return json.dumps("" if value is None else as_text(value))[1:-1]


def _member(value: Any, name: str, index: str) -> Any:
    try:
        return value[int(index)] if index else value[name]
    except (LookupError, TypeError):
        return _MISSING


def _read(value: Any) -> Any:
    """Read a text that is JSON, perhaps in base64."""
    if not isinstance(value, str):
        return value
    for text in (value, _decoded(value)):
        try:
            found = json.loads(text)
        except ValueError:
            continue
        if isinstance(found, dict | list):
            return found
    return value


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
