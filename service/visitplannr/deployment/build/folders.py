"""Folders of what was built: each is there only when it is complete."""

import contextlib
import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path


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


def put(part: Path, folder: Path) -> None:
    """Move what is complete to its place; if somebody else was quicker, theirs stays."""
    with contextlib.suppress(OSError):
        part.replace(folder)
        return
    if not folder.exists():
        shutil.move(part, folder)
