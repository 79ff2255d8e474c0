"""The proxy event, rule by rule (api-gateway.md, part 1), over raw sockets."""

import base64
import re
from typing import Any

import pytest
from gateway.conftest import Gateway

KEYS = [
    "resource",
    "path",
    "httpMethod",
    "headers",
    "multiValueHeaders",
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "pathParameters",
    "stageVariables",
    "requestContext",
    "body",
    "isBase64Encoded",
]
CONTEXT_KEYS = {
    "accountId",
    "apiId",
    "deploymentId",
    "domainName",
    "domainPrefix",
    "extendedRequestId",
    "httpMethod",
    "identity",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "stage",
}
IDENTITY_NULLS = {
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
}


def at(event: dict[str, Any], place: str) -> Any:
    found: Any = event
    for part in place.split("/"):
        found = found[part]
    return found


def test_the_whole_event(gateway: Gateway) -> None:
    """E1, E2, E20 to E30 (E21, E22, E23, E24, E25, E26) and E42, by equality of the whole."""
    answer = gateway.get("/users/7?a=1&a=2", "User-Agent: test/1", "X-One: 1")
    event = answer.json()
    context = event.pop("requestContext")
    trace = event["headers"]["X-Amzn-Trace-Id"]
    host = f"shop.example.com:{gateway.port}"
    headers = {
        "Host": host,
        "User-Agent": "test/1",
        "X-One": "1",
        "X-Amzn-Trace-Id": trace,
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Port": str(gateway.port),
        "X-Forwarded-Proto": "http",
    }
    assert event == {
        "resource": "/users/{id}",
        "path": "/users/7",
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {"a": "2"},
        "multiValueQueryStringParameters": {"a": ["1", "2"]},
        "pathParameters": {"id": "7"},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    identity = context.pop("identity")
    assert identity.pop("sourceIp") == "127.0.0.1"
    assert identity.pop("userAgent") == "test/1"
    assert identity == dict.fromkeys(IDENTITY_NULLS)
    assert context.pop("requestId") == answer.header("x-amzn-RequestId")
    assert context.pop("extendedRequestId") == answer.header("x-amz-apigw-id")
    assert re.fullmatch(r"[0-9a-z]{6}", context.pop("resourceId"))
    assert re.fullmatch(r"[0-9a-z]{6}", context.pop("deploymentId"))
    assert isinstance(context.pop("requestTimeEpoch"), int)
    assert re.fullmatch(
        r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", context.pop("requestTime")
    )
    assert context == {
        "accountId": "123456789012",
        "apiId": "abcdefghij",
        "domainName": "shop.example.com",
        "domainPrefix": "shop",
        "httpMethod": "GET",
        "path": "/Prod/users/7",
        "protocol": "HTTP/1.1",
        "resourcePath": "/users/{id}",
        "stage": "Prod",
    }


def test_the_keys_are_exactly_those_of_a_rest_event(gateway: Gateway) -> None:
    event = gateway.get("/").json()
    assert list(event) == KEYS
    assert set(event["requestContext"]) == CONTEXT_KEYS
    assert set(event["requestContext"]["identity"]) == IDENTITY_NULLS | {"sourceIp", "userAgent"}


PATHS = [
    pytest.param("/", "path", "/", id="E3 root path"),
    pytest.param("/", "requestContext/path", "/Prod/", id="E3 root context path"),
    pytest.param("/users", "requestContext/path", "/Prod/users", id="E3 context path"),
    pytest.param("/users", "requestContext/resourcePath", "/users", id="E4 resourcePath"),
    pytest.param("/users", "pathParameters", None, id="E4 no parameters"),
    pytest.param("/files/a/b", "pathParameters", {"proxy": "a/b"}, id="E4 greedy"),
    pytest.param("/files/b/", "path", "/files/b/", id="E5 slash kept in path"),
    pytest.param("/files/b/", "pathParameters", {"proxy": "b"}, id="E5 slash not in greedy"),
    pytest.param("/files/b/", "requestContext/path", "/Prod/files/b/", id="E5 context path"),
    pytest.param("/files/b//c", "path", "/files/b//c", id="E6 two slashes in path"),
    pytest.param("/files/b//c", "pathParameters", {"proxy": "b//c"}, id="E6 in greedy"),
    pytest.param("/files/t%2Bx@y.com/t+x@y.com", "pathParameters",
                 {"proxy": "t%2Bx@y.com/t+x@y.com"}, id="E7 percent raw in greedy"),
    pytest.param("/files/t%2Bx@y.com", "path", "/files/t%2Bx@y.com", id="E7 percent raw in path"),
    pytest.param("/users/a%2Fb", "pathParameters", {"id": "a%2Fb"}, id="E7 %2F splits nothing"),
    pytest.param("/users/caf%C3%A9", "pathParameters", {"id": "caf%C3%A9"}, id="E7 UTF-8 raw"),
    pytest.param("/users/1/pets/2", "pathParameters", {"id": "1", "pet": "2"}, id="E4 two"),
]  # fmt: skip

QUERIES = [
    pytest.param("", None, None, id="E8 no query"),
    pytest.param("?", None, None, id="E8 lone question mark"),
    pytest.param("?a=1&a=2&b=3", {"a": "2", "b": "3"}, {"a": ["1", "2"], "b": ["3"]},
                 id="E9 last value and all values"),
    pytest.param("?a=x%2By+z%C3%A9", {"a": "x+y zé"}, {"a": ["x+y zé"]}, id="E10 form-decoded"),
    pytest.param("?a%20b=1", {"a b": "1"}, {"a b": ["1"]}, id="E10 key decoded"),
    pytest.param("?a=&b", {"a": "", "b": ""}, {"a": [""], "b": [""]}, id="E11 empty values"),
]  # fmt: skip

HEADERS = [
    pytest.param(["tEsT-HEADeR: x"], "tEsT-HEADeR", ["x"], id="E40 casing kept"),
    pytest.param(["user-Agent: x"], "User-Agent", ["x"], id="E41 canonical User-Agent"),
    pytest.param(["X-A: 1", "X-A: 2"], "X-A", ["1", "2"], id="E43 repeated"),
    pytest.param(["Accept-Encoding: gzip"], "Accept-Encoding", ["gzip"], id="E44 passes"),
    pytest.param(["Cookie: a=1"], "Cookie", ["a=1"], id="E44 cookie passes"),
    pytest.param(["TE: trailers"], "TE", None, id="E44 TE dropped"),
    pytest.param(["Trailer: X"], "Trailer", None, id="E44 Trailer dropped"),
    pytest.param([], "Connection", None, id="E44 Connection dropped"),
    pytest.param(["X-Forwarded-For: 10.0.0.1"], "X-Forwarded-For", ["10.0.0.1, 127.0.0.1"],
                 id="E45 appended"),
    pytest.param(["x-forwarded-proto: https"], "X-Forwarded-Proto", ["http"], id="E45 proto"),
    pytest.param([], "CloudFront-Viewer-Country", None, id="E48 regional"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "place", "expected"), PATHS)
def test_paths(gateway: Gateway, path: str, place: str, expected: object) -> None:
    assert at(gateway.get(path).json(), place) == expected


@pytest.mark.parametrize(("query", "last", "every"), QUERIES)
def test_queries(gateway: Gateway, query: str, last: object, every: object) -> None:
    event = gateway.get(f"/users{query}").json()
    assert event["queryStringParameters"] == last
    assert event["multiValueQueryStringParameters"] == every


@pytest.mark.parametrize(("sent", "name", "values"), HEADERS)
def test_headers(gateway: Gateway, sent: list[str], name: str, values: list[str] | None) -> None:
    event = gateway.get("/users", *sent).json()
    assert event["multiValueHeaders"].get(name) == values
    assert event["headers"].get(name) == (values[-1] if values else None)


BODIES = [
    pytest.param(b"", [], None, False, id="E12 empty body is null"),
    pytest.param("né 🎈".encode(), [], "né 🎈", False, id="E13 text"),
    pytest.param(b"\xff\xfe", [], "��", False, id="E13 no UTF-8"),
]
BINARY_BODIES = [
    pytest.param(b"\x89PNG", "image/png; q=1", True, id="E14 matching type"),
    pytest.param(b"{}", "application/json", True, id="E14 text too under application/*"),
    pytest.param(b"{}", None, True, id="E14 no type counts as JSON"),
    pytest.param(b"text", "text/plain", False, id="E14 other type"),
]


@pytest.mark.parametrize(("body", "headers", "text", "is_base64"), BODIES)
def test_bodies(
    gateway: Gateway, body: bytes, headers: list[str], text: str | None, is_base64: bool
) -> None:
    event = gateway.post(body, *headers).json()
    assert (event["body"], event["isBase64Encoded"]) == (text, is_base64)
    assert "Content-Length" not in event["headers"]


@pytest.mark.parametrize(("body", "media_type", "is_base64"), BINARY_BODIES)
def test_binary_bodies(
    binary_gateway: Gateway, body: bytes, media_type: str | None, is_base64: bool
) -> None:
    """E14, and E15: the stage's variables."""
    headers = [f"Content-Type: {media_type}"] if media_type else []
    event = binary_gateway.post(body, *headers).json()
    assert event["isBase64Encoded"] is is_base64
    assert (base64.b64decode(event["body"]) if is_base64 else event["body"].encode()) == body
    assert event["stageVariables"] == {"colour": "blue"}


def test_get_bodies_are_passed_too(gateway: Gateway) -> None:
    event = gateway.send(b"GET /users HTTP/1.1\r\nHOST\r\nContent-Length: 2\r\n\r\nhi").json()
    assert event["body"] == "hi"


def test_a_chunked_body_is_one_body(gateway: Gateway) -> None:
    event = gateway.send(
        b"POST /users HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    ).json()
    assert event["body"] == "abc"
    assert "Transfer-Encoding" not in event["headers"]


def test_e46_e47_the_trace_of_an_event_is_that_of_its_answer(gateway: Gateway) -> None:
    answer = gateway.get("/users")
    trace = answer.json()["headers"]["X-Amzn-Trace-Id"]
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", trace)
    answered = answer.header("X-Amzn-Trace-Id") or ""
    assert re.fullmatch(rf"{trace};Parent=[0-9a-f]{{16}};Sampled=0", answered)
    sent = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    answer = gateway.get("/users", f"x-amzn-trace-id: {sent}")
    assert answer.json()["headers"]["X-Amzn-Trace-Id"] == sent
    assert answer.header("X-Amzn-Trace-Id") == sent


def test_e22_one_route_keeps_its_resource_id(gateway: Gateway) -> None:
    first, again, other = (
        gateway.get(path).json()["requestContext"]["resourceId"]
        for path in ("/users/1", "/users/2", "/users")
    )
    assert first == again != other
