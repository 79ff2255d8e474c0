"""The answers of a REST API itself: each type, as it is and as an API configures it (X1 to X5)."""

import json
from typing import Any

import pytest
from gateway.behind import Proxied, document, get, values
from gateway.integrated import request
from visitplannr.gateway.exchange import begun
from visitplannr.gateway.request import Response
from visitplannr.gateway.rest_api.configured_responses import GatewayResponses
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.model.application import RestApi

KEY = "x-amazon-apigateway-gateway-responses"

# Type, status, x-amzn-ErrorType, body.
DEFAULTS: list[Any] = [
    ("ACCESS_DENIED", 403, "AccessDeniedException",
     b'{"Message":"User is not authorized to access this resource"}'),
    ("API_CONFIGURATION_ERROR", 500, "InternalServerErrorException",
     b'{"message": "Internal server error"}'),
    ("AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException",
     b'{"message":null}'),
    ("AUTHORIZER_FAILURE", 500, "AuthorizerFailureException",
     b'{"message":"Internal server error"}'),
    ("BAD_REQUEST_BODY", 400, "BadRequestException", b'{"message":"Invalid request body"}'),
    ("BAD_REQUEST_PARAMETERS", 400, "BadRequestException",
     b'{"message":"Missing required parameters"}'),
    ("ENDPOINT_UNREACHABLE", 504, "InternalServerErrorException",
     b'{"message": "Network error communicating with endpoint"}'),
    ("INTEGRATION_FAILURE", 502, "InternalServerErrorException",
     b'{"message": "Internal server error"}'),
    ("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException",
     b'{"message": "Endpoint request timed out"}'),
    ("INVALID_API_KEY", 403, "ForbiddenException", b'{"message":"Forbidden"}'),
    ("MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException",
     b'{"message":"Missing Authentication Token"}'),
    ("PAYLOAD_TOO_LARGE", 413, "BadRequestException",
     b"HTTP content length exceeded 10485760 bytes."),
    ("QUOTA_EXCEEDED", 429, "LimitExceededException", b'{"message":"Limit Exceeded"}'),
    ("REQUEST_TOO_LARGE", 413, "BadRequestException", b'{"message": "Request Too Long"}'),
    ("THROTTLED", 429, "TooManyRequestsException", b'{"message":"Too Many Requests"}'),
    ("UNAUTHORIZED", 401, "UnauthorizedException", b'{"message":"Unauthorized"}'),
    ("UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException",
     b'{"message":"Unsupported Media Type"}'),
    ("URI_TOO_LONG", 414, "BadRequestException", b'{"message":"Request URI too long"}'),
    ("MALFORMED_URL", 400, "BadRequestException", b'{"message":"Bad Request"}'),
]  # fmt: skip
NAMES = [row[0] for row in DEFAULTS]
CONFIGURABLE = [name for name in NAMES if not name.endswith("TOO_LARGE")]
AWS_NAMES = {"ENDPOINT_UNREACHABLE": "INTEGRATION_FAILURE"}


def rendered(configured: Any, name: str, asked: Any = None) -> Response:
    api = RestApi(
        "Api", "abc", "1", "dev", {KEY: configured}, {}, stage_variables={"colour": "blue"}
    )
    exchange = begun(api, asked or get("/pets/7"), 0.0)
    return GatewayResponses(api).render(GatewayError(GatewayResponse[name], "why"), exchange)


def header(response: Response, name: str) -> str | None:
    return next((v for n, v in response.headers if n.lower() == name.lower()), None)


@pytest.mark.parametrize(("name", "status", "error_type", "body"), DEFAULTS, ids=NAMES)
def test_x1_a_type_as_it_is(name: str, status: int, error_type: str, body: bytes) -> None:
    response = rendered({}, name)
    assert (response.status, response.body) == (status, body)
    assert header(response, "x-amzn-ErrorType") == error_type
    plain = name == "PAYLOAD_TOO_LARGE"
    expected = "text; charset=utf-8" if plain else "application/json"
    assert header(response, "content-type") == expected


