"""Memory of environments: what their processes have resident, watched while they are busy.

RLIMIT_AS would be wrong and cgroups need root, so the host looks every 20 ms (lambda-runtime.md
L53, L54).
"""

import asyncio
import os
import re
from collections.abc import Callable
from typing import Protocol

from visitplannr.runtime.process import HAS_PROC, read, tree

INTERVAL_SECONDS = 0.02
ALLOWANCE = 1.1
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1024 * 1024
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


class Watched(Protocol):
    """What a busy environment offers."""

    def check_memory(self) -> None:
        """Compare what is used with what is allowed, and act on it."""


class MemoryWatch:
    """Checks the busy environments; costs nothing while there are none.

    A check that fails is told to the loop's exception handler, and keeps no other from its turn.
    """

    def __init__(self, interval: float = INTERVAL_SECONDS) -> None:
        self._interval = interval
        self._busy: set[Watched] = set()
        self._ticking = False

    def add(self, environment: Watched) -> None:
        self._busy.add(environment)
        if not self._ticking:
            self._ticking = True
            asyncio.get_running_loop().call_later(self._interval, self._tick)

    def discard(self, environment: Watched) -> None:
        self._busy.discard(environment)

    def _tick(self) -> None:
        for environment in tuple(self._busy):
            try:
                environment.check_memory()
            except Exception as error:  # noqa: BLE001 - whatever it is, the others count on us
                self._busy.discard(environment)
                context = {"message": "memory cannot be checked", "exception": error}
                asyncio.get_running_loop().call_exception_handler(context)
        self._ticking = bool(self._busy)
        if self._ticking:
            asyncio.get_running_loop().call_later(self._interval, self._tick)


class MemoryUse:
    """What one environment has used of its MemorySize, in MB; `exceeded` hears of too much.

    `pid` is that of its process, once there is one.
    """

    def __init__(self, memory_size: int, exceeded: Callable[[], None]) -> None:
        self.pid: int | None = None
        self._memory_size = memory_size
        self._exceeded = exceeded
        self._peak = 0

    def check_memory(self) -> None:
        """Look what the process and all it started use now; a little more is allowed."""
        if self.pid is None:
            return
        used = sum(map(resident, tree(self.pid)))
        self._peak = max(self._peak, used)
        if used > self._memory_size * _MB * ALLOWANCE:
            self._exceeded()

    def note_peak(self) -> None:
        """Look at the most memory that the process ever had resident (L54)."""
        if found := _PEAK.search(read(f"/proc/{self.pid}/status")):
            self._peak = max(self._peak, int(found[1]) * 1024)

    def reported(self) -> int:
        """Give Max Memory Used: whole MB, at most MemorySize, never falling (L41)."""
        return min(-(-self._peak // _MB), self._memory_size)


def resident(pid: int) -> int:
    """Give the bytes that a process has resident; 0 if it is gone."""
    if not HAS_PROC:
        from visitplannr.runtime import without_proc  # noqa: PLC0415 - there only

        return without_proc.resident(pid)
    fields = read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * _PAGE if fields else 0
