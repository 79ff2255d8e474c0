"""A WebSocket API in a running stack: connect, be answered, be sent to, be refused, leave."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest
from triggers.conftest import Application
from triggers.websocket import Client

Connect = Callable[..., Client]


@pytest.fixture
def connect(application: Application) -> Iterator[Connect]:
    """Connect to the API at what the stack says is its address."""
    clients: list[Client] = []

    def connected(path: str = "?who=Ann") -> Client:
        url = application.stack.http.get("/_local/urls").json()["apis"]["Chat"]
        clients.append(Client(url.replace("localhost", "127.0.0.1") + path))
        return clients[-1]

    yield connected
    for client in clients:
        with client:
            pass


def test_the_stack_names_its_address(application: Application) -> None:
    url = application.stack.http.get("/_local/urls").json()["apis"]["Chat"]
    assert url.startswith("ws://localhost:")
    assert url.endswith("/_ws/Chat")
    assert application.stack.http.get("/_local/outputs").json()["Chat"] == url
    application.stack.wait_for(rf"^  Chat  {url}$")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("?who=Ann", 101),
        ("/live?who=Ann", 101),
        ("/other?who=Ann", 403),
        ("?who=Nobody", 403),
        ("?other=x", 401),
    ],
)
def test_who_may_connect(connect: Connect, path: str, status: int) -> None:
    assert connect(path).status == status


def test_awss_own_host_and_path(application: Application) -> None:
    host = f"{application.id_of('Chat')}.execute-api.localhost"
    url = application.stack.url.replace("http", "ws")
    with Client(f"{url}/live?who=Ann", host=host) as client:
        assert client.status == 101


def events_of(application: Application, connection: str) -> list[Any]:
    """Give the events of a connection, oldest first."""
    http = application.stack.http
    rows = http.get("/_local/invocations").json()
    numbers = sorted(row["number"] for row in rows if row["function"] == "OnMessage")
    records = [http.get(f"/_local/invocations/{number}").json() for number in numbers]
    assert {record["trigger"] for record in records} == {"websocket"}
    events = [_parsed(record["event"]) for record in records]
    return [one for one in events if one["requestContext"]["connectionId"] == connection]


def _parsed(event: Any) -> Any:
    return json.loads(event) if isinstance(event, str) else event


def test_a_message_is_answered_by_what_was_saved_last(
    application: Application, connect: Connect
) -> None:
    """A connection goes on with the code that there is."""
    client = connect()
    for _ in range(2):
        version = application.save("on_message")
        client.send(json.dumps({"action": "echo"}))
        assert json.loads(client.receive())["version"] == version


def test_the_events_of_a_connection(application: Application, connect: Connect) -> None:
    client = connect()
    client.send(json.dumps({"action": "echo"}))
    connection = json.loads(client.receive())["connection"]
    client.leave(1001, "bye")
    deadline = time.monotonic() + 20
    while len(events := events_of(application, connection)) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    connected, message, disconnected = events
    contexts = [event["requestContext"] for event in events]
    assert [one["routeKey"] for one in contexts] == ["$connect", "echo", "$disconnect"]
    assert [one["eventType"] for one in contexts] == ["CONNECT", "MESSAGE", "DISCONNECT"]
    assert {one["authorizer"]["principalId"] for one in contexts} == {"Ann"}
    assert contexts[0]["authorizer"]["level"] == "3"
    assert connected["queryStringParameters"] == {"who": "Ann"}
    assert "Sec-WebSocket-Key" in connected["headers"]
    assert json.loads(message["body"]) == {"action": "echo"}
    assert contexts[2]["disconnectStatusCode"] == 1001
    assert contexts[2]["disconnectReason"] == "bye"
    assert disconnected["headers"]["Host"] == connected["headers"]["Host"]


@pytest.mark.parametrize("at", ["domain", "variable"])
def test_a_function_sends_to_the_address_that_its_event_or_variable_names(
    connect: Connect, at: str
) -> None:
    """By TLS that it trusts, or without."""
    client = connect()
    client.send(json.dumps({"action": "anything", "at": at}))
    assert json.loads(client.receive())["at"] == at


def test_what_fails_is_told(application: Application, connect: Connect) -> None:
    client = connect()
    client.send("no JSON")
    told = json.loads(client.receive())
    assert told["message"] == "Internal server error"
    assert set(told) == {"message", "connectionId", "requestId"}
    application.stack.wait_for(r"^gateway  MESSAGE /_ws/Chat → 500: \$default: .*\[W14\]$")


def test_the_backend_asks_and_ends(application: Application, connect: Connect) -> None:
    client = connect()
    client.send("no JSON")
    connection = json.loads(client.receive())["connectionId"]
    make: Any = boto3.client
    api = make(
        "apigatewaymanagementapi",
        endpoint_url=f"{application.stack.url}/live",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    found = api.get_connection(ConnectionId=connection)
    assert found["Identity"]["SourceIp"] == "127.0.0.1"
    assert found["ConnectedAt"] <= found["LastActiveAt"]
    api.delete_connection(ConnectionId=connection)
    assert client.receive() == ""
    assert client.close
    assert (client.close.code, client.close.reason) == (1000, "Connection Closed Normally")
    with pytest.raises(api.exceptions.GoneException):
        api.post_to_connection(ConnectionId=connection, Data=b"late")
    unsigned = httpx.post(f"{application.stack.url}/live/@connections/{connection}", content="x")
    assert unsigned.status_code == 403


@pytest.mark.parametrize(
    ("message", "in_frames_of", "code"),
    [
        (b"binary", 32_768, 1003),
        ("x" * 40_000, 40_000, 1009),
        ("x" * 140_000, 30_000, 1009),
    ],
)
def test_limits(connect: Connect, message: str | bytes, in_frames_of: int, code: int) -> None:
    client = connect()
    client.send(message, in_frames_of=in_frames_of)
    assert client.receive() == ""
    assert client.close
    assert client.close.code == code


def test_a_large_message_in_frames(connect: Connect) -> None:
    client = connect()
    client.send(json.dumps({"action": "echo", "padding": "x" * 120_000}))
    assert "version" in json.loads(client.receive())
