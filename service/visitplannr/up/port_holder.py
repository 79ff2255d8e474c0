"""Which process listens at a port of this machine, where the system has /proc."""

from collections.abc import Iterator
from pathlib import Path

_TABLES = ("net/tcp", "net/tcp6")
_LISTENING = "0A"
_STATE, _LOCAL, _INODE = 3, 1, 9


def holder_of(port: int, proc: Path = Path("/proc")) -> str | None:
    """Name it with its id, as in `process 12 (node)`; None where that is not to be found out.

    A user sees the descriptors of their own processes only (proc_pid_fd(5)).
    """
    links = {f"socket:[{inode}]" for inode in _inodes(port, proc)}
    for process in proc.iterdir() if links else ():
        if process.name.isdigit() and not links.isdisjoint(_open_in(process)):
            return f"process {process.name} ({_read(process / 'comm').strip()})"
    return None


def _inodes(port: int, proc: Path) -> Iterator[str]:
    ending = f":{port:04X}"
    for table in _TABLES:
        for line in _read(proc / table).splitlines()[1:]:
            fields = line.split()
            if fields[_LOCAL].endswith(ending) and fields[_STATE] == _LISTENING:
                yield fields[_INODE]


def _open_in(process: Path) -> Iterator[str]:
    try:
        for descriptor in (process / "fd").iterdir():
            yield str(descriptor.readlink())
    except OSError:
        return


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
