"""The state folder and who may use it: one `visitplannr up` at a time."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from visitplannr.up.guardian import is_running

_WAIT_SECONDS = 600.0  # to write gigabytes takes its time
_PAUSE_SECONDS = 0.1

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
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        message = f"the state folder {folder} cannot be written ({error.strerror})"
        raise StateDirectoryError(f"{message}; name another with --state-dir") from error


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
