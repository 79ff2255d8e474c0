"""Figures written into documents, below what people wrote about them."""

from pathlib import Path

MARK = "<!-- measured: what follows is written by a run -->\n"


def record(file: Path, figures: str) -> None:
    """Replace what follows the mark."""
    head = file.read_text(encoding="utf-8").partition(MARK)[0]
    file.write_text(f"{head}{MARK}\n{figures.strip()}\n", encoding="utf-8")
