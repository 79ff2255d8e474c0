"""`visitplannr state`: what is kept in the state folder, and clearing parts of it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from visitplannr.cli.command import CommandError
from visitplannr.cli.output import agreed, print_json, print_line, print_rows
from visitplannr.up.kept_state import PARTS, Kept, Part, clear, kept
from visitplannr.up.state_folder import StateDirectoryError, locked

_HEAD = ("PART", "FILES", "SIZE", "")
_UNITS = ("B", "KB", "MB", "GB")


def run_state(folder: Path, names: Sequence[str], *, yes: bool, as_json: bool) -> int:
    """Show the parts of a state folder; with names, clear these first.

    Raises:
        CommandError: there is no such folder or part, or `up` runs on it.
    """
    if not folder.is_dir():
        raise CommandError(f"there is no state folder {folder}; name it with --state-dir")
    parts = [_named(name) for name in names]
    if parts and not _cleared(folder, parts, yes=yes):
        return 1
    found = kept(folder)
    if as_json:
        print_json([_as_json(one) for one in found])
        return 0
    print_rows([_HEAD, *map(_row, found)], indent="")
    print_line(f"{_size(sum(one.bytes for one in found))} in {folder.resolve()}")
    return 0


def _named(name: str) -> Part:
    for part in PARTS:
        if part.name == name:
            return part
    there = ", ".join(part.name for part in PARTS)
    raise CommandError(f"there is no part {name}; there are: {there}")


def _cleared(folder: Path, parts: Sequence[Part], *, yes: bool) -> bool:
    what = ", ".join(part.what for part in parts)
    if not yes and not agreed(f"Remove {what} from {folder}? (y/N)"):
        return False
    try:
        asyncio.run(_clear(folder, parts))
    except StateDirectoryError as error:
        raise CommandError(f"{error} (`visitplannr reset` empties what runs)") from error
    if any(part.holds_resources for part in parts):
        print_line("The next `visitplannr up` makes its stack again.")
    return True


async def _clear(folder: Path, parts: Sequence[Part]) -> None:
    async with locked(folder, print_line):
        clear(folder, parts)


def _row(one: Kept) -> tuple[str, ...]:
    return (one.part.name, str(one.files), _size(one.bytes), one.part.what)


def _as_json(one: Kept) -> dict[str, str | int]:
    return {"part": one.part.name, "files": one.files, "bytes": one.bytes}


def _size(count: float) -> str:
    for unit in _UNITS[:-1]:
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} {_UNITS[-1]}"
