"""The state folder and who may use it: one `visitplannr up` at a time."""

import asyncio
import contextlib
import fcntl
import os
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from visitplannr.up.guardian import is_running

_WAIT_SECONDS = 600.0  # to write gigabytes takes its time
_PAUSE_SECONDS = 0.1
_PRIVATE = 0o700
_OF_FUNCTIONS = {"runtime", "tmp"}  # programs among it, and no secrets of ours

Sleep = Callable[[float], Awaitable[None]]


class StateDirectoryError(Exception):
    """The state folder cannot be used; the message says who has it."""


@contextlib.asynccontextmanager
async def locked(
    folder: Path, report: Callable[[str], None], sleep: Sleep = asyncio.sleep
) -> AsyncIterator[int]:
    """Hold the folder's lock; yields its descriptor, for children that have to hold it too.

    If its last user is gone and its guardian still writes the state, waits for that.

    Raises:
        StateDirectoryError: another process uses the folder, or it cannot be written.
    """
    descriptor = _opened(folder)
    try:
        await _acquire(descriptor, folder, report, sleep)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _opened(folder: Path) -> int:
    try:
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"the state folder {folder} cannot be written ({error.strerror})"
        raise StateDirectoryError(f"{message}; name another with --state-dir") from error
    with contextlib.suppress(OSError):
        _keep_private(folder)
    return descriptor


def _keep_private(folder: Path) -> None:
    """Close a folder of ours to others; what an earlier version wrote, too.

    One that others use by intent, such as /tmp (its sticky bit is set), stays as it is.
    """
    found = folder.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077 == 0 or mode & stat.S_ISVTX or found.st_uid != os.getuid():
        return
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in _OF_FUNCTIONS]
        for name in files:
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(0o600)
    folder.chmod(_PRIVATE)


async def _acquire(
    descriptor: int, folder: Path, report: Callable[[str], None], sleep: Sleep
) -> None:
    waited = 0.0
    while not _try_lock(descriptor):
        holder = _pid(descriptor)
        if holder is None or is_running(holder) or waited >= _WAIT_SECONDS:
            raise StateDirectoryError(
                f"the state folder {folder} is in use by process {holder or 'unknown'}; "
                "stop it, or name another with --state-dir"
            )
        if waited == 0:
            report(f"Waiting for what process {holder} left behind to be written ...")
        await sleep(_PAUSE_SECONDS)
        waited += _PAUSE_SECONDS


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0)
    return int(text) if text.isdigit() else None


def holder(folder: Path) -> int | None:
    """Name the process of the `up` that uses a folder; None if none does."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return None
    try:
        pid = _pid(descriptor)
        # One that starts would find the lock taken while it is tried here.
        in_use = pid is not None and is_running(pid) and not _try_lock(descriptor)
        return pid if in_use else None
    finally:
        os.close(descriptor)
