"""The function's answer and the gateway's own, rule by rule (api-gateway.md, parts 2 and 3)."""

import asyncio
import base64
import json
import re
from typing import Any

import pytest
from gateway.conftest import Gateway
from visitplannr.gateway.media_types import is_binary
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.stage import INTEGRATION_SECONDS, RestStage
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import RestApi
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    NotRunError,
    PayloadTooLargeError,
    ThrottledError,
)

F = (502, b'{"message": "Internal server error"}', "InternalServerErrorException")
FORBIDDEN = b'{"message":"Missing Authentication Token"}'

ANSWERS: list[Any] = [
    pytest.param({"statusCode": 200}, 200, b"", id="R1 only a status"),
    pytest.param({}, 200, b"", id="R4 no status"),
    pytest.param({"statusCode": "201", "body": "x"}, 201, b"x", id="R5 digits"),
    pytest.param({"statusCode": 201.9}, 201, b"", id="R5 float is cut"),
    pytest.param({"statusCode": None}, 200, b"", id="R5 null"),
    pytest.param({"body": "né"}, 200, "né".encode(), id="R6 text as UTF-8"),
    pytest.param({"body": None}, 200, b"", id="R6 null body"),
    pytest.param({"headers": None, "multiValueHeaders": None}, 200, b"", id="R1 null maps"),
    pytest.param({"body": "aGk=", "isBase64Encoded": True}, 200, b"aGk=", id="R20 text as it is"),
    pytest.param({"statusCode": 404, "body": "{}"}, 404, b"{}", id="R12 the function's own 404"),
]

MALFORMED: list[Any] = [
    pytest.param("text", "R2", id="R2 string"),
    pytest.param(None, "R2", id="R2 null"),
    pytest.param([1], "R2", id="R2 list"),
    pytest.param(7, "R2", id="R2 number"),
    pytest.param({"status": 200}, "R3", id="R3 other key"),
    pytest.param({"statusCode": "abc"}, "R5", id="R5 no number"),
    pytest.param({"statusCode": 1000}, "R5", id="R5 no status"),
    pytest.param({"statusCode": True}, "R5", id="R5 boolean"),
    pytest.param({"body": {"a": 1}}, "R6", id="R6 object as body"),
    pytest.param({"body": [1]}, "R6", id="R6 list as body"),
    pytest.param({"headers": "x"}, "R3", id="R3 headers no map"),
    pytest.param({"headers": {"X-A": {}}}, "R10", id="R10 object as value"),
    pytest.param({"multiValueHeaders": {"X-A": "x"}}, "R10", id="R10 no list"),
    pytest.param({"headers": {"X-A": "a\r\nX-B: b"}}, "RFC 9110", id="header injection"),
    pytest.param({"headers": {"X A": "a"}}, "RFC 9110", id="header name"),
    pytest.param({"isBase64Encoded": "yes"}, "R21", id="R21 flag"),
]

