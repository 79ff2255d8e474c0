"""Processes as the host sees them: how they are started, what they use, how they are ended."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol


class StartProcess(Protocol):
    """Start a process in a session of its own; it writes to the descriptor `output`."""

    async def __call__(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], output: int
    ) -> asyncio.subprocess.Process: ...


def kill_group(process: asyncio.subprocess.Process) -> None:
    """End a process and its group at once; none of them can object."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def peak_memory(pid: int) -> int:
    """Give the most memory a process ever had resident, in MB, rounded up (lambda-runtime.md L54).

    0 where it cannot be read: the process is gone, or the system has no /proc.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return -(-int(line.split()[1]) // 1024)
    return 0
