"""Which files an environment has loaded, and whether one has changed since."""

import os
from pathlib import Path

CHECKED_EACH_TIME = 200


class LoadedFiles:
    """Reads the notes of `runtime.notes`, and those that `bootstrap` writes in an environment."""

    def __init__(self, notes: Path) -> None:
        self._notes = notes
        self._read = 0
        self._files: dict[str, tuple[int, int] | None] = {}

    def changed(self, *, thoroughly: bool = False) -> str | None:
        """Name a file that is not as it was loaded, or gone.

        Each call looks at the first files only (the function's own come before what they import),
        unless it is to be thorough: it is made before each invocation.
        """
        self._read_notes()
        for number, (path, loaded) in enumerate(self._files.items()):
            if number >= CHECKED_EACH_TIME and not thoroughly:
                break
            if _version(path) != loaded:
                return path
        return None

    def _read_notes(self) -> None:
        try:
            if os.stat(self._notes).st_size == self._read:  # noqa: PTH116 - on the hot path
                return
            with self._notes.open("rb") as notes:
                notes.seek(self._read)
                added = notes.read()
        except FileNotFoundError:
            return
        complete = added[: added.rfind(b"\n") + 1]
        self._read += len(complete)
        for line in complete.decode("utf-8", errors="surrogateescape").splitlines():
            modified, size, path = line.split(" ", 2)
            self._files[path] = None if size == "-1" else (int(modified), int(size))


def _version(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - on the hot path
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
