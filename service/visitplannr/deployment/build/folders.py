"""Folders of what was built: each is there only when it is complete."""

import contextlib
import os
import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

_whole: set[Path] = set()


class Locks:
    """A lock for each folder, so that two who need it at once build it once."""

    def __init__(self) -> None:
        self._locks: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
        self._all = threading.Lock()

    @contextlib.contextmanager
    def of(self, folder: Path) -> Iterator[None]:
        """Hold a folder's lock."""
        with self._all:
            lock = self._locks[folder]
        with lock:
            yield


@contextlib.contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """Give a temporary folder in the same place, to build in."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{folder.name}.", dir=folder.parent) as part:
        yield Path(part).resolve()


def is_there(folder: Path) -> bool:
    """Say whether a folder is there as it was put; one that was damaged since is removed.

    Each is looked at once in a process, before its first use.
    """
    if not folder.exists():
        return False
    counted = _count_of(folder)
    if folder not in _whole and counted.exists() and counted.read_text() != _count(folder):
        shutil.rmtree(folder, ignore_errors=True)
        return False
    _whole.add(folder)
    return True


def put(part: Path, folder: Path) -> None:
    """Move what is complete to its place; if somebody else was quicker, theirs stays."""
    _count_of(folder).write_text(_count(part), encoding="ascii")
    _whole.add(folder)
    with contextlib.suppress(OSError):
        part.replace(folder)
        return
    if not folder.exists():
        shutil.move(part, folder)


def _count_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.count")


def _count(folder: Path) -> str:
    """Count files and bytes, but for what Python compiles as it runs."""
    files = size = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        files += len(names)
        size += sum(Path(parent, name).lstat().st_size for name in names)
    return f"{files} files, {size} bytes"