CONFIGURED: dict[str, Any] = {
    "statusCode": "456",
    "responseParameters": {"gatewayresponse.header.X-Why": "'because'"},
    "responseTemplates": {"application/json": '{"type": "$context.error.responseType"}'},
}


@pytest.mark.parametrize("name", CONFIGURABLE)
def test_x2_x3_a_configured_type(name: str) -> None:
    aws_name = AWS_NAMES.get(name, name)
    family = f"DEFAULT_{GatewayResponse[name].value.status // 100}XX"
    other = "DEFAULT_5XX" if family == "DEFAULT_4XX" else "DEFAULT_4XX"
    for place in (aws_name, family):
        response = rendered({place: CONFIGURED, other: {"statusCode": "599"}}, name)
        assert (response.status, json.loads(response.body)) == (456, {"type": aws_name})
        assert header(response, "X-Why") == "because"
    both = rendered({aws_name: {}, family: CONFIGURED}, name)
    assert (both.status, header(both, "X-Why")) == (GatewayResponse[name].value.status, None)


@pytest.mark.parametrize("name", ["REQUEST_TOO_LARGE", "PAYLOAD_TOO_LARGE"])
def test_x4_413_stays_as_it_is(name: str) -> None:
    configured = {"REQUEST_TOO_LARGE": CONFIGURED, name: CONFIGURED, "DEFAULT_4XX": CONFIGURED}
    assert rendered(configured, name) == rendered({}, name)


SENT = request(
    "POST", "/pets/7", b"{}", ("X-A", "1"), ("X-A", "2"), ("User-Agent", "test"), query="q=1&q=é"
)
VARIABLES: list[Any] = [
    ("$context.error.message", "Missing Authentication Token"),
    ("$context.error.messageString", '"Missing Authentication Token"'),
    ("$context.error.responseType", "MISSING_AUTHENTICATION_TOKEN"),
    ("$context.error.validationErrorString", ""),
    ("$context.stage", "dev"),
    ("$context.path", "/dev/pets/7"),
    ("$context.httpMethod", "POST"),
    ("$context.apiId", "abc"),
    ("$context.accountId", "1"),
    ("$context.protocol", "HTTP/1.1"),
    ("$context.requestTime", "01/Jan/1970:00:00:00 +0000"),
    ("$context.requestTimeEpoch", "0"),
    ("$context.domainName", "a.example"),
    ("$context.domainPrefix", "a"),
    ("$context.identity.sourceIp", "1.2.3.4"),
    ("$context.identity.userAgent", "test"),
    ("$context.identity.user", ""),
    ("$context.resourcePath", ""),
    ("$context.nothing", ""),
    ("${context.stage}s", "devs"),
    ("$stageVariables.colour", "blue"),
    ("${stageVariables.colour}", "blue"),
    ("$stageVariables.nothing", ""),
    ("$method.request.header.x-a", "2"),
    ("$method.request.querystring.q", "é"),
    ("$method.request.header.nothing", ""),
    ("$other.thing $context $", "$other.thing $context $"),
    ("#if(true)x#end", "#if(true)x#end"),
]


@pytest.mark.parametrize(("template", "text"), VARIABLES)
def test_x3_variables_of_a_template(template: str, text: str) -> None:
    configured = {"DEFAULT_4XX": {"responseTemplates": {"application/json": template}}}
    response = rendered(configured, "MISSING_AUTHENTICATION_TOKEN", SENT)
    assert response.body.decode() == text


HEADERS: list[Any] = [
    ("'static'", "static"),
    ("method.request.header.X-A", "2"),
    ("method.request.multivalueheader.X-A", "1"),
    ("method.request.querystring.q", "é"),
    ("context.stage", "dev"),
    ("context.error.responseType", "MISSING_AUTHENTICATION_TOKEN"),
    ("stageVariables.colour", "blue"),
    ("method.request.header.nothing", None),
    ("nonsense", None),
]


