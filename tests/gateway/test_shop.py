"""What an API's template configures: CORS, gateway responses, validators (X2, X40 to X51)."""

import json
from typing import Any

import pytest
from gateway.conftest import Answer, Gateway

TOKEN = "X-Token: 1"


def headers(answer: Answer, prefix: str) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name.lower().startswith(prefix)}


def test_x40_a_preflight_is_answered_by_the_gateway(shop: Gateway) -> None:
    answer = shop.get("/users", "Origin: https://evil.example.com", method="OPTIONS")
    assert (answer.status, answer.body) == (200, b"{}\n")
    assert answer.header("Content-Type") == "application/json"
    assert headers(answer, "access-control-") == {
        "access-control-allow-credentials": "true",
        "access-control-allow-headers": "X-Token",
        "access-control-allow-methods": "OPTIONS,POST",
        "access-control-allow-origin": "https://shop.example.com",
        "access-control-max-age": "600",
    }


def test_x41_the_preflight_beats_any(shop: Gateway) -> None:
    answer = shop.get("/any", method="OPTIONS")
    assert answer.body == b"{}\n"
    assert answer.header("access-control-allow-methods") == (
        "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"
    )


def test_x42_the_functions_answers_get_no_cors_headers(shop: Gateway) -> None:
    assert headers(shop.get("/any"), "access-control-") == {}


def test_x43_an_options_event_of_its_own_keeps_its_function(shop: Gateway) -> None:
    assert shop.get("/own", method="OPTIONS").json()["httpMethod"] == "OPTIONS"


def test_x2_a_configured_response_replaces_status_and_template(shop: Gateway) -> None:
    answer = shop.get("/nowhere")
    assert answer.status == 404
    assert answer.json() == {"error": "Missing Authentication Token", "at": "/Prod/nowhere"}
    assert answer.header("x-amzn-ErrorType") == "MissingAuthenticationTokenException"


def test_x2_otherwise_the_one_of_its_class_adds_its_headers(shop: Gateway) -> None:
    answer = shop.post(b"{}", "X-Echo: hello", path="/users")
    assert answer.status == 400
    assert answer.header("Access-Control-Allow-Origin") == "*"
    assert answer.header("X-Echo") == "hello"
    assert answer.json()["message"].startswith("Missing required request parameters")


def test_x2_the_other_class_stays_as_it_is(shop: Gateway) -> None:
    shop.result = b"no json"
    answer = shop.get("/any")
    shop.result = None
    assert (answer.status, headers(answer, "access-control-")) == (502, {})


INVALID: list[Any] = [
    pytest.param("/users", [], b"{}",
                 "Missing required request parameters: [X-Token, page]", id="X50 all missing"),
    pytest.param("/users?page=1", ["X-Token:  "], b"{}",
                 "Missing required request parameters: [X-Token]", id="X50 blank header"),
    pytest.param("/users?size=1", [TOKEN], b"{}",
                 "Missing required request parameters: [page]", id="X50 query"),
    pytest.param("/users?page=1", [TOKEN], b"", "Invalid request body", id="X51 empty is {}"),
    pytest.param("/users?page=1", [TOKEN], b"{", "Invalid request body", id="X51 no JSON"),
    pytest.param("/users?page=1", [TOKEN], b'{"name": 1}', "Invalid request body", id="X51 model"),
    pytest.param("/users?page=1", [TOKEN], b"[" * 100_000, "Invalid request body", id="X51 deep"),
    pytest.param("/users?page=1", [TOKEN, "Content-Type: application/json; charset=utf-8"], b"[]",
                 "Invalid request body", id="X51 media type with parameters"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "sent", "body", "message"), INVALID)
def test_invalid_requests_do_not_reach_the_function(
    shop: Gateway, path: str, sent: list[str], body: bytes, message: str
) -> None:
    shop.reports.clear()
    answer = shop.post(body, *sent, path=path)
    assert (answer.status, answer.json()) == (400, {"message": message})
    assert answer.header("x-amzn-ErrorType") == "BadRequestException"
    assert shop.reports


def test_the_developer_hears_which_part_of_the_model(shop: Gateway) -> None:
    shop.reports.clear()
    shop.post(b'{"name": 1}', TOKEN, path="/users?page=1")
    (report,) = shop.reports
    assert report.startswith("POST /users → 400: the body does not satisfy the model: ")
    assert report.endswith("$.name: 1 is not of type 'string' [X51]")


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        pytest.param([], b'{"name": "Ada", "more": 1}', id="X51 valid"),
        pytest.param(["Content-Type: text/plain"], b"hello", id="no model for the media type"),
    ],
)
def test_valid_requests_reach_the_function(shop: Gateway, sent: list[str], body: bytes) -> None:
    answer = shop.post(body, TOKEN, *sent, path="/users?page=1")
    assert json.loads(answer.body)["body"] == body.decode()
