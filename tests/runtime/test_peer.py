"""Who is at the other end of a connection: real processes, real sockets."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from runtime.conftest import Run
from visitplannr.runtime.peer import belongs_to

MARKER = f"PEER_OF={os.getpid()}"
CONNECT = (
    "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); "
    "sys.stdin.read()"
)
FORKED = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CONNECT!r}, sys.argv[1]])"
# Leaves the process tree: its parent has ended before it connects.
DAEMON = (
    "import os, time\nparent = os.getpid()\nif os.fork(): os._exit(0)\nos.setsid()\n"
    f"while os.getppid() == parent: time.sleep(0.01)\n{CONNECT}"
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def started(code: str, listener: socket.socket, **variables: str) -> subprocess.Popen[bytes]:
    port = str(listener.getsockname()[1])
    return subprocess.Popen(
        [sys.executable, "-c", code, port],
        env={**os.environ, **variables},
        stdin=subprocess.PIPE,
    )


def ended(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()
    process.wait()


def peers(listener: socket.socket) -> tuple[tuple[str, int], tuple[str, int], socket.socket]:
    connection, client = listener.accept()
    return client, listener.getsockname(), connection


@pytest.mark.parametrize("code", [CONNECT, FORKED], ids=["itself", "a child"])
def test_a_process_and_its_descendants_belong_to_it(code: str, listener: socket.socket) -> None:
    process = started(code, listener)
    client, server, connection = peers(listener)
    with connection:
        assert belongs_to(process.pid, "NO=MARKER", client, server)
        assert not belongs_to(1_000_000_000, "NO=MARKER", client, server)
    ended(process)


def test_a_daemon_is_known_by_its_variable(listener: socket.socket) -> None:
    name, _, value = MARKER.partition("=")
    process = started(DAEMON, listener, **{name: value})
    client, server, connection = peers(listener)
    process.wait()
    with connection:
        assert belongs_to(process.pid, MARKER, client, server)
        assert not belongs_to(process.pid, "PEER_OF=another", client, server)
    ended(process)


def test_this_process_is_a_stranger_to_another(listener: socket.socket) -> None:
    other = started("import sys; sys.stdin.read()", listener)
    with socket.create_connection(listener.getsockname()):
        client, server, connection = peers(listener)
        with connection:
            assert not belongs_to(other.pid, "NO=MARKER", client, server)
            assert belongs_to(os.getpid(), "NO=MARKER", client, server)
    ended(other)


def test_a_connection_that_is_no_more_belongs_to_nobody() -> None:
    assert not belongs_to(os.getpid(), "NO=MARKER", ("127.0.0.1", 1), ("127.0.0.1", 2))


async def test_no_other_process_takes_a_functions_event(run: Run) -> None:
    async with run("app.surroundings") as running:
        found, _ = await running.invoke(b"[]")
        host, _, port = json.loads(found)["variables"]["AWS_LAMBDA_RUNTIME_API"].partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n")
        invoked = asyncio.create_task(running.invoke(b"[]"))
        assert (await reader.read()).startswith(b"HTTP/1.1 403")
        writer.close()
        assert (await invoked)[1] is None
        (report,) = running.reports
        assert "another process asked for its events" in report
