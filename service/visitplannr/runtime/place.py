"""What an execution environment has beside its process, and keeps when that is replaced.

Its /tmp and its log stream outlive a process that fails (lambda-runtime.md L14, L70). A /tmp in
memory ends with the processes that see it: what is in it is kept by an open descriptor, and saved
on disk when a next process needs it.
"""

import contextlib
import os
import shutil
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from visitplannr.model.application import Function

_TMP = "/tmp"  # noqa: S108 - the functions' own, not ours


@dataclass(slots=True, eq=False)
class Place:
    """A folder `root` on disk: in it `temporary` is its /tmp, and `notes` is ours.

    `saved` is what was in a /tmp that was in memory.
    """

    root: Path
    log_stream: str
    _held: int | None = None

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def notes(self) -> Path:
        return self.root / "loaded-files"

    @property
    def saved(self) -> Path:
        return self.root / "saved-tmp"

    def hold(self, pid: int | None) -> None:
        """Keep what a process, if there is one, has in its /tmp, if that is in memory.

        A process that has ended has none any more.
        """
        if self._held is not None or pid is None:
            return
        with contextlib.suppress(OSError):
            on_disk = {_device(_TMP), _device(str(self.root))}
            held = os.open(f"/proc/{pid}/root{_TMP}", os.O_RDONLY | os.O_DIRECTORY)
            if os.fstat(held).st_dev in on_disk:
                os.close(held)
            else:
                self._held = held

    def save(self) -> None:
        """Write what was kept to disk, in place of what was saved before; it blocks."""
        if self._held is None:
            return
        held, self._held = self._held, None
        shutil.rmtree(self.saved, ignore_errors=True)
        with contextlib.suppress(shutil.Error, OSError):  # sockets and the like stay behind
            source = f"/proc/self/fd/{held}"
            shutil.copytree(source, self.saved, symlinks=True, ignore=_of_other_devices)
        os.close(held)

    def remove(self) -> None:
        """Leave nothing of it."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
        shutil.rmtree(self.root, ignore_errors=True)


def new_place(function: Function, work: Path) -> Place:
    """Name a place below the folder `work`; nothing is made yet."""
    name = uuid.uuid4().hex
    return Place(work / name, _stream_name(function, name))


def _stream_name(function: Function, name: str) -> str:
    """Name a stream; in a log group of the function's own choice its name is part of it (L46)."""
    owner = "" if function.log_group == function.default_log_group else function.name
    return f"{datetime.now(UTC):%Y/%m/%d}/{owner}[{function.version}]{name}"


def _device(path: str) -> int:
    return os.stat(path).st_dev  # noqa: PTH116 - as fstat


def _of_other_devices(folder: str, names: list[str]) -> list[str]:
    """Name what is mounted in a folder: it is not the function's."""
    here = _device(folder)
    return [name for name in names if os.lstat(f"{folder}/{name}").st_dev != here]
