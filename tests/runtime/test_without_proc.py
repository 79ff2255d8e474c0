"""What stands for /proc on other systems gives what /proc gives here."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from visitplannr.runtime import memory, process, without_proc

PARENT = (
    "import subprocess, sys; child = subprocess.Popen(['sleep', '600']);"
    "print(child.pid, flush=True); sys.stdin.read(); child.kill()"
)
GONE = 2**22 + 1  # above what a process id can be


@pytest.fixture
def family() -> Iterator[tuple[int, int]]:
    """Give a process and its child."""
    command = [sys.executable, "-S", "-c", PARENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        yield parent.pid, int(parent.stdout.readline())
        assert parent.stdin
        parent.stdin.close()


def test_a_process_and_its_descendants_are_found(family: tuple[int, int]) -> None:
    parent, child = family
    assert list(without_proc.tree(parent)) == [parent, child] == list(process.tree(parent))
    assert list(without_proc.tree(GONE)) == [GONE]


def test_memory_is_what_is_resident(family: tuple[int, int]) -> None:
    parent, _ = family
    assert without_proc.resident(parent) == pytest.approx(memory.resident(parent), rel=0.1)
    assert without_proc.resident(GONE) == 0


def test_a_connection_belongs_to_who_opened_it(family: tuple[int, int]) -> None:
    parent, _ = family
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        ends = client.getsockname(), client.getpeername()
        assert without_proc.has_connection(os.getpid(), *ends)
        assert not without_proc.has_connection(parent, *ends)
        assert not without_proc.has_connection(os.getpid(), ends[0], ("127.0.0.1", 1))
        assert not without_proc.has_connection(GONE, *ends)