HEADERS: list[Any] = [
    pytest.param({}, "content-type", ["application/json"], id="R7 default type"),
    pytest.param({"headers": {"CONTENT-type": "text/html"}}, "content-type", ["text/html"],
                 id="R7 any casing, once"),
    pytest.param({"multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}, "set-cookie",
                 ["a=1", "b=2"], id="R10 all values in order"),
    pytest.param({"headers": {"X-A": "3"}, "multiValueHeaders": {"X-A": ["1", "2"]}}, "x-a",
                 ["1", "2", "3"], id="R11 merged, multi first"),
    pytest.param({"headers": {"X-A": "1"}, "multiValueHeaders": {"X-A": ["1"]}}, "x-a", ["1"],
                 id="R11 equal value once"),
    pytest.param({"headers": {"Server": "mine"}}, "x-amzn-remapped-server", ["mine"],
                 id="R13 Server renamed"),
    pytest.param({"headers": {"Date": "now"}}, "x-amzn-remapped-date", ["now"], id="R13 Date"),
    pytest.param({"headers": {"Transfer-Encoding": "chunked"}}, "transfer-encoding", [],
                 id="R13 Transfer-Encoding dropped"),
    pytest.param({"headers": {"Access-Control-Max-Age": 600}}, "access-control-max-age", ["600"],
                 id="R14 number"),
]  # fmt: skip

ROUTES: list[Any] = [
    pytest.param("GET", "/users/me", "/users/me", id="X30 static beats parameter"),
    pytest.param("GET", "/files/static", "/files/static", id="X30 static beats greedy"),
    pytest.param("PUT", "/users", "/users", id="X32 ANY"),
    pytest.param("GET", "/files/static/deeper", "/files/{proxy+}", id="X30 back out of static"),
    pytest.param("GET", "/users/", "/users", id="X37 trailing slash"),
    pytest.param("GET", "/users/me/pets/x", "/users/{id}/pets/{pet}", id="X30 back to parameter"),
]

NO_ROUTE: list[Any] = [
    pytest.param("GET", "/nobody", id="X34 unknown path"),
    pytest.param("POST", "/users/me", id="X35 known path, other method"),
    pytest.param("GET", "/files", id="X33 greedy needs a part"),
    pytest.param("GET", "/files/", id="X33 greedy needs more than a slash"),
    pytest.param("HEAD", "/users/me", id="X36 HEAD needs HEAD or ANY"),
    pytest.param("OPTIONS", "/users/me", id="X35 OPTIONS"),
    pytest.param("TRACE", "/users", id="X32 ANY has seven methods"),
    pytest.param("GET", "/_locals", id="X34 not one of ours"),
    pytest.param("GET", "/users//me", id="X33 no parameter is empty"),
    pytest.param("OPTIONS", "*", id="X34 no path"),
]


def own_answer(answer: Any) -> tuple[int, bytes, str | None]:
    """Check what X20 asks of every answer, and give what differs."""
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.header("x-amzn-RequestId"))
    assert re.fullmatch(r"[\w-]{15}=", answer.header("x-amz-apigw-id"))
    return answer.status, answer.body, answer.header("x-amzn-ErrorType")


@pytest.mark.parametrize(("result", "status", "body"), ANSWERS)
def test_answers(gateway: Gateway, result: Any, status: int, body: bytes) -> None:
    gateway.result = json.dumps(result).encode()
    answer = gateway.get("/users")
    assert (answer.status, answer.body) == (status, body)
    assert answer.header("Content-Length") == str(len(body))
    assert answer.header("x-amzn-ErrorType") is None
    assert not gateway.reports


@pytest.mark.parametrize(("result", "name", "values"), HEADERS)
def test_headers(gateway: Gateway, result: Any, name: str, values: list[str]) -> None:
    gateway.result = json.dumps(result).encode()
    assert gateway.get("/users").all(name) == values


@pytest.mark.parametrize(("result", "rule"), MALFORMED)
def test_a_malformed_answer_is_f_and_explained(gateway: Gateway, result: Any, rule: str) -> None:
    gateway.result = json.dumps(result).encode()
    assert own_answer(gateway.get("/users")) == F
    (report,) = gateway.reports
    assert report.startswith("GET /users → 502: malformed proxy response: ")
    assert report.endswith(f"[{rule}]")
    assert "API Gateway takes" in report


def test_x10_a_result_that_is_no_json(gateway: Gateway) -> None:
    gateway.result = b"not json"
    assert own_answer(gateway.get("/users")) == F


def test_x10_x11_a_failed_function_tells_the_developer_only(gateway: Gateway) -> None:
    gateway.result = b'{"errorType": "ValueError", "errorMessage": "secret"}'
    gateway.function_error = "Unhandled"
    assert own_answer(gateway.get("/users")) == F
    assert gateway.reports == ["GET /users → 502: function failed: ValueError: secret [X10]"]


@pytest.mark.parametrize(("method", "path", "resource"), ROUTES)
def test_routes(gateway: Gateway, method: str, path: str, resource: str) -> None:
    assert gateway.get(path, method=method).json()["resource"] == resource


