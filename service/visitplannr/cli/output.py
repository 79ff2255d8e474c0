"""What commands print: lines that are there at once, JSON, and rows in columns."""

import json
import sys
from collections.abc import Iterable
from typing import Any

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
    """Print rows, their cells below one another."""
    print_lines(columns(rows, indent))


def complain(line: str) -> None:
    """Print a line to stderr, where it is in no script's way."""
    sys.stderr.write(f"{line}\n")


def agreed(question: str) -> bool:
    """Ask for a y on the terminal."""
    sys.stdout.write(f"{question} ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
