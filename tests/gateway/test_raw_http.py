"""HTTP as bytes: what is refused, what is taken, and in which order it is answered (RFC 9112)."""

import json
import socket
import threading
from typing import Any

import pytest
from gateway.conftest import Gateway
from gateway.raw import exchanged, read_all

HOST, CLOSE = b"Host: shop.example.com\r\n", b"Connection: close\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
ABC = b"3\r\nabc\r\n0\r\n\r\n"
LAST = b"GET /users HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"
KEY = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


def get(*lines: bytes, target: bytes = b"/users", version: bytes = b"1.1") -> bytes:
    return b"GET " + target + b" HTTP/" + version + b"\r\n" + b"".join(lines) + b"\r\n"


def post(*lines: bytes, body: bytes = b"", version: bytes = b"1.1") -> bytes:
    return b"POST /users HTTP/" + version + b"\r\n" + HOST + b"".join(lines) + b"\r\n" + body


def length(value: bytes) -> bytes:
    return b"Content-Length: " + value + b"\r\n"


def chunks(body: bytes) -> bytes:
    return post(CHUNKED, body=body)


REFUSED: dict[str, bytes] = {
    "length and chunks": post(length(b"3"), CHUNKED, body=ABC),
    "chunks and length": post(CHUNKED, length(b"3"), body=ABC),
    "two lengths": post(length(b"3"), length(b"4"), body=b"abcd"),
    "the same length twice": post(length(b"3"), length(b"3"), body=b"abc"),
    "a list of lengths": post(length(b"3, 3"), body=b"abc"),
    "a signed length": post(length(b"+3"), body=b"abc"),
    "a negative length": post(length(b"-3"), body=b"abc"),
    "a hexadecimal length": post(length(b"0x3"), body=b"abc"),
    "an empty length": post(length(b""), body=b"abc"),
    "an endless length": post(length(b"9" * 30), body=b"abc"),
    "a folded header": get(HOST, b"X-A: b\r\n c\r\n"),
    "a folded header, by a tab": get(HOST, b"X-A: b\r\n\tc\r\n"),
    "a fold before the first header": get(b" X-A: b\r\n", HOST),
    "a space before the colon": get(HOST, b"X-A : b\r\n"),
    "a tab before the colon": get(HOST, b"X-A\t: b\r\n"),
    "a header without colon": get(HOST, b"X-A\r\n"),
    "a header without name": get(HOST, b": b\r\n"),
    "a name that is none": get(HOST, b"X(A): b\r\n"),
    "NUL in a name": get(HOST, b"X\0A: b\r\n"),
    "NUL in a value": get(HOST, b"X-A: b\0c\r\n"),
    "a bare CR in a value": get(HOST, b"X-A: b\rX-B: c\r\n"),
    "bare LFs": b"GET /users HTTP/1.1\n" + b"Host: shop.example.com\n\n",
    "a bare LF behind a header": get(b"Host: shop.example.com\nX-A: b\r\n"),
    "a bare LF at the end": get(HOST)[:-2] + b"\n",
    "a bare CR at the end": get(HOST)[:-2] + b"\r" + LAST,
    "a bare CR behind the request line": get(HOST).replace(b"1.1\r\n", b"1.1\r"),
    "a size that is none": chunks(b"xyz\r\nabc\r\n0\r\n\r\n"),
    "a size with 0x": chunks(b"0x3\r\nabc\r\n0\r\n\r\n"),
    "a signed size": chunks(b"+3\r\nabc\r\n0\r\n\r\n"),
    "a negative size": chunks(b"-3\r\nabc\r\n0\r\n\r\n"),
    "a space behind the size": chunks(b"3 \r\nabc\r\n0\r\n\r\n"),
    "a space before the size": chunks(b" 3\r\nabc\r\n0\r\n\r\n"),
    "a size beyond 64 bits": chunks(b"10000000000000003\r\nabc\r\n0\r\n\r\n"),
    "an empty size": chunks(b"\r\nabc\r\n0\r\n\r\n"),
    "a bare LF behind the size": chunks(b"3\nabc\r\n0\r\n\r\n"),
    "a bare LF in an extension": chunks(b"3;a\nabc\r\n0\r\n\r\n"),
    "a chunk that is longer than it says": chunks(b"3\r\nabcd\r\n0\r\n\r\n"),
    "a bare LF behind a chunk": chunks(b"3\r\nabc\n0\r\n\r\n"),
    "an endless extension": chunks(b"3;" + b"a" * 200_000 + b"\r\nabc\r\n0\r\n\r\n"),
    "endless trailers": chunks(b"3\r\nabc\r\n0\r\nX: " + b"a" * 200_000 + b"\r\n\r\n"),
    "a length behind the body": chunks(ABC[:-2] + b"Content-Length: 5\r\n\r\n"),
    "a host behind the body": chunks(ABC[:-2] + b"Host: other.example.com\r\n\r\n"),
    "a coding behind the body": chunks(ABC[:-2] + CHUNKED + b"\r\n"),
    "no coding": post(b"Transfer-Encoding: identity\r\n", body=b"abc"),
    "another coding": post(b"Transfer-Encoding: gzip\r\n", body=b"abc"),
    "two codings": post(b"Transfer-Encoding: gzip, chunked\r\n", body=ABC),
    "two codings, the wrong way": post(b"Transfer-Encoding: chunked, gzip\r\n", body=ABC),
    "chunks twice": post(CHUNKED, CHUNKED, body=ABC),
    "a coding and none": post(CHUNKED, b"Transfer-Encoding: identity\r\n", body=ABC),
    "a coding of another name": post(b"Transfer-Encoding: xchunked\r\n", body=ABC),
    "an empty coding": post(b"Transfer-Encoding: \r\n", body=ABC),
    "chunks in HTTP/1.0": post(CHUNKED, body=ABC, version=b"1.0"),
    "no host": get(),
    "two hosts": get(HOST, b"Host: other.example.com\r\n"),
    "the same host twice": get(HOST, HOST),
    "two hosts in HTTP/1.0": get(HOST, HOST, version=b"1.0"),
    "a host with a user": get(b"Host: evil.example@localhost\r\n"),
    "an empty host": get(b"Host: \r\n"),
    "a list of hosts": get(b"Host: a.example, b.example\r\n"),
    "a host with a path": get(b"Host: a.example/b\r\n"),
    "a host with a query": get(b"Host: a.example?b\r\n"),
    "a host with a space": get(b"Host: a b\r\n"),
    "a port that is none": get(b"Host: a.example:http\r\n"),
    "a URL and no host": get(target=b"http://shop.example.com/users"),
    "a URL with a user": get(HOST, target=b"http://u:p@shop.example.com/users"),
    "a URL without host": get(HOST, target=b"http:///users"),
    "a URL of another scheme": get(HOST, target=b"ftp://shop.example.com/users"),
    "GET *": get(HOST, target=b"*"),
    "no slash": get(HOST, target=b"users"),
    "CONNECT": b"CONNECT shop.example.com:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "CONNECT to a path": b"CONNECT /users HTTP/1.1\r\n" + HOST + b"\r\n",
    "a space in the target": get(HOST, target=b"/us ers"),
    "a control character in the target": get(HOST, target=b"/us\x01ers"),
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "an endless method": b"G" * 1_000_000,
}  # fmt: skip
OTHERWISE_REFUSED: dict[str, tuple[bytes, int]] = {
    "HTTP/2.0": (get(HOST, version=b"2.0"), 505),
    "HTTP/0.9": (b"GET /users\r\n\r\n", 505),
    "another expectation": (post(b"Expect: tea\r\n", length(b"3"), body=b"abc"), 417),
    "two expectations": (post(b"Expect: 100-continue\r\nExpect: tea\r\n", length(b"3")), 417),
    "an endless target": (get(HOST, target=b"/" + b"a" * 1_000_000), 431),
    "an endless header": (get(HOST, b"X-A: " + b"a" * 1_000_000 + b"\r\n"), 431),
    "endless headers": (get(HOST, b"X: a\r\n" * 100_000), 431),
    "a head without end": (get(HOST, b"X: a\r\n" * 100_000)[:-2], 431),
    "a header without end": (get(HOST, b"X: " + b"a" * 1_000_000)[:-2], 431),
    "empty lines without end": (b"\r\n" * 100_000, 431),
}


