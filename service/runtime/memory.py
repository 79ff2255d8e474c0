"""Memory of environments: what their processes have resident, watched while they are busy.

RLIMIT_AS would be wrong and cgroups need root, so the host looks every 20 ms (lambda-runtime.md
L53, L54). Without /proc nothing is enforced.
"""

import asyncio
import os
from pathlib import Path
from typing import Protocol

from service.runtime.process import read, tree

INTERVAL_SECONDS = 0.02
ALLOWANCE = 1.1
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1024 * 1024
ENFORCED = Path("/proc/self/statm").exists()


class Watched(Protocol):
    """What a busy environment offers."""

    def check_memory(self) -> None:
        """Compare what is used with what is allowed, and act on it."""


class MemoryWatch:
    """Checks the busy environments; costs nothing while there are none."""

    def __init__(self, interval: float = INTERVAL_SECONDS) -> None:
        self._interval = interval
        self._busy: set[Watched] = set()
        self._ticking = False

    def add(self, environment: Watched) -> None:
        self._busy.add(environment)
        if not self._ticking and ENFORCED:
            self._ticking = True
            asyncio.get_running_loop().call_later(self._interval, self._tick)

    def discard(self, environment: Watched) -> None:
        self._busy.discard(environment)

    def _tick(self) -> None:
        for environment in tuple(self._busy):
            environment.check_memory()
        self._ticking = bool(self._busy)
        if self._ticking:
            asyncio.get_running_loop().call_later(self._interval, self._tick)


def resident(pid: int) -> int:
    """Give what a process and all it has started have resident now, in bytes."""
    return sum(_resident_pages(one) for one in tree(pid)) * _PAGE


def peak(pid: int) -> int:
    """Give the most memory a process ever had resident, in bytes; 0 if it is gone."""
    for line in read(f"/proc/{pid}/status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def megabytes(size: int) -> int:
    """Round up to whole MB, as REPORT does."""
    return -(-size // _MB)


def is_over(size: int, memory_size: int) -> bool:
    """Say whether a size in bytes is over MemorySize (MB), with an allowance for this machine."""
    return size > memory_size * _MB * ALLOWANCE


def _resident_pages(pid: int) -> int:
    fields = read(f"/proc/{pid}/statm").split()
    return int(fields[1]) if fields else 0
