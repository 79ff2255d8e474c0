"""Functions that cannot be asked, or do not answer, behind each kind of API (X10 to X17)."""

import asyncio
from typing import Any

import pytest
from gateway.behind import PROXY, Proxied, get, values
from gateway.integrated import request
from visitplannr.gateway.http_api.stage import HttpStage
from visitplannr.gateway.rest_api.stage import RestStage
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import HttpApi, RestApi
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationResult,
    PayloadTooLargeError,
    ThrottledError,
)

JSON = "application/json"
ERROR = b'{"errorType": "ValueError", "errorMessage": "secret"}'
TIMEOUT = b'{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 3.00 seconds"}'
# What is wrong: the result, whether it is an error of the function.
THROTTLED = (ThrottledError("ReservedFunctionConcurrentInvocationLimitExceeded"), None)
MISSING = (FunctionNotFoundError("gone"), None)
FAILED = (ERROR, "Unhandled")
LATE = (TIMEOUT, "Unhandled")
LARGE = (PayloadTooLargeError("7 MB"), None)
BROKEN = (RuntimeError("bug"), None)

F = b'{"message": "Internal server error"}'
REST: list[Any] = [
    pytest.param(THROTTLED, 502, F, "InternalServerErrorException", id="X14 throttled"),
    pytest.param(MISSING, 500, F, "InternalServerErrorException", id="X13 missing"),
    pytest.param(FAILED, 502, F, "InternalServerErrorException", id="X10 failed"),
    pytest.param(LATE, 502, F, "InternalServerErrorException", id="X11 its own timeout"),
    pytest.param(LARGE, 413, b'{"message": "Request Too Long"}', "BadRequestException", id="X17"),
    pytest.param(BROKEN, 500, F, "InternalServerErrorException", id="broken host"),
]


@pytest.mark.parametrize(("fault", "status", "body", "error_type"), REST)
async def test_x10_to_x17_faults_behind_a_rest_api(
    fault: Any, status: int, body: bytes, error_type: str
) -> None:
    exchange = await Proxied(*fault).rest(get())
    assert (exchange.response.status, exchange.response.body) == (status, body)
    assert values(exchange, "content-type") == [JSON]
    assert values(exchange, "x-amzn-errortype") == [error_type]
    assert values(exchange, "x-amzn-requestid") == [exchange.ids.request_id]
    assert values(exchange, "x-amz-apigw-id") == [exchange.ids.extended_request_id]
    assert not values(exchange, "x-amzn-trace-id")
    assert exchange.explanation
    assert b"secret" not in exchange.response.body


E500 = b'{"message":"Internal Server Error"}'
HTTP: list[Any] = [
    pytest.param(THROTTLED, 500, E500, id="throttled"),
    pytest.param(MISSING, 500, E500, id="missing"),
    pytest.param(FAILED, 500, E500, id="failed"),
    pytest.param(LATE, 500, E500, id="its own timeout"),
    pytest.param(LARGE, 413, b'{"message":"Request Entity Too Large"}', id="too large"),
    pytest.param(BROKEN, 500, E500, id="broken host"),
]


@pytest.mark.parametrize(("fault", "status", "body"), HTTP)
@pytest.mark.parametrize("version", ["1.0", "2.0"])
async def test_h62_faults_behind_an_http_api(
    version: str, fault: Any, status: int, body: bytes
) -> None:
    exchange = await Proxied(*fault).http(get(), version=version)
    assert (exchange.response.status, exchange.response.body) == (status, body)
    assert values(exchange, "content-type") == [JSON]
    assert values(exchange, "apigw-requestid") == [exchange.ids.extended_request_id]
    assert {name.lower() for name, _ in exchange.response.headers} == {
        "content-type",
        "apigw-requestid",
    }
    assert exchange.explanation


LARGE_TEXT = (
    b'{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}'
)
URL: list[Any] = [
    pytest.param(THROTTLED, 429, b'{"Message":"Rate Exceeded."}', ["TooManyRequestsException"],
                 id="U41 throttled"),
    pytest.param(MISSING, 502, b"Internal Server Error", [], id="U40 missing"),
    pytest.param(FAILED, 502, b"Internal Server Error", [], id="U40 failed"),
    pytest.param(LATE, 502, b"Internal Server Error", [], id="U40 its own timeout"),
    pytest.param(LARGE, 413, LARGE_TEXT, ["RequestTooLargeException"], id="U42"),
    pytest.param(BROKEN, 502, b"Internal Server Error", [], id="U40 broken host"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "status", "body", "error_type"), URL)
async def test_u24_u40_faults_behind_a_url(
    fault: Any, status: int, body: bytes, error_type: list[str]
) -> None:
    exchange = await Proxied(*fault).url(get())
    assert (exchange.response.status, exchange.response.body) == (status, body)
    assert values(exchange, "content-type") == [JSON]
    assert values(exchange, "x-amzn-errortype") == error_type
    assert values(exchange, "x-amzn-requestid") == [exchange.ids.request_id]
    assert values(exchange, "x-amzn-trace-id") == [exchange.ids.answer_trace]
    assert exchange.explanation


async def late(function: str, payload: bytes, **_: Any) -> InvocationResult:
    await asyncio.sleep(60)
    return InvocationResult(function, payload)


async def test_x12_h62_a_function_that_is_late() -> None:
    document = {"paths": {"/a": {"get": {"x-amazon-apigateway-integration": PROXY}}}}
    settings, places = GatewaySettings(integration_seconds=0.01), {("/a", "GET"): "f"}
    rest = RestStage(RestApi("A", "a", "1", "Prod", document, places), late, settings)
    http = HttpStage(HttpApi("A", "a", "1", "$default", document, places), late, settings)
    asked = request("GET", "/a")
    for stage, status, body in (
        (rest, 504, b'{"message": "Endpoint request timed out"}'),
        (http, 503, b'{"message":"Service Unavailable"}'),
    ):
        exchange = await stage.handle(asked, stage.router.match(asked))
        assert (exchange.response.status, exchange.response.body) == (status, body)
