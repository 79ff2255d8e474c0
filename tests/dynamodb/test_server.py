"""The HTTP server that `python -m visitplannr.dynamodb` brings along."""

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from dynamodb.served import SIGNED, TABLE, Served, served
from visitplannr.dynamodb.desk import Desk
from visitplannr.dynamodb.engine import open_engine
from visitplannr.dynamodb.server import Connection
from visitplannr.dynamodb.wire import Wire

HEAD = (
    "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"
    f"Content-Type: application/x-amz-json-1.0\r\nAuthorization: {SIGNED}\r\nDate: today\r\n"
)
LIST = f"{HEAD}Content-Length: 2\r\n\r\n{{}}".encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served(":memory:") as server:
        client = server.client()
        assert client.call("CreateTable", TABLE)[0] == 200
        client.close()
        yield server


def exchanged(server: Served, *sent: bytes, until: bytes = b"") -> bytes:
    """Send, and give all that comes until the connection ends, or until some bytes are there."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        with contextlib.suppress(ConnectionError):  # it may refuse before it has heard all
            for part in sent:
                connection.sendall(part)
        received = b""
        while part := connection.recv(65536):
            received += part
            if until and received.endswith(until):
                break
        return received


def test_d20_a_connection_is_kept_or_closed_as_asked(server: Served) -> None:
    client = server.client()
    assert [client.call("ListTables", {})[0] for _ in range(3)] == [200, 200, 200]
    client.close()
    closing = LIST.replace(b"Date:", b"Connection: close\r\nDate:")
    answer = exchanged(server, closing)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nconnection: close\r\n" in answer


def test_requests_that_come_at_once_are_answered_in_their_order(server: Served) -> None:
    other = LIST.replace(b"ListTables", b"DescribeLimits")
    ending = LIST.replace(b"Date:", b"Connection: close\r\nDate:")
    answer = exchanged(server, LIST + other + ending)
    bodies = [part.split(b"HTTP/1.1")[0] for part in answer.split(b"\r\n\r\n")[1:]]
    assert [json.loads(body).keys() & {"TableNames"} for body in bodies] == [
        {"TableNames"},
        set(),
        {"TableNames"},
    ]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(
            LIST.replace(b"Date:", b"X: " + b"x" * 17_000 + b"\r\nDate:"), id="D15 headers"
        ),
        pytest.param(LIST.replace(b"POST /", b"POST /" + b"x" * 17_000), id="D15 line"),
        pytest.param(b"this is not HTTP\r\n\r\n", id="no HTTP"),
        pytest.param(b"POST / HTTP/1.1\r\nX: " + b"x" * 1_000_000, id="a head without end"),
        pytest.param(
            LIST.replace(b"Date:", b"Connection: Upgrade\r\nUpgrade: h2c\r\nDate:"), id="HTTP/2"
        ),
    ],
)
def test_d15_bad_requests(server: Served, request_: bytes) -> None:
    assert exchanged(server, request_).startswith(b"HTTP/1.1 400 Bad Request\r\n")


@pytest.mark.parametrize("sent", [b"", LIST[:40], LIST[:-1], LIST])
async def test_a_connection_on_which_nothing_gets_complete_is_closed(sent: bytes) -> None:
    engine = open_engine(":memory:", time.time)
    desk = Desk(Wire(engine.call, time.time, engine.place.region), engine.together)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: Connection(desk, 0.2), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
    writer.write(sent)
    answer = await asyncio.wait_for(reader.read(), 20)
    assert answer.count(b"HTTP/1.1 200 OK") == (1 if sent == LIST else 0)
    writer.close()
    listening.close()
    engine.close()


def test_d14_a_body_in_chunks_is_bounded_too(server: Served) -> None:
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    head = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode()
    answer = exchanged(server, head, *[chunk] * 17, b"0\r\n\r\n", until=b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"transfer-encoding: chunked" in answer


def test_a_client_that_waits_to_be_asked_for_the_body_is_asked(server: Served) -> None:
    head = f"{HEAD}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n".encode()
    answer = exchanged(server, head, b"{}", until=b'"]}')
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_many_writers_at_once(server: Served) -> None:
    def write(writer: int) -> list[int]:
        client = server.client()
        statuses = []
        for number in range(40):
            item = {"stream": {"S": "all"}, "number": {"N": str(writer * 1000 + number)}}
            body = {"TableName": "events", "Item": item}
            condition = {"ConditionExpression": "attribute_not_exists(#s)"}
            names = {"ExpressionAttributeNames": {"#s": "stream"}}
            statuses.append(client.call("PutItem", body | condition | names)[0])
            statuses.append(client.call("PutItem", body | condition | names)[0])
        client.close()
        return statuses

    with ThreadPoolExecutor(8) as pool:
        for statuses in pool.map(write, range(8)):
            assert statuses == [200, 400] * 40
    client = server.client()
    assert client.call("Scan", {"TableName": "events", "Select": "COUNT"})[1]["Count"] == 320
    client.close()
