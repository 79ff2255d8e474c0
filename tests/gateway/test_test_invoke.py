"""The Test call, through `POST /_local/test-invoke` (api-gateway.md T1 to T6)."""

import json
import re
from typing import Any

import pytest
from gateway.conftest import Gateway

TIME = r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4} : "
TRACE = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}")


def call_method(gateway: Gateway, **call: Any) -> tuple[int, dict[str, Any]]:
    answer = gateway.post(
        json.dumps(call).encode(), "Content-Type: application/json", path="/_local/test-invoke"
    )
    return answer.status, answer.json()


def log_lines(result: dict[str, Any]) -> list[str]:
    first, *lines = result["log"].splitlines()
    assert re.fullmatch(r"Execution log for request [0-9a-f-]{36}", first)
    assert all(re.match(TIME, line) for line in lines)
    return [re.sub(f"^{TIME}", "", line) for line in lines]


def test_t1_the_event_of_a_call_method(gateway: Gateway) -> None:
    status, result = call_method(gateway, method="GET", resource="/users/{id}", path="/users/7?a=1")
    event = json.loads(result["body"])
    assert (status, result["status"]) == (200, 200)
    assert event["headers"] is None
    assert event["multiValueHeaders"] is None
    assert event["pathParameters"] == {"id": "7"}
    assert event["queryStringParameters"] == {"a": "1"}
    context = event["requestContext"]
    assert (context["stage"], context["path"]) == ("test-invoke-stage", "/users/7")
    assert context["identity"]["sourceIp"] == "test-invoke-source-ip"


PATHS: list[Any] = [
    pytest.param("/users/{id}", "", "/users/{id}", {"id": "{id}"}, id="T1 no path"),
    pytest.param("/users/{id}", "/any/where", "/any/where", None, id="T1 another path"),
    pytest.param(None, "/users/7", "/users/7", {"id": "7"}, id="the path chooses the resource"),
]


@pytest.mark.parametrize(("resource", "path", "shown", "parameters"), PATHS)
def test_t1_paths(
    gateway: Gateway, resource: str | None, path: str, shown: str, parameters: dict[str, str] | None
) -> None:
    _, result = call_method(gateway, method="GET", resource=resource, path=path)
    event = json.loads(result["body"])
    assert (event["path"], event["pathParameters"]) == (shown, parameters)
    assert f"HTTP Method: GET, Resource Path: {shown}" in log_lines(result)


def test_t2_the_result(gateway: Gateway) -> None:
    _, result = call_method(gateway, method="GET", resource="/users")
    assert set(result["headers"]) == {"X-Amzn-Trace-Id", "Content-Type"}
    assert TRACE.fullmatch(result["headers"]["X-Amzn-Trace-Id"])
    assert result["multi_value_headers"]["Content-Type"] == ["application/json"]
    assert isinstance(result["latency"], int)


@pytest.mark.parametrize(
    ("method", "resource", "text"),
    [
        pytest.param("PUT", "/users/{id}", "Invalid Method identifier specified", id="T3 method"),
        pytest.param("GET", "/x", "Invalid Resource identifier specified", id="T3 resource"),
    ],
)
def test_t3_unknown_things(gateway: Gateway, method: str, resource: str, text: str) -> None:
    assert call_method(gateway, method=method, resource=resource) == (404, {"detail": text})


def test_t4_the_execution_log(gateway: Gateway) -> None:
    gateway.result = b'{"statusCode": 200, "body": "hello"}'
    _, result = call_method(
        gateway, method="POST", path="/users?foo=bar", headers={"content-type": "text/a"}, body="b"
    )
    lines = log_lines(result)
    uri = (
        "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:123456789012:function:function/invocations"
    )
    assert [line for line in lines if not line.startswith("Endpoint re")] == [
        f"Starting execution for request: {lines[0].rpartition(' ')[2]}",
        "HTTP Method: POST, Resource Path: /users",
        "Method request path: {}",
        "Method request query string: {foo=bar}",
        "Method request headers: {content-type=text/a}",
        "Method request body before transformations: b",
        f"Sending request to {uri}",
        next(line for line in lines if line.startswith("Received response. Status: 200, Int")),
        "Method response body after transformations: hello",
        next(line for line in lines if line.startswith("Method response headers: {X-Amzn-")),
        "Successfully completed execution",
        "Method completed with status: 200",
    ]
    assert f"Endpoint request URI: {uri}" in lines
    given = gateway.result.decode()
    assert f"Endpoint response body before transformations: {given}" in lines
    headers = next(line for line in lines if line.startswith("Endpoint request headers: "))
    assert "Authorization=****************," in headers
    assert headers.endswith(" [TRUNCATED]")


def test_t5_long_values_are_cut(gateway: Gateway) -> None:
    gateway.result = json.dumps({"statusCode": 200, "body": "x" * 2_000}).encode()
    _, result = call_method(gateway, method="GET", resource="/users")
    expected = f"Method response body after transformations: {'x' * 1_000} [TRUNCATED]"
    assert expected in log_lines(result)
    assert len(result["body"]) == 2_000


def test_t6_a_malformed_answer(gateway: Gateway) -> None:
    gateway.result = b'{"statusCode": "x"}'
    _, result = call_method(gateway, method="GET", resource="/users")
    assert (result["status"], result["body"]) == (502, '{"message": "Internal server error"}')
    assert result["headers"] == {"x-amzn-ErrorType": "InternalServerErrorException"}
    assert log_lines(result)[-2:] == [
        "Execution failed due to configuration error: Malformed Lambda proxy response",
        "Method completed with status: 502",
    ]
    assert "statusCode is str 'x'" in result["explanation"]


def test_t6_a_failed_function(gateway: Gateway) -> None:
    gateway.function_error = "Unhandled"
    gateway.result = b'{"errorType": "E", "errorMessage": "boom"}'
    _, result = call_method(gateway, method="GET", resource="/users")
    assert log_lines(result)[-2] == (
        "Lambda execution failed with status 200 due to customer function error: boom. "
        "Lambda request id: lambda-request-id"
    )


def test_t5_a_mock_integration_has_no_endpoint(shop: Gateway) -> None:
    _, result = call_method(shop, method="OPTIONS", resource="/users")
    assert result["status"] == 200
    assert not re.search("Endpoint|Sending|Received", result["log"])
    assert "X-Amzn-Trace-Id" not in result["headers"]


def test_t6_a_request_that_is_not_valid(shop: Gateway) -> None:
    _, result = call_method(shop, method="POST", resource="/users")
    assert (result["status"], json.loads(result["body"])["message"][:7]) == (400, "Missing")


def test_x15_a_forbidden_mapping_fails_the_test_as_well() -> None:
    integration = {"type": "aws_proxy", "requestParameters": {"integration.request.header.TE": "1"}}
    paths = {"/": {"get": {"x-amazon-apigateway-integration": integration}}}
    gateway = Gateway({"paths": paths})
    _, result = call_method(gateway, method="GET", resource="/")
    gateway.close()
    assert result["status"] == 500
    assert "maps to the header TE, which no mapping may set" in result["explanation"]


def test_a_call_method_that_is_none(gateway: Gateway) -> None:
    assert call_method(gateway, path="/users")[0] == 422
