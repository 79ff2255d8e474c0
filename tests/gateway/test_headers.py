"""How REST APIs treat headers: AWS's table of them, row by row (E41, E44, R13, R15, X65, X69)."""

from typing import Any

import pytest
from gateway.behind import Proxied, get, values
from gateway.integrated import Behind, header_of, request
from gateway.integrations import http, lambda_
from visitplannr.model.endpoints import EndpointAnswer

REMAPPED = "x-amzn-Remapped-"

# Header; what becomes of a client's: in an event, before HTTP_PROXY, and if it is mapped for HTTP;
# what becomes of an answer's: from a function, by HTTP_PROXY, and from a mapping.
TABLE: list[Any] = [
    ("Accept", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("Accept-Charset", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("Accept-Encoding", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("Age", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("Authorization", "passed", "passed", "passed", "remapped", "remapped", "remapped"),
    ("Connection", "dropped", "dropped", "passed", "remapped", "remapped", "remapped"),
    ("Content-Encoding", "passed", "dropped", "passed", "passed", "passed", "passed"),
    ("Content-Length", "dropped", "dropped", "refused", "remapped", "remapped", "remapped"),
    ("Content-MD5", "dropped", "dropped", "passed", "remapped", "remapped", "remapped"),
    ("Content-Type", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("Date", "passed", "passed", "passed", "remapped", "remapped", "remapped"),
    ("Expect", "dropped", "dropped", "dropped", "dropped", "dropped", "remapped"),
    ("Host", "passed", "dropped", "passed", "dropped", "dropped", "remapped"),
    ("Max-Forwards", "dropped", "dropped", "passed", "remapped", "remapped", "remapped"),
    ("Pragma", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("Proxy-Authenticate", "dropped", "dropped", "dropped", "dropped", "dropped", "remapped"),
    ("Range", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("Referer", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("Server", "dropped", "dropped", "passed", "remapped", "remapped", "remapped"),
    ("TE", "dropped", "dropped", "dropped", "dropped", "dropped", "passed"),
    ("Trailer", "dropped", "dropped", "passed", "dropped", "dropped", "remapped"),
    ("Transfer-Encoding", "dropped", "dropped", "refused", "dropped", "dropped", "dropped"),
    ("Upgrade", "dropped", "dropped", "passed", "dropped", "dropped", "remapped"),
    ("User-Agent", "passed", "passed", "passed", "remapped", "remapped", "remapped"),
    ("Via", "passed", "dropped", "dropped", "dropped", "dropped", "passed"),
    ("Warn", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("WWW-Authenticate", "dropped", "dropped", "passed", "remapped", "remapped", "remapped"),
    ("X-Any", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("Set-Cookie", "passed", "passed", "passed", "passed", "passed", "passed"),
    ("X-HTTP-Method-Override", "dropped", "dropped", "passed", "passed", "passed", "passed"),
    ("X-Forwarded-For", "passed", "passed", "passed", "remapped", "remapped", "remapped"),
    ("x-amzn-RequestId", "passed", "passed", "passed", "remapped", "remapped", "remapped"),
]
COLUMNS = ("name", "event", "proxied", "mapped", "function", "url", "response")
VALUE = "GET"


def table(column: str) -> pytest.MarkDecorator:
    """Parametrise by the name of a header and what becomes of it in one column."""
    at = COLUMNS.index(column)
    rows = [(row[0], row[at]) for row in TABLE]
    return pytest.mark.parametrize(("name", "becomes"), rows, ids=[row[0] for row in TABLE])


@table("event")
async def test_e44_what_a_function_sees(name: str, becomes: str) -> None:
    for spelling in (name, name.lower(), name.upper()):
        function = Proxied()
        await function.rest(get("/a", (spelling, VALUE)))
        for place in ("headers", "multiValueHeaders"):
            found = [key for key in function.event[place] if key.lower() == name.lower()]
            assert bool(found) is (becomes == "passed")


@table("proxied")
async def test_x65_what_a_url_gets(name: str, becomes: str) -> None:
    behind = Behind()
    await behind.rest(http(type="http_proxy"), request("GET", "/", b"", (name, VALUE)))
    (call,) = behind.called
    assert (header_of(call.headers, name) == VALUE) is (becomes == "passed")


@table("mapped")
@pytest.mark.parametrize("kind", ["http", "http_proxy"])
async def test_x65_what_a_mapping_may_set(kind: str, name: str, becomes: str) -> None:
    behind = Behind()
    parameters = {f"integration.request.header.{name}": "'set'"}
    exchange = await behind.rest(http(type=kind, requestParameters=parameters), request("GET"))
    assert (exchange.response.status == 500) is (becomes == "refused")
    if behind.called:
        assert (header_of(behind.called[0].headers, name) == "set") is (becomes == "passed")


def seen(headers: Any, name: str) -> str:
    """Say what has become of a header whose value was `given`."""
    sent = [key for key, value in headers if value == "given"]
    if sent in ([name], []):
        return "passed" if sent else "dropped"
    return "remapped" if sent == [f"{REMAPPED}{name}"] else f"{sent}"


@table("function")
@pytest.mark.parametrize("place", ["headers", "multiValueHeaders"])
async def test_r13_r15_headers_of_a_function(place: str, name: str, becomes: str) -> None:
    given = "given" if place == "headers" else ["given"]
    for spelling in (name, name.lower()):
        exchange = await Proxied({place: {spelling: given}}).rest(get())
        assert exchange.response.status == 200
        assert seen(exchange.response.headers, spelling) == becomes


@table("url")
async def test_r13_headers_of_a_url(name: str, becomes: str) -> None:
    behind = Behind(EndpointAnswer(200, ((name, "given"),), b"{}"))
    exchange = await behind.rest(http(type="http_proxy"), request("GET"))
    assert seen(exchange.response.headers, name) == becomes


@table("response")
@pytest.mark.parametrize("made", ["mapping", "template"])
async def test_x69_headers_of_a_mapping(made: str, name: str, becomes: str) -> None:
    integration: dict[str, Any] = {"statusCode": 200}
    if made == "mapping":
        integration["responseParameters"] = {f"method.response.header.{name}": "'given'"}
    else:
        override = f"#set($context.responseOverride.header['{name}'] = 'given')"
        integration["responseTemplates"] = {"application/json": override}
    exchange = await Behind().rest(http(responses={"default": integration}), request("GET"))
    assert seen(exchange.response.headers, name) == becomes


@pytest.mark.parametrize("sent", ["authorization", "AUTHORIZATION", "aUThorization"])
async def test_e41_authorization_is_spelled_so(sent: str) -> None:
    function = Proxied()
    await function.rest(get("/a", (sent, "Bearer x")))
    assert function.event["headers"]["Authorization"] == "Bearer x"
    assert function.event["multiValueHeaders"]["Authorization"] == ["Bearer x"]


async def test_e44_a_signature_goes_no_further() -> None:
    function, behind = Proxied(), Behind()
    signature = ("Authorization", "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s/aws4_request")
    await function.rest(get("/a", signature))
    await behind.rest(http(type="http_proxy"), request("GET", "/", b"", signature))
    assert "Authorization" not in function.event["headers"]
    assert header_of(behind.called[0].headers, "authorization") is None


async def test_e44_mappings_and_templates_do_not_see_what_is_dropped() -> None:
    behind = Behind()
    integration = http(
        requestParameters={"integration.request.header.X-Seen": "method.request.header.Upgrade"},
        requestTemplates={"application/json": "$input.params('Upgrade')$input.params('X-Any')"},
    )
    asked = request("POST", "/", b"{}", ("Upgrade", "h2c"), ("X-Any", "1"))
    await behind.rest(integration, asked)
    (call,) = behind.called
    assert (header_of(call.headers, "x-seen"), call.body) == (None, b"1")


async def test_e45_every_proxy_on_the_way_stays_in_the_list() -> None:
    function = Proxied()
    await function.rest(
        get("/a", ("X-Forwarded-For", "10.0.0.1, 10.0.0.2"), ("x-forwarded-for", "::1"))
    )
    assert function.event["headers"]["X-Forwarded-For"] == "10.0.0.1, 10.0.0.2, ::1, 1.2.3.4"


async def test_e40_names_that_differ_in_case_are_two() -> None:
    function = Proxied()
    await function.rest(get("/a", ("X-A", "1"), ("x-a", "2"), ("X-A", "3")))
    assert function.event["multiValueHeaders"]["X-A"] == ["1", "3"]
    assert function.event["headers"]["x-a"] == "2"


async def test_x65_what_the_gateway_adds_before_a_url() -> None:
    for kind, agent in (("http", "AmazonAPIGateway_abc"), ("http_proxy", "test/1")):
        behind = Behind()
        asked = request("GET", "/", b"", ("User-Agent", "test/1"), ("Content-Type", "text/x"))
        exchange = await behind.rest(http(type=kind), asked)
        headers = behind.called[0].headers
        assert header_of(headers, "user-agent") == agent
        assert header_of(headers, "x-amzn-apigateway-api-id") == "abc"
        assert [v for n, v in headers if n == "X-Amzn-Trace-Id"] == [exchange.ids.trace]
        assert (header_of(headers, "content-type") is None) is (kind == "http")


async def test_x65_referer_does_not_reach_a_service() -> None:
    behind = Behind()
    integration = {
        **lambda_(requestParameters={"integration.request.header.Referer": "'set'"}),
        "uri": "arn:aws:apigateway:us-east-1:sqs:path/1/q",
    }
    await behind.rest(integration, request("POST", "/", b"{}"))
    assert header_of(behind.called[0].headers, "referer") is None


TRACED: list[Any] = [
    pytest.param(http(), True, id="HTTP"),
    pytest.param(lambda_(), True, id="AWS"),
    pytest.param(http(type="http_proxy"), False, id="HTTP_PROXY"),
    pytest.param(
        {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": {"statusCode": 200}},
        },
        False,
        id="MOCK",
    ),
]


@pytest.mark.parametrize(("integration", "traced"), TRACED)
async def test_e47_which_answers_have_the_trace(integration: dict[str, Any], traced: bool) -> None:
    exchange = await Behind().rest(integration, request("POST", "/", b"{}"))
    assert exchange.response.status == 200
    assert bool(values(exchange, "x-amzn-trace-id")) is traced


async def test_r15_the_gateways_own_headers_are_there_once() -> None:
    own = {"X-Amzn-Trace-Id": "mine", "x-amz-apigw-id": "mine", "x-amzn-RequestId": "mine"}
    exchange = await Proxied({"headers": own}).rest(get())
    assert values(exchange, "x-amzn-trace-id") == [exchange.ids.answer_trace]
    assert values(exchange, "x-amz-apigw-id") == [exchange.ids.extended_request_id]
    assert values(exchange, "x-amzn-requestid") == [exchange.ids.request_id]
    assert values(exchange, f"{REMAPPED}x-amzn-requestid") == ["mine"]
