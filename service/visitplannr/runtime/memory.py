"""Memory of environments: what their processes have resident, watched while they are busy.

RLIMIT_AS would be wrong and cgroups need root, so the host looks every 20 ms (lambda-runtime.md
L53, L54). Without /proc nothing is enforced.
"""

import asyncio
import os
import re
from pathlib import Path
from typing import Protocol

from visitplannr.runtime.process import read, tree

INTERVAL_SECONDS = 0.02
ALLOWANCE = 1.1
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1024 * 1024
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
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


class MemoryUse:
    """What one environment has used of its MemorySize, in MB."""

    def __init__(self, memory_size: int) -> None:
        self._memory_size = memory_size
        self._peak = 0

    def is_over(self, pid: int) -> bool:
        """Say whether a process and all it started use too much now; a little is allowed for."""
        used = sum(_resident_pages(one) for one in tree(pid)) * _PAGE
        self._peak = max(self._peak, used)
        return used > self._memory_size * _MB * ALLOWANCE

    def note_peak(self, pid: int) -> None:
        """Look at the most memory that the process ever had resident (L54)."""
        if found := _PEAK.search(read(f"/proc/{pid}/status")):
            self._peak = max(self._peak, int(found[1]) * 1024)

    def reported(self) -> int:
        """Give Max Memory Used: whole MB, at most MemorySize, never falling (L41)."""
        return min(-(-self._peak // _MB), self._memory_size)


def _resident_pages(pid: int) -> int:
    fields = read(f"/proc/{pid}/statm").split()
    return int(fields[1]) if fields else 0
