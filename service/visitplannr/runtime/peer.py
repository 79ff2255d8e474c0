"""Which processes are at the other end of a loopback connection."""

import itertools
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from visitplannr.model.application import Function
from visitplannr.runtime.process import HAS_PROC, read, tree

Address = tuple[str, int]
BelongsTo = Callable[[int, str, Address, Address], bool]


def belongs_to(process: int, marker: str, client: Address, server: Address) -> bool:
    """Say whether the client of an IPv4 connection is a process, a descendant, or marked.

    `marker` is a variable (NAME=VALUE) that all descendants inherit, those that left the process
    tree, too; without /proc it is not looked for.
    """
    if not HAS_PROC:
        from visitplannr.runtime.without_proc import has_connection  # noqa: PLC0415 - there only

        return any(has_connection(pid, client, server) for pid in tree(process))
    inode = _inode(client, server)
    if inode is None:
        return False
    link = f"socket:[{inode}]"
    return any(_has_open(pid, link) for pid in itertools.chain(tree(process), _marked(marker)))


def _inode(client: Address, server: Address) -> str | None:
    """Find the client's socket (proc_pid_net(5), /proc/net/tcp)."""
    ends = f" {_hexadecimal(client)} {_hexadecimal(server)} "
    for line in read("/proc/net/tcp").splitlines():
        if ends in line:
            return line.split()[9]
    return None


def _hexadecimal(address: Address) -> str:
    host = int.from_bytes(socket.inet_aton(address[0]), "little")
    return f"{host:08X}:{address[1]:04X}"


def _has_open(pid: int, link: str) -> bool:
    return link in map(_target, _entries(Path("/proc", str(pid), "fd")))


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _marked(marker: str) -> Iterator[int]:
    """Yield all processes that carry a variable; only those of this user can be looked at."""
    for entry in _entries(Path("/proc")):
        if entry.name.isdigit() and marker in read(f"{entry}/environ").split("\0"):
            yield int(entry.name)


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in the processes of a function's environment, which its log stream names."""

    function: Function
    log_stream: str
    belongs_to: BelongsTo
    report: Callable[[str], None]

    def lets_in(self, pid: int, client: Address, server: Address) -> bool:
        """Say whether a process and its descendants hold a connection; tell of others."""
        marker = f"AWS_LAMBDA_LOG_STREAM_NAME={self.log_stream}"
        is_own = self.belongs_to(pid, marker, client, server)
        if not is_own:
            self.report(
                f"{self.function.logical_id}: another process asked for its events and got none"
            )
        return is_own
