"""What a package.json names, installed by npm: into the cache, and never into somebody's folder.

Unless that has a node_modules already, which then is brought up to date.
"""

import fcntl
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from visitplannr.deployment.build.folders import Locks, beside, is_there, put
from visitplannr.deployment.build.installer import Programs, Run, run_installer
from visitplannr.deployment.build.manifest import (
    MODULES,
    Manifest,
    files_beside,
    is_installed,
    read_manifest,
)
from visitplannr.model.code import BuildError, NotHereError

_INSTALL = (
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
    "--install-links",
)


@dataclass(frozen=True, slots=True)
class Modules:
    """A node_modules folder beside the code's own, if one is needed, and what it was made of."""

    folder: Path | None
    inputs: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Npm:
    """Installs once per content, into folders below `cache`; `say` hears of what takes a while."""

    cache: Path
    programs: Programs
    say: Callable[[str], None]
    run: Run = run_installer
    _filling: Locks = field(default_factory=Locks)

    def install(self, code: Path, *, development: bool = False) -> Modules:
        """Install what the package.json in `code` names; `development` packages, too, if wanted.

        Raises:
            BuildError: it cannot be read, or npm cannot install it.
        """
        manifest = read_manifest(code)
        if manifest is None:
            return Modules(None, files_beside(code))
        inputs = (*files_beside(code), *manifest.local_files())
        if all(is_installed(name, code) for name in manifest.names(development=development)):
            return Modules(None, inputs)
        if (code / MODULES).is_dir():
            self._npm(manifest.file, code, ["install"])
            return Modules(None, inputs)
        omitted = [] if development else ["--omit=dev"]
        return Modules(self._elsewhere(manifest, inputs, omitted), inputs)

    def add(self, folder: Path, packages: list[str]) -> None:
        """Install packages by name into a folder of the user's, beside those that it has.

        One process at a time does: others may run beside this one.

        Raises:
            BuildError: npm is not here, or cannot install them.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._npm(folder, folder, ["install", "--save", *packages])

    def _elsewhere(self, manifest: Manifest, inputs: tuple[Path, ...], omitted: list[str]) -> Path:
        """Install into the cache what a copy of the package.json names."""
        folder = self.cache / f"{_digest(inputs)}-{'all' if not omitted else 'run'}"
        with self._filling.of(folder):
            if not is_there(folder):
                self.say(f"Installing {manifest.file} by npm ...")
                with beside(folder) as part:
                    made = part / "made"
                    made.mkdir()
                    manifest.copy_to(made)
                    self._npm(manifest.file, made, ["install", *omitted])
                    (made / MODULES).mkdir(exist_ok=True)
                    put(made, folder)
        return folder / MODULES

    def _npm(self, what: Path, folder: Path, words: list[str]) -> None:
        npm = self.programs.find("npm")
        if npm is None:
            raise NotHereError(f"{what}: it names packages, and there is no npm to install them")
        errors = self.run([npm, *words, *_INSTALL], folder, self.programs.variables)
        if errors is not None:
            raise BuildError(f"{what}: {_reason(errors)}")


def _digest(inputs: tuple[Path, ...]) -> str:
    found = hashlib.sha256()
    for path in inputs:
        content = path.read_bytes() if path.is_file() else b""
        found.update(f"{path.name} {len(content)}\n".encode() + content)
    return found.hexdigest()[:16]


def _reason(errors: str) -> str:
    """Give what counts of what npm says: its lines begin with "npm error" or "npm ERR!"."""
    lines = [
        line.removeprefix("npm error").removeprefix("npm ERR!").strip()
        for line in errors.strip().splitlines()
    ]
    told = [
        line for line in lines if line and not line.startswith(("code ", "errno ", "A complete"))
    ]
    return " ".join(told[:2]) or "npm cannot install it, and says nothing"
