"""HTTP APIs before URLs and services of AWS, and parameter mappings (H64 to H75)."""

from dataclasses import replace
from typing import Any

import pytest
from gateway.integrated import JSON, Behind, header_of, request, seen
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.gateway.http_api.parameter_mapping import (
    changed_request,
    changed_response,
    changes_of,
    value_of,
)
from visitplannr.gateway.request import Response
from visitplannr.model.endpoints import (
    EndpointAnswer,
    EndpointError,
    OperationCall,
    ParameterError,
    RoleError,
)
from visitplannr.model.http_integrations import SUBTYPES
from visitplannr.model.invocation import InvocationResult

ROLE = "arn:aws:iam::1:role/calls"
ASKED = request(
    "POST",
    "/users/7",
    b'{"text": "hi", "in": {"deep": [1, 2]}}',
    ("X-A", "1"),
    ("x-a", "2"),
    query="q=1&q=2&one=3",
)


def url(**settings: Any) -> dict[str, Any]:
    return {"type": "http_proxy", "httpMethod": "ANY", "uri": "http://t.example/{id}", **settings}


def subtype(name: str, **parameters: str) -> dict[str, Any]:
    return {
        "type": "aws_proxy",
        "integrationSubtype": name,
        "credentials": ROLE,
        "payloadFormatVersion": "1.0",
        "requestParameters": parameters,
    }


VALUES: list[Any] = [
    ("$request.header.X-A", "1,2"),
    ("$request.querystring.q", "1,2"),
    ("$request.path", "/users/7"),
    ("$request.path.id", "7"),
    ("$request.body.text", "hi"),
    ("$request.body.in.deep[1]", "2"),
    ("$request.body.in", '{"deep":[1,2]}'),
    ("$request.body", '{"text": "hi", "in": {"deep": [1, 2]}}'),
    ("$context.stage", "$default"),
    ("$context.identity.sourceIp", "1.2.3.4"),
    ("$context.routeKey", "ANY /users/{id}"),
    ("$stageVariables.colour", "blue"),
    ("plain text", "plain text"),
    ("${request.path.id} of ${stageVariables.colour}!", "7 of blue!"),
    ("[${request.header.none}]", "[]"),
    ("$request.path.id $request.path.id", "$request.path.id $request.path.id"),
]


@pytest.mark.parametrize(("expression", "value"), VALUES)
async def test_h70_what_an_expression_selects(expression: str, value: str) -> None:
    behind = Behind()
    integration = url(requestParameters={"overwrite:header.X-Mapped": expression})
    await behind.http(
        integration, ASKED, resource="/users/{id}", stage_variables={"colour": "blue"}
    )
    assert header_of(behind.called[0].headers, "x-mapped") == value


CHANGES: list[Any] = [
    pytest.param({"append:header.X-A": "3"}, "header", "1,2,3", id="append a header"),
    pytest.param({"overwrite:header.x-A": "3"}, "header", "3", id="overwrite a header"),
    pytest.param({"remove:header.X-a": "''"}, "header", "", id="remove a header"),
    pytest.param({"append:querystring.q": "3"}, "query", "q=1&q=2&one=3&q=3", id="append to it"),
    pytest.param({"overwrite:querystring.q": "3"}, "query", "one=3&q=3", id="overwrite in it"),
    pytest.param({"remove:querystring.q": ""}, "query", "one=3", id="remove from it"),
    pytest.param({"overwrite:path": "other/ä b"}, "path", "/other/%C3%A4%20b", id="the path"),
    pytest.param({"overwrite:header.X-A": "$request.header.no"}, "header", "1,2", id="no value"),
    pytest.param({"nonsense:header.X-A": "3"}, "header", "1,2", id="nonsense"),
]


@pytest.mark.parametrize(("parameters", "place", "found"), CHANGES)
async def test_h71_what_mappings_change_of_a_request(
    parameters: dict[str, str], place: str, found: str
) -> None:
    behind = Behind()
    await behind.http(url(requestParameters=parameters), ASKED, resource="/users/{id}")
    (call,) = behind.called
    path, _, query = call.url.removeprefix("http://t.example").partition("?")
    values = [value for name, value in call.headers if name.lower() == "x-a"]
    seen_there = {"header": ",".join(values), "query": query, "path": path}
    assert seen_there[place] == found


async def test_h64_h66_a_url_gets_the_clients_request() -> None:
    headers = (("Content-Type", "text/x"), ("X-Up", "1"), ("Date", "then"))
    behind = Behind(EndpointAnswer(404, headers, b"gone"))
    exchange = await behind.http(url(), ASKED, resource="/users/{id}")
    (call,) = behind.called
    assert (call.method, call.url, call.body) == (
        "POST",
        "http://t.example/7?q=1&q=2&one=3",
        ASKED.body,
    )
    assert header_of(call.headers, "host") is None
    assert header_of(call.headers, "via") == "HTTP/1.1 AmazonAPIGateway"
    forwarded = header_of(call.headers, "forwarded")
    assert forwarded == "by=1.2.3.4;for=1.2.3.4;host=a.example;proto=http"
    assert seen(exchange) == (404, b"gone")
    assert header_of(exchange.response.headers, "x-up") == "1"
    assert header_of(exchange.response.headers, "date") is None
    assert header_of(exchange.response.headers, "apigw-requestid")


