"""HTTP APIs: routes, both payload formats, answers, CORS (api-gateway.md H1 to H62)."""

import json
import re
from typing import Any

import pytest
from gateway.conftest import Answer, Gateway
from visitplannr.model.invocation import NotRunError

DEFAULT = {
    "openapi": "3.0.1",
    "paths": {
        "$default": {
            "x-amazon-apigateway-any-method": {
                "x-amazon-apigateway-integration": {
                    "type": "aws_proxy",
                    "payloadFormatVersion": "2.0",
                },
            },
        },
        "/users": {
            "get": {
                "x-amazon-apigateway-integration": {
                    "type": "http_proxy",
                    "connectionType": "VPC_LINK",
                }
            }
        },
    },
}
ID = re.compile(r"[\w-]{15}=")


def own_answer(answer: Answer) -> tuple[int, bytes, str | None]:
    assert ID.fullmatch(answer.header("apigw-requestid") or "")
    return answer.status, answer.body, answer.header("content-type")


def test_h1_h8_an_event_of_format_2_0(http: Gateway) -> None:
    answer = http.get("/users/7?a=1", "User-Agent: test")
    event = answer.json()
    context = event.pop("requestContext")
    trace, when = event["headers"].pop("x-amzn-trace-id"), context.pop("time")
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", trace)
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", when)
    assert isinstance(context.pop("timeEpoch"), int)
    assert context.pop("requestId") == answer.header("apigw-requestid")
    assert event == {
        "version": "2.0",
        "routeKey": "GET /users/{id}",
        "rawPath": "/users/7",
        "rawQueryString": "a=1",
        "headers": {
            "content-length": "0",
            "host": f"shop.example.com:{http.port}",
            "user-agent": "test",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": str(http.port),
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"a": "1"},
        "pathParameters": {"id": "7"},
        "stageVariables": {"colour": "blue"},
        "isBase64Encoded": False,
    }
    assert context == {
        "accountId": "123456789012",
        "apiId": "abcdefghij",
        "domainName": "shop.example.com",
        "domainPrefix": "shop",
        "http": {
            "method": "GET",
            "path": "/users/7",
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "test",
        },
        "routeKey": "GET /users/{id}",
        "stage": "$default",
    }


EVENTS: list[Any] = [
    pytest.param("GET /users", ["X-A: 1", "x-a: 2"], ("headers", "x-a"), "1,2", id="H2 joined"),
    pytest.param("GET /users", ["X-Ab: 1"], ("headers", "x-ab"), "1", id="H2 lower case"),
    pytest.param("GET /users", ["Cookie: a=1; b=2"], ("cookies",), ["a=1", "b=2"], id="H3"),
    pytest.param("GET /users", ["Cookie: a=1"], ("headers", "cookie"), None, id="H3 no header"),
    pytest.param("GET /users", [], ("cookies",), None, id="H1 no cookies"),
    pytest.param("GET /users", [], ("queryStringParameters",), None, id="H1 no query"),
    pytest.param("GET /users", [], ("rawQueryString",), "", id="H1 no raw query"),
    pytest.param("GET /users", [], ("pathParameters",), None, id="H1 no path parameters"),
    pytest.param("GET /users", [], ("body",), None, id="H1 no body"),
    pytest.param("GET /users?a=1&a=2", [], ("queryStringParameters",), {"a": "1,2"}, id="H4"),
    pytest.param("GET /users?a=%2B+x", [], ("queryStringParameters",), {"a": "+ x"},
                 id="H4 decoded"),
    pytest.param("GET /users?a=%2B+x", [], ("rawQueryString",), "a=%2B+x", id="H4 raw"),
    pytest.param("GET /users/%C3%A9%20x", [], ("rawPath",), "/users/é x", id="H5 decoded"),
    pytest.param("GET /users/a%3Fb", [], ("rawPath",), "/users/a", id="H5 cut at ?"),
    pytest.param("GET /users/%C3%A9", [], ("pathParameters",), {"id": "é"}, id="H6 decoded"),
    pytest.param("GET /users/a%2Fb", [], ("pathParameters",), {"id": "a/b"}, id="H6 one part"),
    pytest.param("PUT /a/b%20c", [], ("pathParameters",), {"proxy": "a/b c"}, id="H6 greedy"),
]  # fmt: skip


