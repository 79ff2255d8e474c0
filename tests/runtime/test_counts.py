"""What one request costs, in counts: they are the same on a slow machine and on a fast one."""

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from runtime.conftest import Run
from visitplannr.gateway.app import Gateway
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import Application, RestApi
from visitplannr.up.local_api import beside
from visitplannr.up.local_app import local_app

SERVICE = str(Path(__file__).parents[2] / "service")
FUNCTIONS = Path(SERVICE) / "functions"
INVOCATIONS = 50
INTEGRATION = {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}
EVENT = {
    "httpMethod": "POST",
    "headers": {},
    "requestContext": {"requestId": "id"},
    "body": '{"name": "Baltic Centre"}',
    "isBase64Encoded": False,
}


class CountingTable(ThreadingHTTPServer):
    """Takes every PutItem, and counts connections and requests."""

    daemon_threads = True

    def __init__(self) -> None:
        self.connections = 0
        self.operations: list[str] = []
        super().__init__(("127.0.0.1", 0), _Taken)


class _Taken(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CountingTable

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.operations.append(self.headers["X-Amz-Target"])
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def table() -> Iterator[CountingTable]:
    with CountingTable() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_a_proposal_is_one_round_trip_on_a_kept_connection(
    run: Run, table: CountingTable
) -> None:
    variables = {
        "EVENTS_TABLE": "events",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{table.server_address[1]}",
    }
    handler = "command_channel.propose_destination.handler"
    async with run(handler, code=FUNCTIONS, environment=variables, timeout=30) as running:
        for _ in range(INVOCATIONS):
            payload, _ = await running.invoke(json.dumps(EVENT).encode())
            assert json.loads(payload)["statusCode"] == 200
    assert table.operations == ["DynamoDB_20120810.PutItem"] * INVOCATIONS
    assert table.connections == 1


async def test_python_calls_of_a_request_in_gateway_and_host(run: Run) -> None:
    """Of our own functions, between a request's ASGI messages and on the Runtime API.

    A step that is made twice, or a new layer, goes over the band.
    """
    async with run("app.proxy") as running:
        api = RestApi(
            "Api",
            "abcdefghij",
            "123456789012",
            "Prod",
            {"paths": {"/proxy": {"post": INTEGRATION}}},
            {("/proxy", "POST"): "Function"},
        )
        application = Application("s", "us-east-1", "123456789012", (), (api,), (), {})
        told: list[Any] = []
        gateway = Gateway(application, running.host.invoke, told.append, GatewaySettings())
        app = beside(local_app(application, running.host, {}, gateway.history), gateway, 1)
        for _ in range(INVOCATIONS):
            assert await post(app) == 200
        counts = []
        for _ in range(INVOCATIONS):
            counted = Calls()
            with counted:
                assert await post(app) == 200
            counts.append(counted.count)
    assert not any(exchange.explanation for exchange in told)
    assert 190 <= sorted(counts)[INVOCATIONS // 2] <= 230


class Calls:
    """Counts calls of Python functions below `service` in this thread."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> None:
        sys.setprofile(self._note)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        self.count += event == "call" and frame.f_code.co_filename.startswith(SERVICE)


async def post(app: Any) -> int:
    """Send one request as a server would; give the status."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/proxy",
        "raw_path": b"/proxy",
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
        "http_version": "1.1",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await asyncio.wait_for(app(scope, receive, send), 20)
    return int(sent[0]["status"])
