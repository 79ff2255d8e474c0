"""Read YAML or JSON as CloudFormation does: a value, and where each part of it stands.

YAML 1.1's scalars; keys and dates stay as they are written; short intrinsics (`!Ref`) in their long
form. What it takes is bounded: by size, by depth, and by what aliases add up to.
"""

import functools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from visitplannr.template.problems import Problem, TemplateError
from visitplannr.template.yaml_values import DEPTH, YamlReader

_BYTES = 5_000_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TABS = re.compile(r"(?<=[{\[,:])\s*\t\s*|^\s*\t\s*", re.MULTILINE)

Place = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its value, and its text, which says where things are.

    `numeric` are the keys that are numbers, in the order of the file: place, line and column.
    """

    path: Path
    value: Any
    text: str
    numeric: tuple[tuple[Place, int, int], ...] = ()

    def problem(self, place: Place, severity: str, rule: str, message: str) -> Problem:
        """Make a problem of what is at a place, or the nearest place around it."""
        found, node = (0, 0), _nodes(self.text)
        for step in place:
            node = _child(node, step)
            if node is None:
                break
            found = node.start_mark.line, node.start_mark.column
        return Problem(str(self.path), found[0] + 1, found[1] + 1, severity, rule, message)

    def error(self, place: Place, message: str, rule: str = "template") -> TemplateError:
        """Make the error of one fault."""
        problem = self.problem(place, "error", rule, message)
        return TemplateError(f"{problem.place}: {message}", (problem,))


def read_document(path: Path, hint: str = "") -> Document:
    """Read and parse a file.

    Raises:
        TemplateError: it cannot be read, is no YAML, or goes beyond the bounds.
    """
    return parse(path, read_text(path, hint))


def read_text(path: Path, hint: str = "") -> str:
    """Read a file.

    Raises:
        TemplateError: it cannot be read, is too large, or is no UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read ({error.strerror}){hint}") from error
    if len(raw) > _BYTES:
        raise TemplateError(f"{path}: is larger than {_BYTES:,} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path}: is not UTF-8 text") from error


def parse(path: Path, text: str) -> Document:
    """Parse the text of the file at `path`.

    Raises:
        TemplateError: as for `read_document`.
    """
    found = _json(text)
    if found is not None:
        _check_json_depth(path, found)
        return Document(path, found, text)
    try:
        _check_depth(path, text)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        raise _at(path, line, column, "a character that YAML does not allow") from error
    except yaml.MarkedYAMLError as error:
        raise _at(path, *_within(text, error), str(error.problem)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _at(path, 1, 1, " ".join(str(error).split())) from error
    reader = YamlReader(functools.partial(_node_error, path))
    value = None if root is None else reader.value(root, (), 0)
    return Document(path, value, text, tuple(reader.numeric))


def _within(text: str, error: yaml.MarkedYAMLError) -> tuple[int, int]:
    """Give the place of an error; what is missing at the end is missing after the last line."""
    lines = text.rstrip().splitlines() or [""]
    mark = error.problem_mark or error.context_mark
    if mark is None or mark.line >= len(lines):
        return len(lines), len(lines[-1]) + 1
    return mark.line + 1, mark.column + 1


def _json(text: str) -> Any:
    """Parse JSON; None if it is none, or nothing but a scalar."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return None


def _check_json_depth(path: Path, value: Any) -> None:
    level, depth = [value], 0
    while level:
        if depth > DEPTH:
            raise _at(path, 1, 1, f"is nested more than {DEPTH} deep")
        items = [item.values() if isinstance(item, dict) else item for item in level]
        level = [one for item in items for one in item if isinstance(one, dict | list)]
        depth += 1


def _check_depth(path: Path, text: str) -> None:
    """Look at the events alone: what composes nodes goes one call deeper with each level."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH:
                raise _node_error(path, event, f"is nested more than {DEPTH} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


@functools.lru_cache(maxsize=4)
def _nodes(text: str) -> yaml.Node | None:
    """Compose the nodes of a text that was parsed; tabs between JSON's tokens are no YAML."""
    if text.lstrip().startswith("{"):
        text = _TABS.sub(lambda found: found[0].replace("\t", " "), text)
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError):
        return None
    return root


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None


def _node_error(path: Path, at: Any, message: str) -> TemplateError:
    return _at(path, at.start_mark.line + 1, at.start_mark.column + 1, message)


def _at(path: Path, line: int, column: int, message: str) -> TemplateError:
    problem = Problem(str(path), line, column, "error", "template", message)
    return TemplateError(f"{problem.place}: {message}", (problem,))
