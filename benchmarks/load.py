"""The load: requests over a few kept connections, from a process of its own.

`python -m benchmarks.load` reads a `Load` as JSON on its input and prints `Measured` as JSON.
Requests are prepared bytes on plain sockets, so that it costs little; `cpu` says how much of one
core it took: well below 1.0, the server was what was waited for.
"""

import json
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 60.0


class UnexpectedAnswerError(Exception):
    """Raise when an answer is not 200: what would be measured is not what was meant."""


@dataclass(frozen=True)
class Load:
    """So many POSTs of a body to a URL, spread over the connections."""

    url: str
    body: str
    connections: int
    requests: int


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each request, seconds of the whole, and the share of a core that it took."""

    milliseconds: list[float]
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.milliseconds) / self.seconds


def run(load: Load) -> Measured:
    """Send the requests; `requests` is rounded up to a multiple of `connections`.

    Raises:
        UnexpectedAnswerError: an answer is not 200.
        OSError: the server cannot be reached, or hung up.
    """
    each = -(-load.requests // load.connections)
    found: list[float] = []
    errors: list[Exception] = []

    def work() -> None:
        try:
            found.extend(_send_all(load, each))
        except (OSError, UnexpectedAnswerError) as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(load.connections)]
    began, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if errors:
        raise errors[0]
    return Measured(found, seconds, (time.process_time() - cpu) / seconds)


def _send_all(load: Load, count: int) -> list[float]:
    parts = urlsplit(load.url)
    body = load.body.encode()
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    request = head.encode() + body
    milliseconds = []
    with connected(load.url) as connection:
        for _ in range(count):
            began = time.perf_counter()
            exchange(connection, request)
            milliseconds.append((time.perf_counter() - began) * 1000)
    return milliseconds


def connected(url: str) -> socket.socket:
    """Connect to where a URL is served."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=_TIMEOUT_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def exchange(connection: socket.socket, request: bytes) -> None:
    """Send a request and wait for its answer.

    Raises:
        UnexpectedAnswerError: it is not 200.
    """
    connection.sendall(request)
    answer = _receive(connection)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise UnexpectedAnswerError(answer[:500].decode("latin-1"))


def _receive(connection: socket.socket) -> bytes:
    """Read one answer, whose length is given or which comes in chunks."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        ),
        None,
    )
    while (len(body) < length) if length is not None else not body.endswith(b"0\r\n\r\n"):
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    if not (data := connection.recv(1 << 20)):
        raise ConnectionError("the server hung up")
    return data


if __name__ == "__main__":
    json.dump(asdict(run(Load(**json.load(sys.stdin)))), sys.stdout)
