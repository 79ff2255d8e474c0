"""What REST APIs answer for an integration: its responses, their templates and headers."""

from typing import Any

import pytest
from gateway.integrated import JSON, Behind, header_of, request, seen
from gateway.integrations import http, lambda_
from visitplannr.model.endpoints import EndpointAnswer
from visitplannr.model.invocation import InvocationResult

ANSWERS: list[Any] = [
    pytest.param("", "image/png", "image/png", b"\x89", b"\x89", id="bytes for who accepts them"),
    pytest.param("", "image/png", "text/plain", b"\x89", b"iQ==", id="base64 for others"),
    pytest.param("CONVERT_TO_TEXT", "image/png", "image/png", b"\x89", b"iQ==", id="to text"),
    pytest.param("CONVERT_TO_BINARY", "text/plain", "text/plain", b"iQ==", b"\x89", id="to bytes"),
    pytest.param("", "text/plain", "text/plain", b"iQ==", b"iQ==", id="text stays text"),
]


@pytest.mark.parametrize(("handling", "kind", "accept", "body", "sent"), ANSWERS)
async def test_x71_content_handling_of_answers(
    handling: str, kind: str, accept: str, body: bytes, sent: bytes
) -> None:
    behind = Behind(EndpointAnswer(200, (("Content-Type", kind),), body))
    response = {"statusCode": 200, "contentHandling": handling}
    exchange = await behind.rest(
        http(responses={"default": response}),
        request("GET", "/", b"", ("Accept", accept)),
        binary_media_types=("image/png",),
    )
    assert seen(exchange) == (200, sent)


RESPONSES: dict[str, Any] = {
    "default": {"statusCode": 200},
    "4\\d{2}": {"statusCode": 410},
    ".*Teapot.*": {"statusCode": 418},
    "(\n|.)*many(\n|.)*": {"statusCode": 429},
}


@pytest.mark.parametrize(("upstream", "status"), [(200, 200), (404, 410), (500, 200), (4040, 200)])
async def test_x68_the_status_of_a_url_selects_the_response(upstream: int, status: int) -> None:
    behind = Behind(EndpointAnswer(upstream, JSON, b"{}"))
    exchange = await behind.rest(http(responses=RESPONSES), request("GET"))
    assert exchange.response.status == status


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("a Teapot is it", 418),
        ("Teapot\nin two lines", 200),
        ("too\nmany", 429),
        ("404", 410),
        ("other", 200),
    ],
)
async def test_x68_x72_the_message_of_a_functions_error_selects_the_response(
    message: str, status: int
) -> None:
    payload = f'{{"errorType": "E", "errorMessage": {message!r}}}'.replace("'", '"').encode()
    behind = Behind(result=InvocationResult("id", payload, "Unhandled"))
    exchange = await behind.rest(lambda_(responses=RESPONSES), request("POST", "/", b"{}"))
    assert exchange.response.status == status
    assert "[X72]" in str(exchange.explanation)


async def test_x68_no_response_for_an_outcome_is_a_fault_of_the_api() -> None:
    exchange = await Behind().rest(http(responses={"5..": {"statusCode": 500}}), request("GET"))
    assert seen(exchange) == (500, b'{"message": "Internal server error"}')
    assert "no integration response is for the outcome '200'" in str(exchange.explanation)


async def test_x69_headers_of_an_answer_are_those_that_are_mapped() -> None:
    headers = (*JSON, ("X-Up", "there"), ("X-Other", "not passed"))
    behind = Behind(EndpointAnswer(200, headers, b'{"a": {"b": "c"}}'))
    parameters = {
        "method.response.header.X-Up": "integration.response.header.x-up",
        "method.response.header.X-Body": "integration.response.body.a.b",
        "method.response.header.X-Stage": "context.stage",
        "method.response.header.Content-Type": "'text/x'",
        "method.response.header.X-None": "integration.response.header.nothing",
    }
    response = {"statusCode": 200, "responseParameters": parameters}
    exchange = await behind.rest(http(responses={"default": response}), request("GET"))
    sent = [pair for pair in exchange.response.headers if not pair[0].lower().startswith("x-am")]
    assert sent == [
        ("X-Up", "there"),
        ("X-Body", "c"),
        ("X-Stage", "dev"),
        ("Content-Type", "text/x"),
    ]


TEMPLATES = {"application/json": "J", "text/html": "H"}


@pytest.mark.parametrize(
    ("templates", "accept", "body"),
    [
        (TEMPLATES, "text/html", b"H"),
        (TEMPLATES, "image/png", b"J"),
        (TEMPLATES, None, b"J"),
        ({"text/html": "H"}, "application/json", b"H"),
        ({"application/json": ""}, None, b'{"up": 1}'),
        ({}, None, b'{"up": 1}'),
    ],
)
async def test_x70_the_accepted_type_chooses_the_template(
    templates: dict[str, str], accept: str | None, body: bytes
) -> None:
    behind = Behind(EndpointAnswer(200, JSON, b'{"up": 1}'))
    response = {"statusCode": 200, "responseTemplates": templates}
    headers = [("Accept", accept)] if accept else []
    asked = request("GET", "/", b"", *headers)
    exchange = await behind.rest(http(responses={"default": response}), asked)
    assert exchange.response.body == body
    assert header_of(exchange.response.headers, "content-type") == "application/json"
