"""Code that `make build-<LogicalId>` makes (`BuildMethod: makefile`)."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from visitplannr.deployment.build.folders import Locks, beside, is_there, put
from visitplannr.deployment.build.installer import Programs, Run, run_installer
from visitplannr.model.code import Build, BuildError, NotHereError

_LEFT_OUT = frozenset({"node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Makefile:
    """Makes into folders below `cache`, once for each state of the sources."""

    cache: Path
    programs: Programs
    run: Run = run_installer
    _filling: Locks = field(default_factory=Locks)

    def build(self, code: Path, build: Build) -> tuple[Path, tuple[Path, ...]]:
        """Make code in a copy of its folder, as `sam build` does; give where, and its sources.

        Raises:
            BuildError: there is no make, or it fails.
        """
        sources = tuple(_sources(code))
        folder = self.cache / _digest(sources, build.logical_id)
        with self._filling.of(folder):
            if not is_there(folder):
                self._make(folder, code, build)
        return folder, sources

    def _make(self, folder: Path, code: Path, build: Build) -> None:
        make = self.programs.find("make")
        if make is None:
            raise NotHereError(f"{code}: it is built by a makefile, and there is no make")
        named = build.properties.get("WorkingDirectory")
        with beside(folder) as part:
            made, copied = part / "made", part / "source"
            made.mkdir()
            shutil.copytree(code, copied, symlinks=True)
            place = (build.base or code) / named if isinstance(named, str) else copied
            words = [make, "-f", str(copied / "Makefile"), f"build-{build.logical_id}"]
            errors = self.run(words, place, {**self.programs.variables, "ARTIFACTS_DIR": str(made)})
            if errors is not None:
                lines = errors.strip().splitlines() or ["make fails, and says nothing"]
                raise BuildError(f"{code / 'Makefile'}: build-{build.logical_id}: {lines[-1]}")
            put(made, folder)


def _sources(code: Path) -> Iterator[Path]:
    for path in sorted(code.rglob("*")):
        parts = path.relative_to(code).parts
        if path.is_file() and not any(p in _LEFT_OUT or p.startswith(".") for p in parts):
            yield path


def _digest(sources: tuple[Path, ...], logical_id: str) -> str:
    lines = [logical_id]
    for path in sources:
        found = path.stat()
        lines.append(f"{found.st_mtime_ns} {found.st_size} {path}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
