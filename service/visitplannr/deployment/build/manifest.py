"""A package.json: which packages it names, and which of them are in folders here."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visitplannr.model.code import BuildError

MODULES = "node_modules"
_NAME = "package.json"
_BESIDE = (".npmrc", "package-lock.json", "npm-shrinkwrap.json")
_KINDS = ("dependencies", "devDependencies", "optionalDependencies")
_LOCAL = ("file:", "./", "../", "/")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package.json that was read."""

    file: Path
    document: Mapping[str, Any]

    def names(self, *, development: bool) -> Iterator[str]:
        """Name the packages that are needed, those for development only if they are wanted."""
        yield from self._of("dependencies")
        if development:
            yield from self._of("devDependencies")

    def local_files(self) -> Iterator[Path]:
        """Give the files of packages that are folders or archives here ("file:../lib")."""
        for kind in _KINDS:
            for version in self._of(kind).values():
                if path := self._local(version):
                    yield from _files_of(path)

    def copy_to(self, folder: Path) -> None:
        """Write it so that it means the same in another folder, and what npm reads beside it.

        What npm would run of the project itself is left out. A lock file has local packages'
        relative paths, too, so it is of no use then.
        """
        left_out = {"scripts", "workspaces"}
        changed = {key: value for key, value in self.document.items() if key not in left_out}
        for kind in _KINDS:
            packages = self._of(kind).items()
            if packages:
                changed[kind] = {name: self._absolute(version) for name, version in packages}
        (folder / _NAME).write_text(json.dumps(changed), encoding="utf-8")
        kept = (".npmrc",) if any(self.local_files()) else _BESIDE
        for name in kept:
            if (self.file.parent / name).is_file():
                shutil.copy(self.file.parent / name, folder / name)

    def _of(self, kind: str) -> Mapping[str, Any]:
        found = self.document.get(kind)
        return found if isinstance(found, dict) else {}

    def _local(self, version: Any) -> Path | None:
        if not isinstance(version, str) or not version.startswith(_LOCAL):
            return None
        return (self.file.parent / version.removeprefix("file:")).resolve()

    def _absolute(self, version: Any) -> Any:
        path = self._local(version)
        return f"file:{path}" if path else version


def read_manifest(code: Path) -> Manifest | None:
    """Read the package.json of a folder; None if it has none.

    Raises:
        BuildError: it cannot be read.
    """
    file = code / _NAME
    if not file.is_file():
        return None
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BuildError(f"{file}: cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise BuildError(f"{file}: is no JSON object")
    return Manifest(file, document)


def files_beside(code: Path) -> tuple[Path, ...]:
    """Name what decides what npm installs for a folder, whether or not it is there."""
    return (code / _NAME, *(code / name for name in _BESIDE))


def is_installed(name: str, code: Path) -> bool:
    """Say whether Node.js finds a package from a folder: there, or in a folder around it."""
    return any((folder / MODULES / name).exists() for folder in (code, *code.parents))


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for one in sorted(path.rglob("*")):
        if one.is_file() and MODULES not in one.relative_to(path).parts:
            yield one
