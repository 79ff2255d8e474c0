"""REST APIs before functions, services, URLs and nothing, without Lambda proxy (X60 to X75)."""

import base64
from typing import Any

import pytest
from gateway.integrated import JSON, Behind, header_of, request, seen
from gateway.integrations import DEFAULT, http, lambda_
from visitplannr.model.endpoints import EndpointAnswer, EndpointError, RoleError, ServiceCall

AS_JSON = ("Content-Type", "application/json")


def service(uri: str, **settings: Any) -> dict[str, Any]:
    arn = f"arn:aws:apigateway:us-east-1:{uri}"
    return {"type": "aws", "httpMethod": "POST", "uri": arn, "responses": DEFAULT, **settings}


PASSTHROUGH: list[Any] = [
    pytest.param("WHEN_NO_MATCH", True, "text/plain", 200, id="no match passes"),
    pytest.param("WHEN_NO_MATCH", False, "text/plain", 200, id="no template passes"),
    pytest.param("WHEN_NO_TEMPLATES", True, "text/plain", 415, id="another type is refused"),
    pytest.param("WHEN_NO_TEMPLATES", False, "text/plain", 200, id="without templates it passes"),
    pytest.param("NEVER", True, "text/plain", 415, id="never, another type"),
    pytest.param("NEVER", False, "application/json", 415, id="never, no template"),
    pytest.param("NEVER", True, "application/json; charset=utf-8", 200, id="a type has parameters"),
]


@pytest.mark.parametrize(("behaviour", "has_template", "sent", "status"), PASSTHROUGH)
async def test_x63_passthrough_behaviour(
    behaviour: str, has_template: bool, sent: str, status: int
) -> None:
    templates = {"application/json": '{"mapped": true}'} if has_template else {}
    integration = lambda_(passthroughBehavior=behaviour, requestTemplates=templates)
    behind = Behind()
    exchange = await behind.rest(integration, request("POST", "/", b"[1]", ("Content-Type", sent)))
    assert exchange.response.status == status
    if status == 415:
        assert seen(exchange) == (415, b'{"message":"Unsupported Media Type"}')
        assert not behind.invoked
    else:
        matched = has_template and sent.startswith("application/json")
        assert behind.invoked == [{"mapped": True} if matched else [1]]


async def test_x63_no_content_type_counts_as_json_and_no_body_as_an_empty_object() -> None:
    behind = Behind()
    templates = {"application/json": '{"at": "$context.resourcePath", "all": $input.json("$")}'}
    await behind.rest(lambda_(requestTemplates=templates), request("GET"))
    await behind.rest(lambda_(), request("GET"))
    assert behind.invoked == [{"at": "/", "all": {}}, {}]


SOURCES: list[Any] = [
    ("method.request.header.x-a", "of the header"),
    ("method.request.querystring.q", "2"),
    ("method.request.multivaluequerystring.q", "1"),
    ("method.request.path.id", "7"),
    ("method.request.body", '{"a": {"b": [5]}}'),
    ("method.request.body.a.b[0]", "5"),
    ("method.request.body.a", '{"b":[5]}'),
    ("method.request.multivalueheader.X-A", "of the header"),
    ("stageVariables.colour", "blue"),
    ("context.stage", "dev"),
    ("context.identity.sourceIp", "1.2.3.4"),
    ("'static text'", "static text"),
    ("method.request.header.nothing", None),
    ("method.request.body.nothing", None),
    ("nonsense", None),
]


@pytest.mark.parametrize(("source", "value"), SOURCES)
async def test_x64_where_a_mapped_header_comes_from(source: str, value: str | None) -> None:
    behind = Behind()
    integration = http(requestParameters={"integration.request.header.X-Mapped": source})
    asked = request(
        "POST",
        "/users/7",
        b'{"a": {"b": [5]}}',
        ("X-A", "of the header"),
        AS_JSON,
        query="q=1&q=2",
    )
    await behind.rest(
        integration, asked, resource="/users/{id}", stage_variables={"colour": "blue"}
    )
    (call,) = behind.called
    assert header_of(call.headers, "x-mapped") == value


async def test_x64_path_query_and_stage_variables_make_the_url() -> None:
    behind = Behind()
    integration = http(
        uri="http://${stageVariables.host}/v/{id}?fixed=1",
        httpMethod="PUT",
        requestParameters={
            "integration.request.path.id": "method.request.path.user",
            "integration.request.querystring.all": "method.request.multivaluequerystring.q",
        },
    )
    asked = request("POST", "/users/a%20b", b"{}", query="q=1&q=2&unmapped=3")
    await behind.rest(
        integration, asked, resource="/users/{user}", stage_variables={"host": "there.example"}
    )
    (call,) = behind.called
    assert (call.method, call.url) == (
        "PUT",
        "http://there.example/v/a%20b?fixed=1&all=1&all=2",
    )


