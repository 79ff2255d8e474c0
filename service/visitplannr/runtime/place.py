"""What an execution environment has beside its process, and keeps when that is replaced.

Its /tmp and its log stream outlive a process that fails (lambda-runtime.md L14, L70).
"""

import shutil
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from visitplannr.model.application import Function


@dataclass(frozen=True, slots=True)
class Place:
    """A folder `root` on disk: in it `temporary` is its /tmp, and `notes` is ours."""

    root: Path
    log_stream: str

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def notes(self) -> Path:
        return self.root / "loaded-files"

    def remove(self) -> None:
        """Leave nothing of it."""
        shutil.rmtree(self.root, ignore_errors=True)


def new_place(function: Function, work: Path) -> Place:
    """Name a place below the folder `work`; nothing is made yet."""
    name = uuid.uuid4().hex
    return Place(work / name, _stream_name(function, name))


def _stream_name(function: Function, name: str) -> str:
    """Name a stream; in a log group of the function's own choice its name is part of it (L46)."""
    owner = "" if function.log_group == function.default_log_group else function.name
    return f"{datetime.now(UTC):%Y/%m/%d}/{owner}[{function.version}]{name}"
