"""Function URLs: requests, events, answers, streams and refusals (docs/rules/function-url.md)."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from gateway.conftest import hearing
from gateway.function_urls import CORS, HOST, ORIGIN, PROXY, STREAM, URL, Served, request
from visitplannr.gateway.app import Gateway
from visitplannr.gateway.function_url.event import build_event
from visitplannr.gateway.function_url.reading import read
from visitplannr.gateway.function_url.routing import FunctionUrlRouter
from visitplannr.gateway.identifiers import new_ids
from visitplannr.gateway.request import Request
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import Application, FunctionUrl, RestApi
from visitplannr.model.invocation import (
    NotRunError,
    ThrottledError,
)
from visitplannr.model.stack import Declared, ResolvedStack

SIGNED = replace(URL, auth_type="AWS_IAM")


REST = RestApi("Rest", "r", "1", "Prod", {"paths": {"/a": {"get": PROXY}}}, {("/a", "GET"): "rest"})


MATCHES: list[Any] = [
    ("/_urls/Greeter/a/b", (), "/a/b"),
    ("/_urls/Greeter/", (), "/"),
    ("/_urls/Greeter", (), "/"),
    ("/_urls/Greeter/_urls/Greeter/a", (), "/_urls/Greeter/a"),
    ("/a%2Fb", (HOST,), "/a%2Fb"),
    ("/", (("Host", "GREETER.lambda-url.localhost"),), "/"),
    ("/_urls/Greeters/a", (), None),
    ("/x/_urls/Greeter/a", (), None),
    ("/a", (), None),
    ("/a", (("Host", "other.lambda-url.localhost:8000"),), None),
]


@pytest.mark.parametrize(("path", "headers", "seen"), MATCHES)
def test_u2_which_requests_it_is_for(path: str, headers: Any, seen: str | None) -> None:
    match = FunctionUrlRouter(URL).match(request(path, *headers))
    assert (match.request.path if match else None) == seen


async def test_a_url_beside_an_api() -> None:
    found = [
        await Served(URL, REST).send(request(path, *headers))
        for path, headers in [("/a", ()), ("/a", (HOST,)), ("/nobody", ())]
    ]
    assert [status for status, *_ in found] == [502, 200, 403]
    assert found[1][2] == b'{"function":"greeter"}'


async def test_u44_a_request_that_no_url_is_for() -> None:
    served = Served(URL)
    status, headers, body = await served.send(request("/nobody"))
    assert (status, body) == (403, b'{"Message":null}')
    assert headers["content-type"] == "application/json"
    assert headers["x-amzn-errortype"] == "AccessDeniedException"


def event(sent: Request, url: FunctionUrl = URL) -> dict[str, Any]:
    match = FunctionUrlRouter(url).match(sent)
    assert match
    return build_event(match, url, new_ids("Root=1-00000000-000000000000000000000000", 0.0))


def test_u1_u3_u8_an_event() -> None:
    found = event(
        request(
            "/_urls/Greeter/a%20b",
            ("Host", "localhost:8000"),
            ("User-Agent", "curl"),
            ("Cookie", "a=1; b=2"),
            ("X-A", "1"),
            ("X-A", "2"),
            ("Content-Type", "application/json"),
            method="POST",
            query="q=1&q=2&p=%20",
            body=b"{}",
        )
    )
    request_id = found["requestContext"].pop("requestId")
    assert len(request_id) == 36
    assert found == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/a%20b",
        "rawQueryString": "q=1&q=2&p=%20",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "content-type": "application/json",
            "host": "localhost:8000",
            "user-agent": "curl",
            "x-a": "1,2",
            "x-amzn-trace-id": "Root=1-00000000-000000000000000000000000",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "8000",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"q": "1,2", "p": " "},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "greeter",
            "domainName": "greeter.lambda-url.localhost",
            "domainPrefix": "greeter",
            "http": {
                "method": "POST",
                "path": "/a%20b",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "curl",
            },
            "routeKey": "$default",
            "stage": "$default",
            "time": "01/Jan/1970:00:00:00 +0000",
            "timeEpoch": 0,
        },
        "body": "{}",
        "isBase64Encoded": False,
    }


BODIES: list[Any] = [
    ("application/json; charset=utf-8", "é".encode(), "é", False),
    ("text/csv", b"a,b", "a,b", False),
    ("application/x-www-form-urlencoded", b"a=1", "YT0x", True),
    ("image/png", b"\x89PNG", "iVBORw==", True),
]


@pytest.mark.parametrize(("media_type", "body", "text", "is_base64"), BODIES)
def test_u7_bodies(media_type: str, body: bytes, text: str, is_base64: bool) -> None:
    found = event(request("/", HOST, ("Content-Type", media_type), body=body))
    assert (found["body"], found["isBase64Encoded"]) == (text, is_base64)


async def test_u4_u24_the_request_id_is_the_invocations() -> None:
    served = Served(URL)
    _, headers, _ = await served.send(request("/", HOST))
    (request_id,) = served.request_ids
    assert served.events[0]["requestContext"]["requestId"] == request_id
    assert headers["x-amzn-requestid"] == request_id


SIGNATURE = ("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/lambda/x, S=1")


QUERY = "X-Amz-Credential=AKIB%2F20260101%2Fus-east-1&X-Amz-Signature=1"


CALLERS: list[Any] = [
    pytest.param(SIGNED, request("/", HOST), 403, None, id="unsigned"),
    pytest.param(SIGNED, request("/", HOST, ("Authorization", "Bearer x")), 403, None, id="else"),
    pytest.param(SIGNED, request("/", HOST, SIGNATURE), 200, "AKIA", id="header"),
    pytest.param(SIGNED, request("/", HOST, query=QUERY), 200, "AKIB", id="query"),
    pytest.param(URL, request("/", HOST), 200, None, id="open"),
]


@pytest.mark.parametrize(("url", "sent", "status", "key"), CALLERS)
async def test_u10_u11_u12_callers(
    url: FunctionUrl, sent: Request, status: int, key: str | None
) -> None:
    served = Served(url)
    answered, _, body = await served.send(sent)
    assert answered == status
    if status != 200:
        assert body == b'{"Message":"Forbidden"}'
        return
    context = served.events[0]["requestContext"]
    assert context["accountId"] == ("123456789012" if key else "anonymous")
    assert context.get("authorizer", {}).get("iam", {}).get("accessKey") == key


ANSWERS: list[Any] = [
    pytest.param("hello", 200, "application/json", b"hello", id="text"),
    pytest.param({"a": 1}, 200, "application/json", b'{"a":1}', id="no status"),
    pytest.param(["é", 3, True], 200, "application/json", '["é",3,true]'.encode(), id="list"),
    pytest.param(3, 200, "application/json", b"3", id="whole"),
    pytest.param(3.1, 200, "application/json", b"3.1", id="number"),
    pytest.param(True, 200, "application/json", b"true", id="boolean"),
    pytest.param({"body": "x"}, 200, "application/json", b'{"body":"x"}', id="a body alone"),
    pytest.param({"statusCode": 201, "body": "x"}, 201, "application/json", b"x", id="status"),
    pytest.param(
        {"statusCode": "202", "headers": {"content-type": "text/csv"}, "body": "x"},
        202,
        "text/csv",
        b"x",
        id="its own type",
    ),
    pytest.param(
        {"statusCode": 200, "body": "iVBORw==", "isBase64Encoded": True},
        200,
        "application/json",
        b"\x89PNG",
        id="base64",
    ),
    pytest.param({"statusCode": "no"}, 502, "application/json", b"Internal Server Error", id="bad"),
]


@pytest.mark.parametrize(("result", "status", "content_type", "body"), ANSWERS)
async def test_u20_u21_answers(result: Any, status: int, content_type: str, body: bytes) -> None:
    answered, headers, content = await Served(URL, result=result).send(request("/", HOST))
    assert (answered, headers["content-type"], content) == (status, content_type, body)


async def test_u22_each_cookie_is_a_header() -> None:
    served = Served(URL, result={"statusCode": 200, "cookies": ["a=1", "b=2"]})
    await served.send(request("/", HOST))
    names = [value for name, value in served.sent[0]["headers"] if name.lower() == b"set-cookie"]
    assert names == [b"a=1", b"b=2"]


async def test_u30_a_preflight_is_answered_without_the_function() -> None:
    served = Served(replace(URL, cors=CORS))
    asked = ("Access-Control-Request-Method", "PUT")
    status, headers, _ = await served.send(request("/", HOST, ORIGIN, asked, method="OPTIONS"))
    found = {name: value for name, value in headers.items() if name.startswith("access")}
    assert (status, served.events) == (200, [])
    assert found == {
        "access-control-allow-credentials": "true",
        "access-control-allow-headers": "X-A",
        "access-control-allow-methods": "GET,PUT",
        "access-control-allow-origin": "https://a.example",
        "access-control-max-age": "60",
    }


@pytest.mark.parametrize(
    ("cors", "origin", "allowed"),
    [
        pytest.param(CORS, "https://a.example", "https://a.example", id="configured"),
        pytest.param(CORS, "https://b.example", None, id="another"),
        pytest.param(None, "https://b.example", "https://own.example", id="the function's"),
    ],
)
async def test_u31_u32_cors_headers(cors: Any, origin: str, allowed: str | None) -> None:
    own = {"Access-Control-Allow-Origin": "https://own.example"}
    served = Served(replace(URL, cors=cors), result={"statusCode": 200, "headers": own})
    _, headers, _ = await served.send(request("/", HOST, ("Origin", origin)))
    assert headers.get("access-control-allow-origin") == allowed


FAILURES: list[Any] = [
    pytest.param(None, "Unhandled", 502, b"Internal Server Error", "[U40]", id="function"),
    pytest.param(
        ThrottledError("R"), None, 429, b'{"Message":"Rate Exceeded."}', "[U41]", id="many"
    ),
    pytest.param(
        NotRunError("F is not run"), None, 501, b'{"Message":"F is not run"}', "run", id="not run"
    ),
    pytest.param(ZeroDivisionError(), None, 502, b"Internal Server Error", "[U40]", id="host"),
]


@pytest.mark.parametrize(("result", "error", "status", "body", "rule"), FAILURES)
async def test_u40_u41_failures(
    result: Any, error: str | None, status: int, body: bytes, rule: str
) -> None:
    served = Served(URL, result=result, error=error)
    answered, _, content = await served.send(request("/", HOST))
    assert (answered, content) == (status, body)
    assert served.reports[0].endswith(rule)


async def test_u43_there_is_no_limit_but_the_functions() -> None:
    served = Served(STREAM, URL)
    served.go_on.clear()
    settings = GatewaySettings(integration_seconds=0.0, stream=served.stream)
    served.gateway = Gateway(
        Application("stack", "us-east-1", "1", (), (STREAM,), (), {}),
        served.invoke,
        hearing(served.reports),
        settings,
    )
    answered = asyncio.ensure_future(served.send(request("/", HOST)))
    await asyncio.sleep(0.05)
    assert not answered.done()
    served.go_on.set()
    assert (await answered)[0] == 200


async def test_u42_a_body_over_the_limit() -> None:
    served = Served(URL)
    status, _, body = await served.send(request("/", HOST, body=b"x" * 10_485_761))
    assert (status, json.loads(body)["Message"][:43]) == (
        413,
        "Request must be smaller than 6291456 bytes "[:43],
    )


def test_function_urls_are_read_from_the_template() -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:greeter"
    address = "https://abc.lambda-url.us-east-1.on.aws/"
    declared = {
        "Greeter": Declared("AWS::Lambda::Function", {}),
        "Live": Declared("AWS::Lambda::Url", {"TargetFunctionArn": "greeter", "Qualifier": "live"}),
        "Gate": Declared(
            "AWS::Lambda::Url",
            {
                "TargetFunctionArn": f"{arn}:live",
                "FunctionUrl": address,
                "AuthType": "AWS_IAM",
                "InvokeMode": "RESPONSE_STREAM",
                "Cors": CORS,
            },
        ),
        "Foreign": Declared("AWS::Lambda::Url", {"TargetFunctionArn": "foreign"}),
    }
    ids = {"Greeter": "greeter", "Gate": "greeter", "Live": "greeter:live", "Foreign": "foreign"}
    stack = ResolvedStack("stack", "us-east-1", "123456789012", declared, ids)
    gate, live = read(stack)
    assert gate == replace(
        SIGNED, address=address, invoke_mode="RESPONSE_STREAM", cors=CORS, document=gate.document
    )
    assert (live.logical_id, live.auth_type, live.invoke_mode) == ("Live", "NONE", "BUFFERED")
