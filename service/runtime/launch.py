"""The command that an execution environment's process is started with."""

from dataclasses import dataclass
from pathlib import Path

from service.runtime import bootstrap
from service.runtime.sandbox import Sandbox
from service.template.model import Function


@dataclass(frozen=True, slots=True)
class Folders:
    """What an environment has on disk: `temporary` stands in for /tmp, `notes` is ours."""

    root: Path

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def notes(self) -> Path:
        return self.root / "loaded-files"


def command(function: Function, sandbox: Sandbox, folders: Folders, *, reload: bool) -> list[str]:
    """Give the command for a function; with `reload`, it notes which files it loads.

    Without site-packages (-S), and writing no compiled files into the code (-B): on AWS it is
    read-only.
    """
    python = [str(sandbox.python), "-S", "-B"]
    if reload:
        notes, root = str(folders.notes), str(function.code)
        return [*python, bootstrap.__file__, notes, root, function.handler]
    return [*python, "-m", "awslambdaric", function.handler]