@pytest.mark.parametrize(("method", "path"), NO_ROUTE)
def test_no_route(gateway: Gateway, method: str, path: str) -> None:
    answer = gateway.get(path, method=method)
    body = b"" if method == "HEAD" else FORBIDDEN
    assert own_answer(answer) == (403, body, "MissingAuthenticationTokenException")
    (report,) = gateway.reports
    assert "no such route; there are: GET /, " in report


BROKEN: list[Any] = [
    pytest.param(b"\x00\x01\r\n\r\n", id="no HTTP"),
    pytest.param(b"BREW /users HTTP/1.1\r\nHOST\r\n\r\n", id="no method"),
    pytest.param("GET /né HTTP/1.1\r\nHOST\r\n\r\n".encode(), id="raw UTF-8 path"),
    pytest.param(
        b"POST /users HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", id="bad chunk"
    ),
]


@pytest.mark.parametrize("sent", BROKEN)
def test_what_is_no_http_is_400_and_the_next_request_works(gateway: Gateway, sent: bytes) -> None:
    assert gateway.send(sent).status == 400
    assert gateway.get("/users").status == 200


def test_a_websocket_handshake_is_a_request_like_any_other(gateway: Gateway) -> None:
    answer = gateway.send(
        b"GET /users HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert answer.json()["headers"]["Sec-WebSocket-Version"] == "13"


def test_the_nearest_route_is_named(gateway: Gateway) -> None:
    gateway.get("/user")
    assert "did you mean GET /users?" in gateway.reports[0]


def test_x36_head_has_no_body_bytes(gateway: Gateway) -> None:
    gateway.result = b'{"body": "text"}'
    answer = gateway.get("/users", method="HEAD")
    assert (answer.status, answer.body, answer.header("Content-Length")) == (200, b"", "4")


FAULTS: list[Any] = [
    pytest.param(ThrottledError("X"), 502, F[1], id="X14 throttled"),
    pytest.param(FunctionNotFoundError("gone"), 500, b'{"message": "Internal server error"}',
                 id="X13 missing function"),
    pytest.param(NotRunError("F is not run: why"), 501, b'{"message":"F is not run: why"}',
                 id="a function that cannot be run here"),
    pytest.param(PayloadTooLargeError("big"), 413, b'{"message": "Request Too Long"}',
                 id="X17 event over 6 MB"),
    pytest.param(InvocationError("down"), 503, b'{"message":"Service Unavailable"}',
                 id="the invoker is not there"),
    pytest.param(RuntimeError("bug"), 500, b'{"message": "Internal server error"}',
                 id="anything else"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "status", "body"), FAULTS)
def test_invocations_that_do_not_take_place(
    gateway: Gateway, fault: Exception, status: int, body: bytes
) -> None:
    gateway.result = fault
    answer = gateway.get("/users")
    assert own_answer(answer)[:2] == (status, body)
    assert str(fault) in gateway.reports[0]


async def test_x12_after_the_integration_limit_the_function_runs_on() -> None:
    ended = asyncio.Event()

    async def slow(function: str, payload: bytes, **_: Any) -> InvocationResult:
        await asyncio.sleep(0.2)
        ended.set()
        return InvocationResult("id", b"{}")

    paths = {"/": {"get": {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}}}
    integrations = {("/", "GET"): "f"}
    api = RestApi("Api", "abc", "123456789012", "Prod", {"paths": paths}, integrations)
    stage = RestStage(api, slow, GatewaySettings(integration_seconds=0.01))
    request = Request("GET", "/", "", (), b"", "127.0.0.1", "http", 80)
    exchange = await stage.handle(request, stage.router.match(request))
    answer = exchange.response
    assert (answer.status, answer.body) == (504, b'{"message": "Endpoint request timed out"}')
    assert exchange.line() == "GET / → 504: f did not answer in 0.01 s; it runs on [X12]"
    await asyncio.wait_for(ended.wait(), timeout=10)
    assert INTEGRATION_SECONDS == 29


def test_x13_a_route_without_a_function(gateway: Gateway) -> None:
    answer = own_answer(gateway.get("/nowhere"))
    assert answer[:2] == (500, b'{"message": "Internal server error"}')


def test_another_integration_type_is_refused_by_name(gateway: Gateway) -> None:
    assert gateway.get("/elsewhere").status == 501
    assert "the type HTTP_PROXY in a private network" in gateway.reports[0]


def test_x16_a_body_over_10_mb(gateway: Gateway) -> None:
    answer = gateway.post(b"x" * 10_485_761)
    assert own_answer(answer)[:2] == (413, b"HTTP content length exceeded 10485760 bytes.")
    assert answer.header("Content-Type") == "text; charset=utf-8"


def test_x19_headers_over_10_kb(gateway: Gateway) -> None:
    answer = gateway.get("/users", f"X-Long: {'x' * 10_240}")
    assert 400 <= answer.status < 500
    assert "API Gateway takes 10240 [X19]" in gateway.reports[0]


BINARY: list[Any] = [
    pytest.param("image/png", True, b"\x89PNG", id="R21 flag and Accept match"),
    pytest.param("image/gif", True, None, id="R21 Accept does not match"),
    pytest.param("image/png", False, None, id="R21 no flag"),
    pytest.param("image/webp,image/png", True, None, id="R22 only the first counts"),
    pytest.param("image/png;q=0.5, */*", True, b"\x89PNG", id="R22 parameters cut off"),
]


@pytest.mark.parametrize(("accept", "flag", "body"), BINARY)
def test_binary_answers(
    binary_gateway: Gateway, accept: str, flag: bool, body: bytes | None
) -> None:
    text = base64.b64encode(b"\x89PNG").decode()
    binary_gateway.result = json.dumps({"body": text, "isBase64Encoded": flag}).encode()
    answer = binary_gateway.get("/users", f"Accept: {accept}")
    binary_gateway.result = None
    assert answer.body == (text.encode() if body is None else body)


MEDIA_TYPES: list[Any] = [
    pytest.param("image/png", ("*/*",), True, id="R23 star matches everything"),
    pytest.param("", ("*/*",), True, id="R23 also nothing"),
    pytest.param("image/png", ("image~1png",), True, id="R24 tilde for slash"),
    pytest.param("IMAGE/PNG; a=b", ("image/png",), True, id="R22 casing and parameters"),
    pytest.param("image/png", ("image/*",), True, id="E14 any subtype"),
    pytest.param("imagex/png", ("image/*",), False, id="E14 another type"),
    pytest.param("image/png", (), False, id="R20 none configured"),
]


@pytest.mark.parametrize(("media_type", "configured", "binary"), MEDIA_TYPES)
def test_media_types(media_type: str, configured: tuple[str, ...], binary: bool) -> None:
    assert is_binary(media_type, configured) is binary


def test_204_has_no_body(gateway: Gateway) -> None:
    gateway.result = b'{"statusCode": 204, "body": "x"}'
    answer = gateway.get("/users")
    assert (answer.status, answer.body) == (204, b"")


def test_ours_live_below_local(gateway: Gateway) -> None:
    assert gateway.get("/_local/health").json() == {"status": "ready"}
    assert gateway.get("/_local/resources").json() == [
        {
            "logical_id": "Table",
            "type": "AWS::DynamoDB::Table",
            "physical_id": "table-1",
            "status": "CREATE_COMPLETE",
        },
        {
            "logical_id": "Live",
            "type": "AWS::Lambda::Alias",
            "physical_id": "arn:aws:lambda:us-east-1:123456789012:function:function:live",
            "status": "CREATE_COMPLETE",
        },
        {
            "logical_id": "One",
            "type": "AWS::Lambda::Version",
            "physical_id": "arn:aws:lambda:us-east-1:123456789012:function:function:1",
            "status": "CREATE_COMPLETE",
        },
    ]