@pytest.mark.parametrize("sent", [pytest.param(sent, id=name) for name, sent in REFUSED.items()])
def test_what_is_malformed_or_ambiguous_is_400_and_the_end(gateway: Gateway, sent: bytes) -> None:
    assert exchanged(gateway.port, sent + LAST).statuses == [400]
    assert exchanged(gateway.port, LAST).statuses == [200]


@pytest.mark.parametrize(
    ("sent", "status"),
    [pytest.param(*row, id=name) for name, row in OTHERWISE_REFUSED.items()],
)
def test_what_else_is_refused_is_the_end_too(gateway: Gateway, sent: bytes, status: int) -> None:
    assert exchanged(gateway.port, sent).statuses == [status]


def test_a_refusal_says_why(gateway: Gateway) -> None:
    received = exchanged(gateway.port, get())
    assert b"\r\nconnection: close\r\n" in received.data
    why = {"message": "Bad Request: a request has one Host header, this one has 0"}
    assert json.loads(received.bodies[0]) == why
    assert exchanged(gateway.port, b"HEAD / HTTP/1.1\r\n\r\n").data.endswith(b"\r\n\r\n")


UPGRADE = b"Connection: Upgrade\r\nUpgrade: "
SEEN: dict[str, tuple[bytes, dict[str, Any]]] = {
    "a body in chunks": (chunks(ABC), {"body": "abc"}),
    "an extension": (chunks(b"3;a=b\r\nabc\r\n0\r\n\r\n"), {"body": "abc"}),
    "a GET with a body": (get(HOST, length(b"3")) + b"abc", {"body": "abc"}),
    "an empty line before it": (b"\r\n" + get(HOST), {"httpMethod": "GET"}),
    "Upgrade: websocket": (
        post(UPGRADE + b"websocket\r\n", length(b"3"), body=b"abc"), {"body": "abc"}),
    "a handshake by POST": (
        post(UPGRADE + b"websocket\r\n", KEY, length(b"3"), body=b"abc"), {"body": "abc"}),
    "a handshake with a body": (
        get(HOST, UPGRADE + b"websocket\r\n", KEY, length(b"3")) + b"abc", {"body": "abc"}),
    "Upgrade: h2c": (post(UPGRADE + b"h2c\r\n", length(b"3"), body=b"abc"), {"body": "abc"}),
    "Upgrade: h2c, in chunks": (post(UPGRADE + b"h2c\r\n", CHUNKED, body=ABC), {"body": "abc"}),
    "Upgrade: h2c, no body": (post(UPGRADE + b"h2c\r\n", length(b"0")), {"body": None}),
    "a URL": (
        get(b"Host: other\r\n", target=b"http://shop.example.com/users?a=b"),
        {"path": "/users", "queryStringParameters": {"a": "b"}}),
    "a URL of https": (
        get(b"Host: other\r\n", target=b"https://shop.example.com/users"), {"path": "/users"}),
    "a URL without path": (get(HOST, target=b"http://shop.example.com"), {"path": "/"}),
    "a URL without path, with a query": (
        get(HOST, target=b"http://shop.example.com?a=b"),
        {"path": "/", "queryStringParameters": {"a": "b"}}),
}  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "parts"), [pytest.param(*row, id=name) for name, row in SEEN.items()]
)
def test_the_function_sees_it_and_the_next_request_too(
    gateway: Gateway, sent: bytes, parts: dict[str, Any]
) -> None:
    received = exchanged(gateway.port, sent + LAST)
    assert received.statuses == [200, 200]
    event, following = received.events
    assert {key: event[key] for key in parts} == parts
    assert {event["headers"]["Host"], event["requestContext"]["domainName"]} == {"shop.example.com"}
    assert (following["httpMethod"], following["body"]) == ("GET", None)


