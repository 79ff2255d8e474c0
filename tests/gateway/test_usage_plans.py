"""API keys, usage plans and throttling of REST APIs (api-gateway.md X21, X52)."""

from collections.abc import Iterator
from typing import Any

import pytest
from gateway.conftest import PROXY, Answer, Gateway
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.gateway_responses import GatewayError
from visitplannr.gateway.rest_api.usage_plans import UsagePlans
from visitplannr.gateway.throttling import TokenBucket
from visitplannr.model.application import RestApi, Throttle, UsagePlan
from visitplannr.model.routes import routes_in

KEYED = {**PROXY, "security": [{"api_key": []}]}
DOCUMENT: dict[str, Any] = {
    "paths": {"/keyed": {"get": KEYED}, "/open": {"get": PROXY}, "/slow": {"get": PROXY}},
    "securityDefinitions": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
}
FORBIDDEN = (403, b'{"message":"Forbidden"}', "ForbiddenException")
EXCEEDED = (429, b'{"message":"Limit Exceeded"}', "LimitExceededException")
THROTTLED = (429, b'{"message":"Too Many Requests"}', "TooManyRequestsException")


@pytest.fixture(scope="module")
def keyed() -> Iterator[Gateway]:
    plans = (
        UsagePlan("plan-1", {"open-sesame": "key-1"}),
        UsagePlan("plan-2", {"three": "key-2"}, quota=3, period="DAY"),
        UsagePlan("plan-3", {"slowly": "key-3"}, throttle=Throttle(0.001, 2)),
    )
    throttles = {"*/*": Throttle(1000, 100), "/slow/GET": Throttle(0.001, 1)}
    gateway = Gateway(DOCUMENT, usage_plans=plans, throttles=throttles)
    yield gateway
    gateway.close()


def seen(answer: Answer) -> tuple[int, bytes, str | None]:
    return answer.status, answer.body, answer.header("x-amzn-ErrorType")


def test_x52_the_key_is_in_the_event(keyed: Gateway) -> None:
    identity = keyed.get("/keyed", "X-Api-Key: open-sesame").json()["requestContext"]["identity"]
    assert (identity["apiKey"], identity["apiKeyId"]) == ("open-sesame", "key-1")
    assert "apiKey" not in keyed.get("/open").json()["requestContext"]["identity"]


@pytest.mark.parametrize("sent", [[], ["X-Api-Key: another"], ["X-Api-Key: "]])
def test_x52_no_key_or_a_wrong_one(keyed: Gateway, sent: list[str]) -> None:
    assert seen(keyed.get("/keyed", *sent)) == FORBIDDEN
    assert "x-api-key" in keyed.reports[-1]


def test_x52_a_quota_is_used_up(keyed: Gateway) -> None:
    answers = [keyed.get("/keyed", "X-Api-Key: three") for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert seen(answers[-1]) == EXCEEDED
    assert "3 requests a day" in keyed.reports[-1]


def test_x52_a_key_is_throttled(keyed: Gateway) -> None:
    answers = [keyed.get("/keyed", "X-Api-Key: slowly") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert seen(answers[-1]) == THROTTLED


def test_x21_a_method_is_throttled(keyed: Gateway) -> None:
    answers = [keyed.get("/slow") for _ in range(2)]
    assert answers[0].status == 200
    assert seen(answers[1]) == THROTTLED
    assert keyed.get("/open").status == 200


def test_a_bucket_fills_again_up_to_its_burst() -> None:
    now = [0.0]
    bucket = TokenBucket(Throttle(rate=2, burst=2), lambda: now[0])
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    now[0] = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now[0] = 60.0
    assert [bucket.take() for _ in range(3)] == [True, True, False]


DAY = 86_400.0
PERIODS: list[Any] = [
    pytest.param("DAY", DAY - 1, DAY, id="a day"),
    pytest.param("WEEK", 4 * DAY - 1, 4 * DAY, id="a week begins on Monday"),
    pytest.param("MONTH", 31 * DAY - 1, 31 * DAY, id="a month"),
]


@pytest.mark.parametrize(("period", "before", "after"), PERIODS)
def test_a_quota_begins_anew_with_its_period(period: str, before: float, after: float) -> None:
    now = [before]
    plan = UsagePlan("plan", {"key": "id"}, quota=1, period=period)
    api = RestApi("Api", "a", "0", "Prod", DOCUMENT, {}, usage_plans=(plan,))
    plans = UsagePlans(api, lambda: now[0])
    route = next(route for route in routes_in(DOCUMENT) if route.resource == "/keyed")
    request = Request("GET", "/keyed", "", (("x-api-key", "key"),), b"", "", "http", 80)
    plans.admit(route, request, None)
    with pytest.raises(GatewayError):
        plans.admit(route, request, None)
    now[0] = after
    plans.admit(route, request, None)


def test_x52_the_key_may_come_from_the_authorizer() -> None:
    guard = {
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerResultTtlInSeconds": 0},
    }
    document = {
        "paths": {"/keyed": {"get": {**PROXY, "security": [{"api_key": [], "Guard": []}]}}},
        "securityDefinitions": {**DOCUMENT["securityDefinitions"], "Guard": guard},
        "x-amazon-apigateway-api-key-source": "AUTHORIZER",
    }
    gateway = Gateway(document, usage_plans=(UsagePlan("plan", {"open-sesame": "key-1"}),))
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    allowed = {"principalId": "ada", "policyDocument": {"Statement": [statement]}}
    try:
        gateway.decision = {**allowed, "usageIdentifierKey": "open-sesame"}
        context = gateway.get("/keyed", "Authorization: x").json()["requestContext"]
        assert context["identity"]["apiKeyId"] == "key-1"
        gateway.decision = allowed
        answer = gateway.get("/keyed", "Authorization: x", "X-Api-Key: open-sesame")
        assert seen(answer) == FORBIDDEN
    finally:
        gateway.close()


FORBIDDEN_HEADERS = ["Authorization", "Connection", "Content-Length", "Expect", "TE",
                     "Proxy-Authenticate", "Transfer-Encoding"]  # fmt: skip


@pytest.mark.parametrize("name", FORBIDDEN_HEADERS)
def test_x15_a_mapping_to_a_forbidden_header_makes_the_method_fail(name: str) -> None:
    mapped = {
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "requestParameters": {f"integration.request.header.{name}": "'x'"},
        }
    }
    gateway = Gateway({"paths": {"/": {"get": mapped}}})
    try:
        answer = gateway.get("/")
        assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')
        assert name in gateway.reports[0]
    finally:
        gateway.close()


def test_e49_other_mappings_do_nothing() -> None:
    parameters = {"integration.request.header.X-A": "'x'"}
    mapped = {
        "x-amazon-apigateway-integration": {"type": "aws_proxy", "requestParameters": parameters}
    }
    gateway = Gateway({"paths": {"/": {"get": mapped}}})
    try:
        assert "X-A" not in gateway.get("/").json()["headers"]
    finally:
        gateway.close()
