"""What is wrong with a template, and where."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

Place = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Problem:
    """An "error" or a "warning"; `rule` names what was broken, lines and columns begin at 1."""

    file: str
    line: int
    column: int
    severity: str
    rule: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.severity}: {self.message} [{self.rule}]"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Positions:
    """Finds where something is in a template's text."""

    def __init__(self, path: Path) -> None:
        self._file = str(path)
        text = path.read_text(encoding="utf-8")
        self._root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)

    def problem(self, place: Place, severity: str, rule: str, message: str) -> Problem:
        """Make a problem of what is at a place, or the nearest place around it."""
        line, column, node = 0, 0, self._root
        for step in place:
            node = _child(node, step)
            if node is None:
                break
            line, column = node.start_mark.line, node.start_mark.column
        return Problem(self._file, line + 1, column + 1, severity, rule, message)


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None