def test_what_follows_a_body_is_no_header(gateway: Gateway) -> None:
    received = exchanged(gateway.port, chunks(ABC[:-2] + b"X-Api-Key: k\r\n\r\n") + LAST)
    assert received.statuses == [200, 200]
    assert not [event for event in received.events if "X-Api-Key" in event["headers"]]


def test_http_1_0(gateway: Gateway) -> None:
    """It needs no host, hears of no 100, and has one request a connection."""
    without = exchanged(gateway.port, get(version=b"1.0") + LAST)
    assert without.statuses == [200]
    by_url = exchanged(gateway.port, get(target=b"http://a.example/users", version=b"1.0"))
    assert by_url.events[0]["headers"]["Host"] == "a.example"
    waiting = post(b"Expect: 100-continue\r\n", length(b"3"), body=b"abc", version=b"1.0")
    assert exchanged(gateway.port, waiting).statuses == [200]


def test_a_client_that_waits_to_be_asked_for_the_body_is_asked(gateway: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        connection.sendall(post(b"Expect: 100-continue\r\n", CLOSE, length(b"3")))
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert b'"body":"abc"' in read_all(connection)


def test_a_client_that_would_send_too_much_is_told_before_it_does(gateway: Gateway) -> None:
    sent = post(b"Expect: 100-continue\r\n", length(b"10485761"))
    received = exchanged(gateway.port, sent)
    assert received.statuses == [413]
    assert b"\r\nconnection: close\r\n" in received.data
    assert received.bodies == [b"HTTP content length exceeded 10485760 bytes."]


def test_a_body_in_chunks_may_have_10_mb(gateway: Gateway) -> None:
    megabyte = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    gateway.result = b'{"statusCode": 200}'
    for size, status in [(6, 200), (11, 413)]:
        sent = post(CHUNKED, CLOSE, body=megabyte * size + b"0\r\n\r\n")
        assert exchanged(gateway.port, sent).statuses == [status]


def test_requests_that_come_at_once_are_answered_in_their_order(gateway: Gateway) -> None:
    paths = [f"/files/{number}" for number in range(600)]
    sent = b"".join(get(HOST, target=path.encode()) for path in paths)
    received = exchanged(gateway.port, sent + LAST)
    assert [event["path"] for event in received.events] == [*paths, "/users"]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(b"no HTTP\r\n\r\n", id="head"),
        pytest.param(get(), id="host"),
        pytest.param(chunks(b"xyz\r\n"), id="body"),
    ],
)
def test_what_came_before_a_broken_request_is_answered_before_it(
    gateway: Gateway, broken: bytes
) -> None:
    gateway.delay = 0.05
    received = exchanged(gateway.port, get(HOST) * 3 + broken + LAST)
    assert received.statuses == [200, 200, 200, 400]


