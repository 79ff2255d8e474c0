"""The programs that install packages and build code, and how they are run."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

_SECONDS = 600
_OF_PYTHON = frozenset({"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV"})

Run = Callable[[Sequence[str], Path, Mapping[str, str]], str | None]


@dataclass(frozen=True, slots=True)
class Programs:
    """Commands that begin uv's and pip's, if they are here, and the environment to run any in."""

    uv: tuple[str, ...] | None
    pip: tuple[str, ...] | None
    variables: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """Look for another program on the path."""
        return shutil.which(name, path=self.variables.get("PATH", ""))


def find_programs(variables: Mapping[str, str]) -> Programs:
    """Look for uv on PATH and among our own packages, and for a Python that has pip.

    Of the environment's `variables`, programs get all but those that change what a Python imports.
    """
    path = variables.get("PATH", "")
    kept = {name: value for name, value in variables.items() if name not in _OF_PYTHON}
    uv, own = shutil.which("uv", path=path), sys.executable
    by_uv = (uv,) if uv else (own, "-m", "uv") if find_spec("uv") else None
    if by_uv or find_spec("pip"):
        return Programs(by_uv, (own, "-m", "pip") if find_spec("pip") else None, kept)
    pip = shutil.which("pip3", path=path) or shutil.which("pip", path=path)
    return Programs(None, (pip,) if pip else None, kept)


def run_installer(
    words: Sequence[str], folder: Path, variables: Mapping[str, str], seconds: float = _SECONDS
) -> str | None:
    """Run a command in a folder; give what it says if it fails (on stderr, if anything)."""
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{words[0]} needs more than {seconds:g} s"
    except OSError as error:
        return f"{words[0]} cannot be run: {error.strerror}"
    return (done.stderr or done.stdout) if done.returncode else None
