"""What commands print: lines that are there at once, JSON, and rows in columns."""

import json
import shutil
import sys
from collections.abc import Iterable
from typing import Any

from visitplannr.up.function_output import visible
from visitplannr.up.terminal import columns


def print_line(line: str) -> None:
    """Print one line, also into a pipe that somebody reads now."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def print_lines(lines: Iterable[str]) -> None:
    """Print many lines at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def print_json(value: Any) -> None:
    """Print JSON on one line, for a script."""
    print_line(json.dumps(value))


def print_rows(rows: Iterable[tuple[str, ...]], indent: str = "  ") -> None:
    """Print rows, their cells below one another where they fit."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    print_lines(columns(rows, indent, width))


def shown(text: str) -> str:
    """Give what a function wrote as a terminal may have it."""
    return "\n".join(map(visible, text.split("\n")))


def complain(line: str) -> None:
    """Print a line to stderr, where it is in no script's way."""
    sys.stderr.write(f"{line}\n")


def agreed(question: str) -> bool:
    """Ask for a y on the terminal."""
    sys.stdout.write(f"{question} ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