def test_a_client_that_sends_no_more_still_gets_its_answer(gateway: Gateway) -> None:
    gateway.delay = 0.05
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        connection.sendall(get(HOST))
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection).startswith(b"HTTP/1.1 200 ")


def test_a_client_that_leaves_in_the_midst_of_it_harms_nobody(gateway: Gateway) -> None:
    gateway.delay = 0.05
    for sent in (get(HOST), post(length(b"100"), body=b"abc"), chunks(b"3\r\nabc\r\n")):
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
            connection.sendall(sent)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert exchanged(gateway.port, LAST).statuses == [200]


@pytest.mark.parametrize("status", [204, 304])
def test_answers_without_body_end_with_their_head(gateway: Gateway, status: int) -> None:
    gateway.result = json.dumps({"statusCode": status, "body": "x"}).encode()
    received = exchanged(gateway.port, get(HOST) + LAST)
    assert received.statuses == [status, status]
    assert received.bodies == [b"", b""]


def test_many_connections_at_once(gateway: Gateway) -> None:
    """Half of them never send a whole request."""
    address = ("127.0.0.1", gateway.port)
    idle = [socket.create_connection(address, timeout=30) for _ in range(150)]
    for connection in idle:
        connection.sendall(get(HOST)[:-2])
    statuses: list[int] = []

    def ask() -> None:
        statuses.extend(exchanged(gateway.port, LAST).statuses)

    threads = [threading.Thread(target=ask) for _ in range(150)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for connection in idle:
        connection.close()
    assert statuses == [200] * 150
