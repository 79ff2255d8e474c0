"""A real events table in MiniStack, and a connection to it that loses answers."""

import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3
import pytest
from command_channel.propose_destination import CLIENT_CONFIG

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Connect = Callable[[str], "DynamoDBClient"]
"""Give a client for an endpoint URL, with the function's own timeouts and retries."""


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a MiniStack of this test run."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "SERVICES": "dynamodb",
    }
    folder = tmp_path_factory.mktemp("ministack")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            cwd=folder,
            env={**os.environ, **settings},
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_ministack/health", process, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    pytest.fail(f"MiniStack does not answer:\n{log.read_text()}")


@pytest.fixture(scope="session")
def connect() -> Iterator[Connect]:
    clients: list[DynamoDBClient] = []

    def client(url: str) -> "DynamoDBClient":
        clients.append(
            boto3.client(
                "dynamodb",
                endpoint_url=url,
                region_name="eu-central-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=CLIENT_CONFIG,
            )
        )
        return clients[-1]

    yield client
    for made in clients:
        made.close()


@pytest.fixture(scope="session")
def client(endpoint: str, connect: Connect) -> "DynamoDBClient":
    return connect(endpoint)


@pytest.fixture
def events_table(client: "DynamoDBClient") -> str:
    """Give the name of a new, empty events table with the template's key."""
    name = f"events-{uuid4()}"
    client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "StreamName", "AttributeType": "S"},
            {"AttributeName": "EventId", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "StreamName", "KeyType": "HASH"},
            {"AttributeName": "EventId", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


class Answers(BaseHTTPRequestHandler):
    """Serve POSTs; `answer` gives status and body, or None to close without an answer."""

    protocol_version = "HTTP/1.1"
    answer: Callable[[str, bytes, dict[str, str]], tuple[int, bytes] | None]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = type(self).answer(self.path, body, dict(self.headers))
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer[0])
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer[1])))
        self.end_headers()
        self.wfile.write(answer[1])

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(
    answer: Callable[[str, bytes, dict[str, str]], tuple[int, bytes] | None],
) -> Iterator[str]:
    """Serve answers on a free port, whose URL is given."""
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Handler", (Answers,), {"answer": staticmethod(answer)})
    )
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def losing_first_answer(endpoint: str, connect: Connect) -> Iterator["DynamoDBClient"]:
    """Give a client whose first request reaches the table, while its answer gets lost."""
    lost: list[bytes] = []

    def forward(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes] | None:
        upstream = http.client.HTTPConnection(endpoint.removeprefix("http://"))
        upstream.request("POST", path, body, headers)
        response = upstream.getresponse()
        answer = response.status, response.read()
        upstream.close()
        if lost:
            return answer
        lost.append(answer[1])
        return None

    with serving(forward) as url:
        yield connect(url)
    assert lost


@pytest.fixture
def throttled(connect: Connect) -> Iterator[tuple["DynamoDBClient", list[bytes]]]:
    """Give a client of a table that is always over its capacity, and the requests that came."""
    requests: list[bytes] = []
    kind = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"

    def refuse(_path: str, body: bytes, _headers: dict[str, str]) -> tuple[int, bytes]:
        requests.append(body)
        return 400, f'{{"__type": "{kind}", "message": "over capacity"}}'.encode()

    with serving(refuse) as url:
        yield connect(url), requests
