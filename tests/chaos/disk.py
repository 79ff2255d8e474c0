"""The disk that the state lies on, which can be full: a small one in memory, or bounded files."""

import contextlib
import resource
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

_SIZE = "256m"
_BLOCK = b"\0" * 65_536
_BOUNDED_BYTES = 4096


class Disk(Protocol):
    """What may become full; `pids` are the processes that write to it."""

    def full(self, pids: Sequence[int]) -> contextlib.AbstractContextManager[str]: ...


class Mounted:
    """A file system of its own."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    @contextlib.contextmanager
    def full(self, pids: Sequence[int]) -> Iterator[str]:
        with contextlib.suppress(OSError), self._ballast.open("wb", buffering=0) as ballast:
            while True:
                ballast.write(_BLOCK)
        try:
            yield "the disk is full"
        finally:
            self._ballast.unlink()


class Bounded:
    """Where nothing can be mounted: files of the processes may not grow."""

    @contextlib.contextmanager
    def full(self, pids: Sequence[int]) -> Iterator[str]:
        _bound(pids, _BOUNDED_BYTES)
        try:
            yield "no file may grow"
        finally:
            _bound(pids, resource.RLIM_INFINITY)


def _bound(pids: Sequence[int], size: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextlib.contextmanager
def disk_at(folder: Path) -> Iterator[Disk]:
    """Mount one if this user may."""
    folder.mkdir()
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder))
    try:
        yield Mounted(folder) if mounted else Bounded()
    finally:
        if mounted and not _run("umount", str(folder)):
            _run("umount", "--lazy", str(folder))


def _run(*command: str) -> bool:
    if not shutil.which(command[0]):
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