@pytest.mark.parametrize(("request_line", "sent", "place", "expected"), EVENTS)
def test_events(
    http: Gateway, request_line: str, sent: list[str], place: tuple[str, ...], expected: Any
) -> None:
    method, path = request_line.split(" ")
    found = http.get(path, *sent, method=method).json()
    for key in place:
        found = found.get(key)
    assert found == expected


BODIES: list[Any] = [
    pytest.param("application/json", b"{}", "{}", False, id="H7 JSON"),
    pytest.param("application/json; charset=utf-8", b"{}", "{}", False, id="H7 parameters"),
    pytest.param("text/css", "é".encode(), "é", False, id="H7 text"),
    pytest.param("application/xml", b"<a/>", "<a/>", False, id="H7 XML"),
    pytest.param("application/x-www-form-urlencoded", b"a=1", "YT0x", True, id="H7 form"),
    pytest.param("image/png", b"\x89P", "iVA=", True, id="H7 binary"),
    pytest.param(None, b"a", "YQ==", True, id="H7 no type"),
]


@pytest.mark.parametrize(("media_type", "body", "expected", "is_base64"), BODIES)
def test_bodies(
    http: Gateway, media_type: str | None, body: bytes, expected: str, is_base64: bool
) -> None:
    headers = [f"Content-Type: {media_type}"] if media_type else []
    event = http.post(body, *headers).json()
    assert (event["body"], event["isBase64Encoded"]) == (expected, is_base64)
    assert event["headers"]["content-length"] == str(len(body))


def test_h5_a_named_stage_is_in_the_path() -> None:
    gateway = Gateway(DEFAULT, stage="live")
    try:
        event = gateway.get("/a").json()
        assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/live/a"
        assert event["requestContext"]["stage"] == "live"
    finally:
        gateway.close()


def test_h10_an_event_of_format_1_0(http: Gateway) -> None:
    http.result = None
    event = json.loads(old(http, "/old/a%20b?x=1&x=2", "Cookie: a=1", "X-A: 1", "X-A: 2"))
    context = event.pop("requestContext")
    assert set(context) == {
        "accountId", "apiId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod",
        "identity", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch",
        "resourceId", "resourcePath", "stage",
    }  # fmt: skip
    assert (context["resourceId"], context["path"]) == ("ANY /old/{id}", "/old/a b")
    assert len(context["identity"]) == 12
    headers, multiple = event.pop("headers"), event.pop("multiValueHeaders")
    assert (headers["Cookie"], headers["X-A"], multiple["X-A"]) == ("a=1", "2", ["1", "2"])
    assert headers["Content-Length"] == "0"
    assert event == {
        "version": "1.0",
        "resource": "/old/{id}",
        "path": "/old/a b",
        "httpMethod": "GET",
        "queryStringParameters": {"x": "2"},
        "multiValueQueryStringParameters": {"x": ["1", "2"]},
        "pathParameters": {"id": "a b"},
        "stageVariables": {"colour": "blue"},
        "body": None,
        "isBase64Encoded": False,
    }


def old(http: Gateway, path: str, *headers: str) -> bytes:
    """Get the event that a function behind format 1.0 is given: it is echoed as the body."""
    return http.get(path, *headers).body


