"""Read requirements files so that they can be installed from any folder.

Relative paths in them count from the file's own folder, or, as `sam build` reads them, from the
template's. Files that are included (`-r`) are put in their places, editable projects (`-e`) are
installed as they will be shipped, and paths become absolute.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from visitplannr.model.code import BuildError

_COMMENT = re.compile(r"(^|\s+)#.*$")
_OPTION = re.compile(
    r"(?P<name>-r|--requirement|-c|--constraint|-e|--editable|-f|--find-links)\s*=?\s*(?P<path>.+)"
)
_NAMED = re.compile(r"(?P<name>[A-Za-z0-9._-]+(\[[^]]*\])?)\s*@\s*(file:)?(?P<path>\.{0,2}/.*)")
_PATH = re.compile(
    r"(?P<path>(\.{1,2}$|\.{0,2}/|[\w.-]+/|[\w.+-]+\.(whl|zip|tar\.gz))[^;\[ ]*)(?P<rest>.*)"
)
_MADE = frozenset({"__pycache__", "build", "dist", "node_modules"})


@dataclass(slots=True)
class Required:
    """What a requirements file says, with absolute paths.

    `files` are those that were read, `local` the projects and archives that they name.
    """

    lines: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    local: list[Path] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files whose content decides what is installed."""
        return (*self.files, *(path for one in self.local for path in _files_of(one)))

    def digest(self) -> str:
        """Hash what is to be installed; of local projects, the times and sizes of their files."""
        lines = [self.text]
        for path in (path for one in self.local for path in _files_of(one)):
            found = path.stat()
            lines.append(f"{found.st_mtime_ns} {found.st_size} {path}\n")
        return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def read_requirements(file: Path, base: Path | None = None) -> Required:
    """Read a requirements file; `base` is the template's folder.

    Raises:
        BuildError: a file cannot be read, or names one that is not there; with file and line.
    """
    found = Required()
    _read(file, base, found)
    return found


def _read(file: Path, base: Path | None, found: Required) -> None:
    if file in found.files:
        return
    found.files.append(file)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BuildError(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BuildError(f"{file}: is not UTF-8 text") from error
    for number, line in _logical_lines(text):
        try:
            _take(line, file, base, found)
        except FileNotFoundError as error:
            raise BuildError(f"{file}:{number}: {error}") from error


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers; those that end in a backslash go on, comments are gone."""
    parts: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.rstrip().endswith("\\") and not line.lstrip().startswith("#"):
            parts.append(line.rstrip()[:-1].strip())
            continue
        whole = " ".join([*parts, _COMMENT.sub("", line).strip()]).strip()
        first, parts = number - len(parts), []
        if whole:
            yield first, whole
    if whole := " ".join(parts).strip():
        yield number - len(parts) + 1, whole


def _take(line: str, file: Path, base: Path | None, found: Required) -> None:
    if option := _OPTION.fullmatch(line):
        _take_option(option["name"], option["path"].strip("'\""), file, base, found)
    elif named := _NAMED.fullmatch(line):
        path = _existing(named["path"], file, base)
        found.local.append(path)
        found.lines.append(f"{named['name']} @ {path.as_uri()}")
    elif not line.startswith("-") and (local := _PATH.fullmatch(line)):
        path = _existing(local["path"], file, base)
        found.local.append(path)
        found.lines.append(f"{path}{local['rest']}")
    else:
        found.lines.append(line)


def _take_option(name: str, given: str, file: Path, base: Path | None, found: Required) -> None:
    if "://" in given:
        found.lines.append(given if name in {"-e", "--editable"} else f"{name} {given}")
    elif name in {"-r", "--requirement"}:
        _read(_existing(given, file, base), base, found)
    elif name in {"-e", "--editable"}:
        _take(given if "/" in given or given.startswith(".") else f"./{given}", file, base, found)
    else:
        path = _existing(given, file, base)
        if path.is_file():
            found.files.append(path)
        found.lines.append(f"{name} {path}")


def _existing(given: str, file: Path, base: Path | None) -> Path:
    """Find a path below the file's folder, or the template's.

    Raises:
        FileNotFoundError: it is in neither.
    """
    folders = dict.fromkeys(folder for folder in (file.parent, base) if folder is not None)
    for folder in folders:
        if (path := folder / given).exists():
            return path.resolve()
    raise FileNotFoundError(f"{given} does not exist in {' or '.join(map(str, folders))}")


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for one in sorted(path.rglob("*")):
        parts = one.relative_to(path).parts
        made = any(
            part in _MADE or part.startswith(".") or part.endswith(".egg-info") for part in parts
        )
        if one.is_file() and not made:
            yield one