async def test_h72_what_mappings_change_of_an_answer() -> None:
    answer = EndpointAnswer(404, (*JSON, ("X-Up", "1"), ("X-Gone", "2")), b'{"why": "lost"}')
    parameters = {
        "404": {
            "overwrite:statuscode": "410",
            "append:header.X-Why": "$response.body.why",
            "overwrite:header.X-Up": "${response.header.x-up} of ${context.stage}",
            "remove:header.x-gone": "''",
        },
        "200": {"overwrite:statuscode": "500"},
    }
    exchange = await Behind(answer).http(
        url(responseParameters=parameters), ASKED, resource="/users/{id}"
    )
    headers = exchange.response.headers
    assert seen(exchange) == (410, b'{"why": "lost"}')
    assert header_of(headers, "x-why") == "lost"
    assert header_of(headers, "x-up") == "1 of $default"
    assert header_of(headers, "x-gone") is None


async def test_h74_mappings_change_what_a_function_gets_and_answers() -> None:
    behind = Behind(result=InvocationResult("id", b'{"statusCode": 200, "body": "ok"}'))
    integration = {
        "type": "aws_proxy",
        "payloadFormatVersion": "2.0",
        "requestParameters": {
            "overwrite:header.X-Mapped": "$request.path.id",
            "remove:header.x-a": "''",
            "append:querystring.added": "$context.routeKey",
        },
        "responseParameters": {"200": {"overwrite:statuscode": "203"}},
    }
    exchange = await behind.http(integration, ASKED, resource="/users/{id}")
    (event,) = behind.invoked
    assert event["headers"]["x-mapped"] == "7"
    assert "x-a" not in event["headers"]
    assert event["queryStringParameters"]["added"] == "ANY /users/{id}"
    assert seen(exchange) == (203, b"ok")
    assert (exchange.event, exchange.function) == (event, "F")


OPERATIONS: list[Any] = [
    (
        "SQS-SendMessage",
        {"QueueUrl": "http://q", "MessageBody": "$request.body.text", "MessageGroupId": "g"},
        ("sqs", "SendMessage"),
        {"QueueUrl": "http://q", "MessageBody": "hi", "MessageGroupId": "g"},
    ),
    (
        "SQS-ReceiveMessage",
        {"QueueUrl": "q", "AttributeName": "All", "MessageAttributeNames": "a, b"},
        ("sqs", "ReceiveMessage"),
        {"QueueUrl": "q", "AttributeNames": ["All"], "MessageAttributeNames": ["a", "b"]},
    ),
    (
        "SQS-DeleteMessage",
        {"QueueUrl": "q", "ReceiptHandle": "$request.header.x-a"},
        ("sqs", "DeleteMessage"),
        {"QueueUrl": "q", "ReceiptHandle": "1,2"},
    ),
    ("SQS-PurgeQueue", {"QueueUrl": "q"}, ("sqs", "PurgeQueue"), {"QueueUrl": "q"}),
    (
        "EventBridge-PutEvents",
        {
            "Source": "s",
            "DetailType": "${request.path.id}",
            "Detail": "$request.body",
            "Resources": '["a", "b"]',
            "Region": "eu-west-1",
        },
        ("events", "PutEvents"),
        {
            "Entries": [
                {
                    "Source": "s",
                    "DetailType": "7",
                    "Detail": ASKED.body.decode(),
                    "Resources": ["a", "b"],
                }
            ]
        },
    ),
    (
        "StepFunctions-StartExecution",
        {"StateMachineArn": "arn", "Input": "$request.body", "Name": "$request.header.none"},
        ("stepfunctions", "StartExecution"),
        {"StateMachineArn": "arn", "Input": ASKED.body.decode()},
    ),
    (
        "StepFunctions-StartSyncExecution",
        {"StateMachineArn": "arn"},
        ("stepfunctions", "StartSyncExecution"),
        {"StateMachineArn": "arn"},
    ),
    (
        "StepFunctions-StopExecution",
        {"ExecutionArn": "arn", "Cause": "why"},
        ("stepfunctions", "StopExecution"),
        {"ExecutionArn": "arn", "Cause": "why"},
    ),
    (
        "Kinesis-PutRecord",
        {"StreamName": "s", "Data": "$request.body.text", "PartitionKey": "1"},
        ("kinesis", "PutRecord"),
        {"StreamName": "s", "Data": "hi", "PartitionKey": "1"},
    ),
    (
        "AppConfig-GetConfiguration",
        {"Application": "a", "Environment": "e", "Configuration": "c", "ClientId": "i"},
        ("appconfig", "GetConfiguration"),
        {"Application": "a", "Environment": "e", "Configuration": "c", "ClientId": "i"},
    ),
]


