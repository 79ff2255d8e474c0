"""Installations as people make them: from the network, in folders of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from guides import ROOT

BIN = Path(sys.executable).parent
UV = BIN / "uv"
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".*cache", ".visitplannr", ".hypothesis", "__pycache__", "dist"
)


@dataclass(frozen=True)
class Machine:
    """A user's home, in which nothing is installed yet."""

    home: Path
    environment: dict[str, str] = field(repr=False)

    def run(self, command: str, folder: Path) -> str:
        """Run a command; give what it prints.

        Raises:
            AssertionError: it failed; its text is what it said.
        """
        done = subprocess.run(
            ["bash", "-ec", command], cwd=folder, env=self.environment,
            capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Give one whose tools put what they install below its own home; caches are the machine's."""
    home = tmp_path / "home"
    places = {
        "UV_TOOL_DIR": home / "tools",
        "UV_TOOL_BIN_DIR": home / "bin",
        "PIPX_HOME": home / "pipx",
        "PIPX_BIN_DIR": home / "bin",
        "PIPX_MAN_DIR": home / "man",
    }
    given = {name: value for name, value in os.environ.items() if "AWS" not in name}
    paths = {name: str(place) for name, place in places.items()}
    python = str(Path(sys.executable).resolve())
    chosen = {"UV_PYTHON": python, "PIPX_DEFAULT_PYTHON": python, "UV_NO_PROGRESS": "1"}
    path = f"{home / 'bin'}:{BIN}:{os.environ['PATH']}"
    return Machine(home, {**given, **paths, **chosen, "PATH": path})


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Copy the repository, without what a fresh clone does not have."""
    folder = tmp_path_factory.mktemp("clones") / "visitplannr"
    yield shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    shutil.rmtree(folder)


def megabytes(folder: Path) -> float:
    """Add up the sizes of the files below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1_000_000