async def test_x62_a_template_overrides_what_the_mappings_set() -> None:
    behind = Behind(EndpointAnswer(200, JSON, b'{"a": 1}'))
    integration = http(
        requestParameters={"integration.request.header.X": "'mapped'"},
        requestTemplates={
            "application/json": '#set($context.requestOverride.header.X = "set")'
            '#set($context.requestOverride.path.id = "9"){"b": 2}'
        },
        responses={
            "default": {
                "statusCode": 200,
                "responseParameters": {"method.response.header.Y": "'mapped'"},
                "responseTemplates": {
                    "application/json": "#set($context.responseOverride.status = 203)"
                    '#set($context.responseOverride.header.Y = "set")$input.json("$.a")'
                },
            }
        },
    )
    exchange = await behind.rest(integration, request("POST", "/", b"{}"))
    (call,) = behind.called
    assert (call.url, header_of(call.headers, "x"), call.body) == (
        "http://there.example/9",
        "set",
        b'{"b": 2}',
    )
    assert seen(exchange) == (203, b"1")
    assert header_of(exchange.response.headers, "y") == "set"


async def test_x65_http_passes_what_is_mapped_and_http_proxy_passes_all() -> None:
    asked = request("POST", "/", b"body", ("X-A", "1"), ("Content-Type", "text/plain"), query="q=1")
    mapped = {"integration.request.querystring.m": "'2'"}
    plain, proxied = Behind(), Behind()
    await plain.rest(http(requestParameters=mapped), asked)
    await proxied.rest(http(type="http_proxy", requestParameters=mapped, uri="http://t/p"), asked)
    (call,), (all_of_it,) = plain.called, proxied.called
    assert header_of(call.headers, "x-a") is None
    assert call.url == "http://there.example/{id}?m=2"
    assert dict(call.headers).keys() == {
        "Accept",
        "User-Agent",
        "x-amzn-apigateway-api-id",
        "Content-Type",
        "X-Amzn-Trace-Id",
    }
    assert header_of(all_of_it.headers, "x-a") == "1"
    assert header_of(all_of_it.headers, "host") is None
    assert (all_of_it.url, all_of_it.body) == ("http://t/p?q=1&m=2", b"body")


async def test_r13_http_proxy_answers_as_the_url_does() -> None:
    headers = (
        ("Content-Type", "text/x"),
        ("Date", "then"),
        ("x-amzn-RequestId", "theirs"),
        ("Transfer-Encoding", "chunked"),
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
    )
    behind = Behind(EndpointAnswer(404, headers, b"gone"))
    exchange = await behind.rest(http(type="http_proxy"), request("GET"))
    assert seen(exchange) == (404, b"gone")
    sent = exchange.response.headers
    assert header_of(sent, "x-amzn-remapped-date") == "then"
    assert header_of(sent, "x-amzn-remapped-x-amzn-requestid") == "theirs"
    assert header_of(sent, "x-amzn-requestid") == exchange.ids.request_id
    assert header_of(sent, "transfer-encoding") is None
    assert [value for name, value in sent if name == "Set-Cookie"] == ["a", "b"]


MOCKS: list[Any] = [
    pytest.param('{"statusCode": 200}', 200, id="JSON"),
    pytest.param("{ statusCode: 204 }", 204, id="as CDK writes it"),
    pytest.param("{'statusCode': \"404\"}", 404, id="a text"),
    pytest.param('{"statusCode": $input.params("code")}', 404, id="a template"),
    pytest.param("{}", 500, id="none"),
]


@pytest.mark.parametrize(("template", "status"), MOCKS)
async def test_x66_a_mock_answers_with_the_status_of_its_template(
    template: str, status: int
) -> None:
    integration = {
        "type": "mock",
        "requestTemplates": {"application/json": template},
        "responses": {
            "200": {"statusCode": 200, "responseTemplates": {"application/json": "ok"}},
            "20[4]": {"statusCode": 204},
            "4\\d{2}": {"statusCode": 404},
        },
    }
    exchange = await Behind().rest(integration, request("GET", query="code=404"))
    assert exchange.response.status == status
    if status == 200:
        assert exchange.response.body == b"ok"


CONVERSIONS: list[Any] = [
    pytest.param("CONVERT_TO_TEXT", "image/png", b"\x89", base64.b64encode(b"\x89"), id="to text"),
    pytest.param("CONVERT_TO_BINARY", "text/plain", b"iQ==", b"\x89", id="to bytes"),
    pytest.param("", "image/png", b"\x89", b"\x89", id="as it is"),
    pytest.param("CONVERT_TO_BINARY", "text/plain", b"no base64", None, id="no base64"),
]


