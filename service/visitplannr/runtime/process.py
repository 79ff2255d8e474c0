"""Processes as the host sees them: how they are started, what they use, how they are ended."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from visitplannr.runtime.started import Started

HAS_PROC = Path("/proc/self/stat").exists()
_CHUNK = 64 * 1024


class StartProcess(Protocol):
    """Start a process in a session of its own; it writes to the descriptor `output`."""

    async def __call__(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], output: int
    ) -> asyncio.subprocess.Process: ...


async def start_in_session(  # noqa: PLR0913 - what a process begins with
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    output: int,
    inherits: Sequence[int] = (),
    umask: int = -1,
) -> asyncio.subprocess.Process:
    """Start a process in a session of its own, with nothing to read (lambda-runtime.md L56).

    It gets the descriptors `inherits` under the same numbers, and our umask if -1 is given.
    """
    return Started(
        subprocess.Popen(  # noqa: ASYNC220 - it takes a millisecond
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            umask=umask,
            pass_fds=inherits,
        )
    )


def kill_all(process: asyncio.subprocess.Process) -> None:
    """End a process, its group and its descendants at once; none of them can object."""
    outside = [pid for pid in tree(process.pid) if pid != process.pid]
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for pid in outside:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def tree(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    if not HAS_PROC:
        from visitplannr.runtime import without_proc  # noqa: PLC0415 - there only

        yield from without_proc.tree(pid)
        return
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        yield one
        try:
            threads = os.listdir(f"/proc/{one}/task")  # noqa: PTH208 - half of Path's cost
        except OSError:
            continue
        for thread in threads:
            waiting += map(int, read(f"/proc/{one}/task/{thread}/children").split())


def read(path: str) -> str:
    """Read a file of /proc, with the fewest calls; nothing if it, or its process, is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return ""
    try:
        parts = iter(lambda: os.read(descriptor, _CHUNK), b"")
        return b"".join(parts).decode("ascii", errors="replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)
