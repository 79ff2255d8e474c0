"""What is kept of past requests, and why the gateway answered as it did."""

import pytest
from gateway.conftest import Gateway
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.history import History
from visitplannr.gateway.identifiers import new_ids
from visitplannr.gateway.request import Request, Response


def test_the_explanation_is_kept_with_the_request(gateway: Gateway) -> None:
    gateway.result = b'{"statusCode": 200, "body": {}}'
    answer = gateway.get("/users?a=1")
    latest = gateway.get("/_local/requests").json()[0]
    assert latest["requestId"] == answer.header("x-amzn-requestid")
    assert (latest["method"], latest["path"], latest["status"]) == ("GET", "/users", 502)
    assert (latest["function"], latest["lambdaRequestId"]) == ("function", "lambda-request-id")
    assert "[R6]" in latest["explanation"]
    full = gateway.get(f"/_local/requests/{latest['requestId']}").json()
    assert full["event"]["queryStringParameters"] == {"a": "1"}
    assert full["result"] == '{"statusCode": 200, "body": {}}'
    assert full["body"] == '{"message": "Internal server error"}'


def test_a_request_that_is_not_kept(gateway: Gateway) -> None:
    assert gateway.get("/_local/requests/x").status == 404


def exchange(body: bytes) -> Exchange:
    request = Request("GET", "/", "", (), body, "", "http", 80)
    return Exchange("Api", request, new_ids(None, 0.0), Response(200, (), b""))


@pytest.mark.parametrize(("body", "kept"), [(b"", 3), (b"x" * 10_000, 1)])
def test_number_and_bytes_are_bounded(body: bytes, kept: int) -> None:
    history = History(limit=3, max_bytes=25_000)
    added = [exchange(body) for _ in range(5)]
    for each in added:
        history.add(each)
    assert list(history) == added[: -kept - 1 : -1]
