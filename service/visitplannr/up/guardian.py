"""Ends the processes of a host that is gone, even by `kill -9`. Runs as a script of its own.

Its standard input is a pipe from the host with one line per process:

    watch PID SIGNAL [MARKER]    a process group, the signal that ends it, and a variable
                                 (NAME=VALUE) that all its descendants carry
    forget PID                   it has ended; descendants that left its group are killed

At the end of the input the host is gone. What is still watched then gets its signal, and SIGKILL
when it has done next to nothing for ten seconds: who writes its state is left alone. Nothing is
imported but the standard library, so that it starts in 20 ms.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

GRACE_SECONDS = 10.0
_LEAST_BUSY = 0.05
_AT_ONCE = 1 << 20
_TICKS = os.sysconf("SC_CLK_TCK")


Watched = dict[int, tuple[int, str]]


def follow(descriptor: int) -> Watched:
    """Read lines until the host is gone; return what is left: pid → (signal, marker)."""
    watched: Watched = {}
    rest = ""
    while data := os.read(descriptor, _AT_ONCE):
        *lines, rest = (rest + data.decode()).split("\n")
        if ended := {marker for line in lines if (marker := _heard(line, watched))}:
            _kill_marked(ended)
    return watched


def _heard(line: str, watched: Watched) -> str:
    """Note what a line says; give the marker of a process that has ended."""
    verb, pid, *rest = line.split(maxsplit=3)
    if verb == "watch":
        watched[int(pid)] = int(rest[0]), rest[1].strip() if len(rest) > 1 else ""
        return ""
    return watched.pop(int(pid), (0, ""))[1]


def end(watched: Watched, grace: float = GRACE_SECONDS) -> None:
    """Signal every group, kill marked descendants that left it, and wait for the others.

    What somebody has stopped goes on, as it could not end otherwise.
    Whoever uses less than a twentieth of a processor for `grace` seconds is not waited for.
    """
    for pid, (number, _) in watched.items():
        _signal_group(pid, number)
        _signal_group(pid, signal.SIGCONT)
    _kill_marked({marker for _, marker in watched.values() if marker})
    deadline, used = time.monotonic() + grace, _used(watched)
    while any(map(is_running, watched)) and time.monotonic() < deadline:
        time.sleep(0.05)
        if (now := _used(watched)) - used > _LEAST_BUSY * grace:
            deadline, used = time.monotonic() + grace, now
    for pid in watched:
        _signal_group(pid, signal.SIGKILL)


def _used(pids: Iterable[int]) -> float:
    """Add up the processor time that processes have used, in seconds; 0 where there is no /proc."""
    return sum(map(_ticks, pids)) / _TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _kill_marked(markers: set[str]) -> None:
    wanted = {marker.encode() for marker in markers}
    for pid, environment in environments():
        if not wanted.isdisjoint(environment):
            kill(pid)


def kill(pid: int) -> None:
    """End a process at once, if it is there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def environments() -> Iterator[tuple[int, set[bytes]]]:
    """Give the variables (NAME=VALUE) of each process, where there is /proc."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            yield int(entry.name), set((entry / "environ").read_bytes().split(b"\0"))
        except OSError:
            continue


def is_running(pid: int) -> bool:
    """Say whether a process exists and is more than a zombie that nobody has reaped yet."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:
        return True


if __name__ == "__main__":
    for interrupt in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(interrupt, signal.SIG_IGN)
    end(follow(sys.stdin.fileno()))
