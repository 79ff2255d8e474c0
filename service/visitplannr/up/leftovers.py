"""What an `up` has left that was killed together with its guardian: environments of functions.

Each has a folder, which is named as its log stream ends; and that is a variable of all processes
which the function has started, wherever they went (lambda-runtime.md L47).
"""

import contextlib
import functools
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.guardian import environments, kill
from visitplannr.up.state_folder import locked

_LOG_STREAM = b"AWS_LAMBDA_LOG_STREAM_NAME="


@contextlib.asynccontextmanager
async def cleared(state: Path, report: Callable[[str], None]) -> AsyncIterator[int]:
    """Hold a state folder (`up.state_folder.locked`) without what others have left there."""
    async with locked(state, report) as lock:
        await in_daemon_thread(functools.partial(clear_leftovers, state / "tmp"))
        yield lock


def clear_leftovers(work: Path) -> None:
    """End what still runs of the environments whose folders lie in `work`, and remove these."""
    if not work.is_dir() or not (folders := list(work.iterdir())):
        return
    streams = tuple(b"]" + folder.name.encode() for folder in folders)
    for pid, variables in environments():
        if any(one.startswith(_LOG_STREAM) and one.endswith(streams) for one in variables):
            kill(pid)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