TEXT, JSON = "text/plain; charset=utf-8", "application/json"
ANSWERS: list[Any] = [
    pytest.param({"statusCode": 201, "body": "x"}, 201, b"x", TEXT, id="H20"),
    pytest.param({"statusCode": "201"}, 201, b"", TEXT, id="H20 digits"),
    pytest.param({"statusCode": 200, "headers": {"Content-Type": "a/b"}}, 200, b"", "a/b",
                 id="H20 content type"),
    pytest.param({"message": "x"}, 200, b'{"message": "x"}', JSON, id="H21 object"),
    pytest.param("hello", 200, b"hello", JSON, id="H21 text"),
    pytest.param([1], 200, b"[1]", JSON, id="H21 list"),
    pytest.param(None, 200, b"null", JSON, id="H21 null"),
    pytest.param({"body": "x"}, 200, b'{"body": "x"}', JSON, id="H21 no status code"),
    pytest.param({"statusCode": 200, "body": "iVA=", "isBase64Encoded": True}, 200, b"\x89P",
                 TEXT, id="H23"),
    pytest.param({"statusCode": 200, "body": "x", "unknown": 1}, 200, b"x", TEXT,
                 id="H20 other keys"),
]  # fmt: skip


@pytest.mark.parametrize(("result", "status", "body", "content_type"), ANSWERS)
def test_answers(http: Gateway, result: Any, status: int, body: bytes, content_type: str) -> None:
    http.result = json.dumps(result).encode()
    assert own_answer(http.get("/users")) == (status, body, content_type)


def test_h22_each_cookie_is_a_header(http: Gateway) -> None:
    http.result = b'{"statusCode": 200, "cookies": ["a=1", "b=2"], "headers": {"X-A": 1}}'
    answer = http.get("/users")
    assert answer.all("set-cookie") == ["a=1", "b=2"]
    assert answer.all("x-a") == ["1"]


FAILED = (500, b'{"message":"Internal Server Error"}', JSON)
MALFORMED: list[Any] = [
    pytest.param("/users", b'{"statusCode": "x"}', "statusCode", id="H25 status"),
    pytest.param("/users", b'{"statusCode": 200, "body": {}}', "body", id="H25 body"),
    pytest.param("/users", b'{"statusCode": 200, "cookies": "a"}', "cookies", id="H25 cookies"),
    pytest.param("/users", b'{"statusCode": 200, "headers": [1]}', "headers", id="H25 headers"),
    pytest.param("/users", b"no json", "JSON", id="H25 no JSON"),
    pytest.param("/old/1", b'{"body": "x"}', "statusCode", id="H24 format 1.0"),
    pytest.param("/old/1", b'"hello"', "statusCode", id="H24 text"),
]


@pytest.mark.parametrize(("path", "result", "why"), MALFORMED)
def test_malformed_answers(http: Gateway, path: str, result: bytes, why: str) -> None:
    http.result = result
    assert own_answer(http.get(path)) == FAILED
    assert why in http.reports[0]


def test_h24_format_1_0_takes_multi_value_headers(http: Gateway) -> None:
    http.result = b'{"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a", "b"]}}'
    assert http.get("/old/1").all("set-cookie") == ["a", "b"]


def test_h62_a_failed_function(http: Gateway) -> None:
    http.result, http.function_error = b'{"errorType": "E", "errorMessage": "boom"}', "Unhandled"
    assert own_answer(http.get("/users")) == FAILED
    assert "E: boom" in http.reports[0]


def test_a_function_that_cannot_be_run_here_says_why(http: Gateway) -> None:
    http.result = NotRunError("F is not run: why")
    assert own_answer(http.get("/users")) == (501, b'{"message":"F is not run: why"}', JSON)


def test_h62_a_function_that_is_late(http: Gateway) -> None:
    http.delay = 0.2
    expected = (503, b'{"message":"Service Unavailable"}', JSON)
    assert own_answer(http.get("/late")) == expected
    assert "0.05 s" in http.reports[0]


ROUTES: list[Any] = [
    pytest.param("GET", "/users/me", "GET /users/me", id="H30 static"),
    pytest.param("GET", "/users/7", "GET /users/{id}", id="H30 parameter"),
    pytest.param("PUT", "/users/7", "PUT /{proxy+}", id="H30 the method counts"),
    pytest.param("DELETE", "/users", "ANY /users", id="H30 any"),
    pytest.param("PUT", "/users/", "PUT /{proxy+}", id="H33 trailing slash"),
]


