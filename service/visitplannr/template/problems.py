"""What is wrong with a template, and where."""

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_ODD = (AttributeError, KeyError, IndexError, RecursionError, TypeError, ValueError)


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
        return f"{self.place}: {self.severity}: {self.message} [{self.rule}]"

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class TemplateError(Exception):
    """The template cannot be used; the message names the file, the place and what to do.

    `problems` are the single faults, where they have places.
    """

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


def refused(problems: tuple[Problem, ...]) -> TemplateError:
    """Make the error of some faults: a line each, with its place."""
    return TemplateError("\n".join(f"{one.place}: {one.message}" for one in problems), problems)


@contextlib.contextmanager
def odd_values(path: Path) -> Iterator[None]:
    """Say in one line that something in a template is of a kind that nobody expected there.

    Raises:
        TemplateError: whatever made the code within fail.
    """
    try:
        yield
    except _ODD as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise TemplateError(f"{path}: something in it is of an unexpected kind ({why})") from error
