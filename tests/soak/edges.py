"""Clients that behave badly, at a real server: its memory has to stay as it is.

Usage: python -m soak.edges [ROUNDS]
"""

import contextlib
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from integration.running import Stack, up

HERE = Path(__file__).parent
MAY_GROW_BY = 10_000_000
CONNECTIONS = 50
Address = tuple[str, int]
HOST = b"Host: 127.0.0.1\r\n"
GET = b"GET /ok HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = b"POST /ok HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"


def main(rounds: int) -> int:
    """Run it; 0 if all is well."""
    with tempfile.TemporaryDirectory() as state:
        template = str(HERE / "template.yaml")
        with up(Path(state), "--template", template, "--no-reload") as stack:
            faults = edges(stack.ready(), rounds)
    print("\n".join(faults) or "nothing has grown at the edges")
    return 1 if faults else 0


def edges(stack: Stack, rounds: int) -> list[str]:
    """Let each kind of client do its worst some times over; say what is wrong afterwards."""
    host, port = stack.url.removeprefix("http://").split(":")
    address = host, int(port)
    for behave in KINDS:  # what is kept for the console fills up
        behave(address)
    faults = []
    for behave in KINDS:
        grown = growth(stack, behave, address, rounds)
        print(f"{behave.__name__}: {', '.join(f'{more / 1e6:+.0f}' for more in grown)} MB")
        if grown[-1] > MAY_GROW_BY:
            faults.append(f"{behave.__name__}: memory grows each time")
        if (status := stack.http.get("/ok").status_code) != 200:
            faults.append(f"{behave.__name__}: the next request got {status}")
    return faults


def growth(
    stack: Stack, behave: Callable[[Address], None], address: Address, rounds: int
) -> list[int]:
    """Let a kind of client do its worst until memory stays as it is, in bytes of each round.

    A leak grows each time; what the allocator keeps for the next time does not.
    """
    grown: list[int] = []
    while len(grown) < rounds and (not grown or grown[-1] > MAY_GROW_BY):
        before = resident(stack)
        behave(address)
        grown.append(resident(stack) - before)
    return grown


def resident(stack: Stack) -> int:
    status = Path(f"/proc/{stack.process.pid}/statm").read_text(encoding="ascii")
    return int(status.split()[1]) * 4_096


@contextlib.contextmanager
def connected(address: Address, count: int = CONNECTIONS) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as held:
        yield [
            held.enter_context(socket.create_connection(address, timeout=30)) for _ in range(count)
        ]


def send(connection: socket.socket, *parts: bytes) -> None:
    """Send as far as the server listens."""
    with contextlib.suppress(OSError):
        for part in parts:
            connection.sendall(part)


def heads_without_end(address: Address) -> None:
    with connected(address) as connections:
        for connection in connections:
            send(connection, GET[:-2], b"X-A: ", b"x" * 2_000_000)


def headers_without_end(address: Address) -> None:
    with connected(address) as connections:
        for connection in connections:
            send(connection, GET[:-2], b"X: y\r\n" * 300_000)


def half_open(address: Address) -> None:
    with connected(address, 300) as connections:
        for connection in connections:
            send(connection, GET[:-2])


def trailers_without_end(address: Address) -> None:
    with connected(address) as connections:
        for connection in connections:
            send(connection, CHUNKED, b"0\r\nX: ", b"x" * 2_000_000)


def extensions_without_end(address: Address) -> None:
    with connected(address) as connections:
        for connection in connections:
            send(connection, CHUNKED, b"1;", b"x" * 2_000_000)


def bodies_without_end(address: Address) -> None:
    with connected(address, 5) as connections:
        for connection in connections:
            send(connection, CHUNKED)
        for _ in range(20):
            for connection in connections:
                send(connection, b"100000\r\n", b"x" * 0x100000, b"\r\n")


def requests_at_once(address: Address) -> None:
    """More than are answered before the client leaves."""
    with connected(address, 10) as connections:
        for connection in connections:
            connection.settimeout(0.2)
            send(connection, GET * 20_000)


def answers_that_nobody_reads(address: Address) -> None:
    with connected(address, 20) as connections:
        for connection in connections:
            send(connection, GET.replace(b"/ok", b"/large") * 5)
        for connection in connections:
            connection.recv(1)


def clients_that_leave(address: Address) -> None:
    for _ in range(10):
        with connected(address) as connections:
            for connection in connections:
                send(connection, GET)


KINDS: tuple[Callable[[Address], None], ...] = (
    heads_without_end,
    headers_without_end,
    half_open,
    trailers_without_end,
    extensions_without_end,
    bodies_without_end,
    requests_at_once,
    answers_that_nobody_reads,
    clients_that_leave,
)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