@pytest.mark.parametrize(("method", "path", "route_key"), ROUTES)
def test_routes(http: Gateway, method: str, path: str, route_key: str) -> None:
    assert http.get(path, method=method).json()["routeKey"] == route_key


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", "/unknown", id="H32 path"),
        pytest.param("POST", "/users/7", id="H32 method"),
        pytest.param("GET", "/users/me/", id="H33 trailing slash"),
        pytest.param("PUT", "/", id="H33 the root has no part for a greedy parameter"),
    ],
)
def test_no_route(http: Gateway, method: str, path: str) -> None:
    answer = own_answer(http.get(path, method=method))
    assert answer == (404, b'{"message":"Not Found"}', JSON)
    assert "no such route; there are: GET /late, GET /old-token, ANY /old/{id}" in http.reports[0]


def test_h31_the_default_route_takes_the_rest() -> None:
    gateway = Gateway(DEFAULT)
    try:
        event = gateway.get("/any/where", method="PATCH").json()
        assert (event["routeKey"], event["rawPath"]) == ("$default", "/any/where")
        assert "pathParameters" not in event
        assert own_answer(gateway.get("/users"))[:2] == (501, b'{"message":"Not Implemented"}')
    finally:
        gateway.close()


SHOP = "Origin: https://shop.example.com"
ASKS = "Access-Control-Request-Method: GET"
ALLOWED = {
    "access-control-allow-origin": "https://shop.example.com",
    "access-control-allow-credentials": "true",
}


def cors_headers(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name.startswith("access-control-")}


def test_h40_a_preflight_needs_no_route(http: Gateway) -> None:
    answer = http.get("/unknown", SHOP, ASKS, method="OPTIONS")
    assert (answer.status, answer.body) == (204, b"")
    assert cors_headers(answer) == {
        **ALLOWED,
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "x-token,content-type",
        "access-control-max-age": "600",
    }


def test_h41_the_functions_cors_headers_are_replaced(http: Gateway) -> None:
    http.result = b'{"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "evil"}}'
    assert cors_headers(http.get("/users")) == {}
    assert cors_headers(http.get("/users", SHOP)) == {
        **ALLOWED,
        "access-control-expose-headers": "x-count",
    }


ORIGINS: list[Any] = [
    pytest.param("https://evil.example.com", None, id="H42 another"),
    pytest.param("http://any.example.com", "http://any.example.com", id="H42 a scheme's"),
]


@pytest.mark.parametrize(("origin", "allowed"), ORIGINS)
def test_origins(http: Gateway, origin: str, allowed: str | None) -> None:
    for method, status in (("OPTIONS", 204), ("GET", 200)):
        answer = http.get("/users", f"Origin: {origin}", ASKS, method=method)
        assert answer.status == status
        assert answer.header("access-control-allow-origin") == allowed


def test_h42_every_origin() -> None:
    gateway = Gateway({**DEFAULT, "x-amazon-apigateway-cors": {"allowOrigins": ["*"]}})
    try:
        answer = gateway.get("/", SHOP, ASKS, method="OPTIONS")
        assert cors_headers(answer) == {"access-control-allow-origin": "*"}
    finally:
        gateway.close()


def test_h60_a_route_is_throttled(http: Gateway) -> None:
    statuses = [http.get("/slow").status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert own_answer(http.get("/slow"))[1] == b'{"message":"Too Many Requests"}'


def test_h61_limits(http: Gateway) -> None:
    answer = http.post(b"x" * 10_485_761)
    assert own_answer(answer) == (413, b'{"message":"Request Entity Too Large"}', JSON)
    answer = http.get("/users", f"X-Long: {'x' * 10_240}")
    assert answer.status == 431
