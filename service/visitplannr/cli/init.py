"""`visitplannr init`: a small application to begin with, in SAM's layout, with a test."""

import sys
from collections.abc import Iterator
from pathlib import Path

from visitplannr.cli.command import CommandError
from visitplannr.cli.output import print_lines

_STARTER = Path(__file__).with_name("starter")
_ENDING = ".template"
_DOTTED = {"gitignore": ".gitignore", "vscode": ".vscode"}  # not hidden among our own files


def run_init(folder: Path) -> int:
    """Write the files into a new or empty folder, and say what to do next.

    Raises:
        CommandError: there is something already, or it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(f"{folder} is there already and not empty; name another folder")
    written = []
    try:
        for target, text in starter(folder.resolve().name):
            path = folder / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(target)
    except OSError as error:
        raise CommandError(f"{folder} cannot be written ({error.strerror})") from error
    print_lines((*(f"  {folder / target}" for target in sorted(written)), ""))
    print_lines((f"cd {folder} && pytest        tests it", "visitplannr up       runs it"))
    return 0


def starter(name: str) -> Iterator[tuple[Path, str]]:
    """Yield the files of an application with this name: where each belongs, and its text."""
    version = sys.version_info
    values = {"{name}": name, "{runtime}": f"python{version.major}.{version.minor}"}
    for file in sorted(_STARTER.rglob(f"*{_ENDING}")):
        text = file.read_text(encoding="utf-8")
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        first, *rest = file.relative_to(_STARTER).with_suffix("").parts
        yield Path(_DOTTED.get(first, first), *rest), text
