"""Processes of a system that has no /proc, as macOS: what psutil says of them, for this user's own.

psutil is installed where it is needed only; this module is imported there, and by its test.
"""

from collections.abc import Iterator

import psutil

Address = tuple[str, int]


def tree(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield pid
    try:
        yield from (child.pid for child in psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return


def resident(pid: int) -> int:
    """Give the bytes of memory that a process has resident; 0 if it is gone."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def has_connection(pid: int, client: Address, server: Address) -> bool:
    """Say whether a process has the client's end of an IPv4 connection open."""
    try:
        found = psutil.Process(pid).net_connections("tcp4")
    except psutil.Error:
        return False
    return any(one.raddr and (one.laddr, one.raddr) == (client, server) for one in found)