@pytest.mark.parametrize(("handling", "sent", "body", "passed"), CONVERSIONS)
async def test_x67_content_handling_of_requests(
    handling: str, sent: str, body: bytes, passed: bytes | None
) -> None:
    behind = Behind()
    exchange = await behind.rest(
        http(contentHandling=handling),
        request("POST", "/", body, ("Content-Type", sent)),
        binary_media_types=("image/png",),
    )
    assert [call.body for call in behind.called] == ([] if passed is None else [passed])
    assert exchange.response.status == (500 if passed is None else 200)


async def test_x72_a_function_that_is_invoked_as_an_event_is_not_waited_for() -> None:
    behind = Behind()
    mapped = {"integration.request.header.X-Amz-Invocation-Type": "'Event'"}
    exchange = await behind.rest(
        lambda_(requestParameters=mapped), request("POST", "/", b'{"a": 1}')
    )
    assert (exchange.response.status, behind.submitted) == (200, [("F", b'{"a": 1}')])
    assert not behind.invoked


ROLE = "arn:aws:iam::1:role/calls"


SERVICES: list[Any] = [
    pytest.param("sqs:path/1/q", ("sqs", "", "POST", "/1/q"), id="a path"),
    pytest.param("dynamodb:action/PutItem", ("dynamodb", "PutItem", "POST", "/"), id="an action"),
    pytest.param("s3:path/bucket/a/b", ("s3", "", "POST", "/bucket/a/b"), id="an object"),
    pytest.param("bucket.s3:path/a", ("s3", "", "POST", "/bucket/a"), id="a bucket's host"),
]


@pytest.mark.parametrize(("uri", "call"), SERVICES)
async def test_x73_services_are_called_as_the_integrations_role(uri: str, call: Any) -> None:
    behind = Behind(EndpointAnswer(200, JSON, b'{"done": true}'))
    exchange = await behind.rest(
        service(uri, credentials=ROLE), request("GET", "/", b"{}", AS_JSON)
    )
    (made,) = behind.called
    assert isinstance(made, ServiceCall)
    assert (made.service, made.action, made.method, made.path) == call
    assert (made.role, made.body) == (ROLE, b"{}")
    assert seen(exchange) == (200, b'{"done": true}')


FAILURES: list[Any] = [
    pytest.param(
        http(), EndpointError("refused"), 504, "Network error communicating with endpoint", id="x75"
    ),
    pytest.param(
        service("sqs:path/1/q"), RoleError("no such role"), 500, "Internal server error", id="role"
    ),
    pytest.param(
        {**service("sqs:path/q"), "uri": "nothing"}, None, 500, "Internal server error", id="uri"
    ),
]


@pytest.mark.parametrize(("integration", "error", "status", "message"), FAILURES)
async def test_x73_x75_what_cannot_be_called(
    integration: dict[str, Any], error: Exception | None, status: int, message: str
) -> None:
    behind = Behind(error or EndpointAnswer(200, JSON, b""))
    exchange = await behind.rest(integration, request("GET"))
    assert exchange.response.status == status
    assert message in exchange.response.body.decode()
    assert exchange.explanation


async def test_x74_an_endpoint_that_is_late() -> None:
    behind = Behind(delay=60.0)
    integration = http(timeoutInMillis="10")
    exchange = await behind.rest(integration, request("GET"))
    assert seen(exchange) == (504, b'{"message": "Endpoint request timed out"}')
    assert "did not answer in 0.01 s" in str(exchange.explanation)


async def test_x75_a_configured_integration_failure_is_answered_with() -> None:
    responses = {"INTEGRATION_FAILURE": {"statusCode": 555, "responseTemplates": {}}}
    exchange = await Behind(EndpointError("refused")).rest(
        http(),
        request("GET"),
        document={"x-amazon-apigateway-gateway-responses": responses},
    )
    assert exchange.response.status == 555


async def test_x15_authorization_may_be_mapped_for_urls_only() -> None:
    mapped = {"integration.request.header.Authorization": "'secret'"}
    url, function = Behind(), Behind()
    exchange = await url.rest(http(requestParameters=mapped), request("GET"))
    refused = await function.rest(lambda_(requestParameters=mapped), request("GET"))
    assert (exchange.response.status, refused.response.status) == (200, 500)
    assert header_of(url.called[0].headers, "authorization") == "secret"


async def test_a_private_integration_is_not_run() -> None:
    exchange = await Behind().rest(http(connectionType="VPC_LINK"), request("GET"))
    assert exchange.response.status == 501
    assert "in a private network" in str(exchange.explanation)