@pytest.mark.parametrize(("name", "parameters", "operation", "sent"), OPERATIONS)
async def test_h67_h69_a_subtype_is_an_operation_as_the_integrations_role(
    name: str, parameters: dict[str, str], operation: Any, sent: dict[str, Any]
) -> None:
    behind = Behind(EndpointAnswer(200, JSON, b'{"done": true}'))
    exchange = await behind.http(subtype(name, **parameters), ASKED, resource="/users/{id}")
    assert behind.called == [OperationCall(operation[0], operation[1], sent, ROLE)]
    assert seen(exchange) == (200, b'{"done": true}')


def test_every_subtype_has_a_row() -> None:
    assert {row[0] for row in OPERATIONS} == set(SUBTYPES)


async def test_h68_a_parameter_without_a_value_is_a_bad_request() -> None:
    behind = Behind()
    integration = subtype("SQS-SendMessage", QueueUrl="q", MessageBody="$request.body.none")
    exchange = await behind.http(integration, ASKED, resource="/users/{id}")
    assert seen(exchange) == (400, b'{"message":"Bad Request"}')
    assert not behind.called
    assert "MessageBody has no value" in str(exchange.explanation)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(ParameterError("DelaySeconds"), 400, id="h68"),
        pytest.param(RoleError("no such role"), 500, id="h69"),
        pytest.param(EndpointError("refused"), 503, id="h65"),
    ],
)
async def test_h65_h68_h69_what_cannot_be_called(error: Exception, status: int) -> None:
    exchange = await Behind(error).http(url(), ASKED, resource="/users/{id}")
    assert exchange.response.status == status
    assert str(error) in str(exchange.explanation)


async def test_h65_a_url_that_is_late() -> None:
    exchange = await Behind(delay=60.0).http(url(timeoutInMillis=10), ASKED, resource="/users/{id}")
    assert seen(exchange) == (503, b'{"message":"Service Unavailable"}')


async def test_h41_answers_of_urls_have_the_apis_cors_headers() -> None:
    behind = Behind(EndpointAnswer(200, (("Access-Control-Allow-Origin", "theirs"),), b""))
    asked = replace(ASKED, headers=(*ASKED.headers, ("Origin", "https://a")))
    document = {
        "openapi": "3.0.1",
        "x-amazon-apigateway-cors": {"allowOrigins": ["*"]},
        "paths": {"/users/{id}": {"post": {"x-amazon-apigateway-integration": url()}}},
    }
    exchange = await behind.http_of(document, asked)
    found = [v for n, v in exchange.response.headers if n.lower() == "access-control-allow-origin"]
    assert found == ["*"]


async def test_h75_an_integration_may_be_a_component_of_the_document() -> None:
    behind = Behind()
    reference = {"$ref": "#/components/x-amazon-apigateway-integrations/There"}
    document = {
        "openapi": "3.0.1",
        "paths": {"/users/{id}": {"post": {"x-amazon-apigateway-integration": reference}}},
        "components": {"x-amazon-apigateway-integrations": {"There": url()}},
    }
    await behind.http_of(document, ASKED)
    assert behind.called[0].url == "http://t.example/7?q=1&q=2&one=3"


def nothing(_selector: str) -> None:
    return None


@given(st.text())
def test_text_without_selectors_is_what_is_sent(text: str) -> None:
    if "$" not in text:
        assert value_of(text, nothing) == text


@given(st.lists(st.tuples(st.booleans(), st.text("ab{}$", max_size=4))))
def test_each_selector_in_a_text_is_replaced_once(parts: list[tuple[bool, str]]) -> None:
    inner = [(selected, text.replace("}", "").replace("$", "")) for selected, text in parts]
    expression = "".join(f"${{x.{text}}}" if selected else text for selected, text in inner)
    expected = "".join(f"<x.{text}>" if selected else text for selected, text in inner)
    assert value_of(f"-{expression}", lambda selector: f"<{selector}>") == f"-{expected}"


NAMES = st.text("abcXYZ-", min_size=1)


@given(NAMES, st.text().filter(lambda text: "$" not in text))
def test_what_is_overwritten_is_there_once_and_what_is_removed_is_not(
    name: str, value: str
) -> None:
    headers = ((name.upper(), "before"), (name.lower(), "again"), ("other1", "stays"))
    for how, expected in (("overwrite", [value]), ("remove", [])):
        changes = changes_of({f"{how}:header.{name}": value}, nothing)
        changed = changed_request(replace(ASKED, headers=headers), changes).headers
        assert changed_response(Response(200, headers, b""), changes).headers == changed
        assert [v for n, v in changed if n.lower() == name.lower()] == expected
        assert ("other1", "stays") in changed