@pytest.mark.parametrize(("source", "value"), HEADERS)
def test_x3_headers_of_a_configured_response(source: str, value: str | None) -> None:
    parameters = {"gatewayresponse.header.X-Mapped": source, "other": "'x'"}
    configured = {"DEFAULT_4XX": {"responseParameters": parameters}}
    response = rendered(configured, "MISSING_AUTHENTICATION_TOKEN", SENT)
    assert header(response, "X-Mapped") == value
    assert response.body == b'{"message":"Missing Authentication Token"}'


def test_x3_a_header_that_is_set_stands_for_the_gateways() -> None:
    parameters = {
        "gatewayresponse.header.content-type": "'text/x'",
        "gatewayresponse.header.x-amzn-errortype": "'Mine'",
    }
    configured = {"DEFAULT_4XX": {"responseParameters": parameters}}
    response = rendered(configured, "THROTTLED")
    assert response.headers == (("content-type", "text/x"), ("x-amzn-errortype", "Mine"))


TEMPLATES = {"text/html": "<p>", "application/json": "{}", "application/xml": "<x/>"}


@pytest.mark.parametrize(
    ("templates", "accept", "kind", "body"),
    [
        (TEMPLATES, "text/html", "text/html", b"<p>"),
        (TEMPLATES, "application/xml;q=1, text/html", "application/xml", b"<x/>"),
        (TEMPLATES, "*/*", "application/json", b"{}"),
        (TEMPLATES, None, "application/json", b"{}"),
        ({"text/html": "<p>"}, None, "text/html", b"<p>"),
        ({}, "text/html", "application/json", b'{"message":"Too Many Requests"}'),
        ({"application/json": ""}, None, "application/json", b""),
    ],
)
def test_x5_the_accepted_type_chooses_the_template(
    templates: Any, accept: str | None, kind: str, body: bytes
) -> None:
    asked = get("/a", *([("Accept", accept)] if accept else []))
    response = rendered({"DEFAULT_4XX": {"responseTemplates": templates}}, "THROTTLED", asked)
    assert (header(response, "content-type"), response.body) == (kind, body)


@pytest.mark.parametrize(
    "configured", [None, {"THROTTLED": None}, {"THROTTLED": "x"}, {"THROTTLED": {}}]
)
def test_a_configuration_that_is_none_changes_nothing(configured: Any) -> None:
    assert rendered(configured, "THROTTLED") == rendered({}, "THROTTLED")


@pytest.mark.parametrize(
    "settings",
    [{"statusCode": "many"}, {"statusCode": None}, {"responseTemplates": {"application/json": 1}}],
)
def test_parts_that_are_none_change_nothing(settings: Any) -> None:
    assert rendered({"THROTTLED": settings}, "THROTTLED") == rendered({}, "THROTTLED")


async def test_x3_the_route_and_its_parameters_are_known_where_there_is_one() -> None:
    template = "$context.resourcePath $method.request.path.id $context.error.validationErrorString"
    configured = {"BAD_REQUEST_BODY": {"responseTemplates": {"application/json": template}}}
    model = {"type": "object", "required": ["name"]}
    made = document("POST /pets/{id}")
    operation = made["paths"]["/pets/{id}"]["post"]
    operation["parameters"] = [{"in": "body", "schema": model}]
    operation["x-amazon-apigateway-request-validator"] = "body"
    made["x-amazon-apigateway-request-validators"] = {"body": {"validateRequestBody": True}}
    asked = request("POST", "/pets/7", b"{}")
    exchange = await Proxied().rest(asked, ("POST /pets/{id}",), document={**made, KEY: configured})
    body = exchange.response.body.decode()
    assert body.startswith("/pets/{id} 7 [")
    assert "'name' is a required property" in body


async def test_x20_each_answer_has_both_ids() -> None:
    exchange = await Proxied().rest(get("/"), document={KEY: {"DEFAULT_4XX": CONFIGURED}})
    assert exchange.response.status == 456
    assert values(exchange, "x-amzn-requestid") == [exchange.ids.request_id]
    assert values(exchange, "x-amz-apigw-id") == [exchange.ids.extended_request_id]
    assert not values(exchange, "x-amzn-trace-id")
