"""Lambda authorizers (api-gateway.md X53, E31) and the policies they return."""

import itertools
from typing import Any

import pytest
from gateway.conftest import Gateway
from visitplannr.gateway.decision_cache import DecisionCache

ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/Prod/GET/"
tokens = (f"Authorization: Bearer {number}" for number in itertools.count())


def policy(effect: str, *resources: str) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": list(resources)}
    return {"Version": "2012-10-17", "Statement": [statement]}


def decision(effect: str = "Allow", *resources: str, **more: Any) -> dict[str, Any]:
    return {"principalId": "ada", "policyDocument": policy(effect, *(resources or "*")), **more}


def test_a_token_authorizer_gets_the_token_and_the_method(guarded: Gateway) -> None:
    guarded.decision = decision(context={"team": "red", "age": 7, "admin": True})
    answer = guarded.get("/token", token := next(tokens))
    assert guarded.asked == [
        {
            "type": "TOKEN",
            "methodArn": f"{ARN}token",
            "authorizationToken": token.removeprefix("Authorization: "),
        }
    ]
    authorizer = answer.json()["requestContext"]["authorizer"]
    assert isinstance(authorizer.pop("integrationLatency"), int)
    assert authorizer == {"principalId": "ada", "team": "red", "age": "7", "admin": "true"}


def test_a_request_authorizer_gets_the_request(guarded: Gateway) -> None:
    guarded.decision = decision()
    event = guarded.get("/request?team=red", "X-User: ada").json()
    event["requestContext"].pop("authorizer")
    (asked,) = guarded.asked
    assert asked == {
        "type": "REQUEST",
        "methodArn": f"{ARN}request",
        **{key: event[key] for key in event if key not in {"body", "isBase64Encoded"}},
    }


UNAUTHORIZED = (401, b'{"message":"Unauthorized"}', "UnauthorizedException")
DENIED = b'{"Message":"User is not authorized to access this resource%s"}'
MISCONFIGURED = (500, b'{"message":null}', "AuthorizerConfigurationException")


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        pytest.param("/token", [], id="X53 no token"),
        pytest.param("/token", ["Authorization: Basic x"], id="X53 token of another form"),
        pytest.param("/request?team=red", [], id="X53 no identity header"),
        pytest.param("/request", ["X-User: ada"], id="X53 no identity query"),
    ],
)
def test_without_identity_nobody_is_asked(guarded: Gateway, path: str, sent: list[str]) -> None:
    answer = guarded.get(path, *sent)
    assert (answer.status, answer.body, answer.header("x-amzn-ErrorType")) == UNAUTHORIZED
    assert not guarded.asked
    assert guarded.reports


DECISIONS: list[Any] = [
    pytest.param(decision("Deny"), None,
                 (403, DENIED % b" with an explicit deny", "AccessDeniedException"),
                 id="X1 explicit deny"),
    pytest.param(decision("Allow", f"{ARN}elsewhere"), None,
                 (403, DENIED % b"", "AccessDeniedException"), id="X1 not allowed"),
    pytest.param({"errorMessage": "Unauthorized"}, "Unhandled", UNAUTHORIZED, id="X53 raised"),
    pytest.param({"errorMessage": "boom"}, "Unhandled", MISCONFIGURED, id="X53 other error"),
    pytest.param("text", None, MISCONFIGURED, id="X53 no object"),
    pytest.param({"principalId": "ada"}, None, MISCONFIGURED, id="X53 no policy"),
    pytest.param({"policyDocument": policy("Allow", "*")}, None, MISCONFIGURED, id="no principal"),
    pytest.param({**decision(), "context": {"a": []}}, None, MISCONFIGURED, id="context with list"),
    pytest.param({**decision(), "policyDocument": {}}, None, MISCONFIGURED, id="no statement"),
]  # fmt: skip


@pytest.mark.parametrize(("answered", "error", "expected"), DECISIONS)
def test_what_an_authorizer_says_decides(
    guarded: Gateway, answered: Any, error: str | None, expected: tuple[int, bytes, str]
) -> None:
    guarded.decision, guarded.authorizer_error = answered, error
    answer = guarded.get("/token", next(tokens))
    assert (answer.status, answer.body, answer.header("x-amzn-ErrorType")) == expected
    assert guarded.reports


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        pytest.param({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, 200, id="X53 from here"),
        pytest.param({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, 403, id="X53 from there"),
        pytest.param({"Bool": {"aws:SecureTransport": "true"}}, 200, id="X53 AWS has TLS only"),
        pytest.param({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01"}}, 200, id="X53 time"),
        pytest.param({"StringLike": {"aws:UserAgent": "curl*"}}, 403, id="X53 another client"),
    ],
)
def test_x53_conditions_of_a_policy_see_the_request(
    guarded: Gateway, condition: dict[str, Any], status: int
) -> None:
    guarded.decision = decision()
    guarded.decision["policyDocument"]["Statement"][0]["Condition"] = condition
    assert guarded.get("/token", next(tokens)).status == status


def test_a_decision_is_kept_and_its_policy_asked_for_each_method(guarded: Gateway) -> None:
    guarded.decision = decision("Allow", f"{ARN}token")
    token = next(tokens)
    statuses = [guarded.get(path, token).status for path in ("/token", "/token", "/other")]
    assert statuses == [200, 200, 403]
    assert len(guarded.asked) == 1


def test_a_time_to_live_of_0_asks_every_time(guarded: Gateway) -> None:
    guarded.decision = decision()
    for _ in range(2):
        assert guarded.get("/request?team=red", "X-User: ada").status == 200
    assert len(guarded.asked) == 2


def test_a_decision_is_forgotten_after_its_time_to_live() -> None:
    now = [0.0]
    cache: DecisionCache[str] = DecisionCache(lambda: now[0])
    cache.put("Guard", ("token",), "yes", ttl_seconds=60)
    assert cache.get("Guard", ("another",)) is None
    now[0] = 59.9
    assert cache.get("Guard", ("token",)) == "yes"
    now[0] = 60.0
    assert cache.get("Guard", ("token",)) is None


def test_open_routes_and_preflights_ask_nobody(guarded: Gateway) -> None:
    assert "authorizer" not in guarded.get("/open").json()["requestContext"]
    assert guarded.get("/token", method="OPTIONS").status == 200
    assert not guarded.asked


def test_x44_a_preflight_may_be_guarded_too() -> None:
    preflight = {"security": [{"Guard": []}], "x-amazon-apigateway-integration": {"type": "mock"}}
    guard = {
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token"},
    }
    gateway = Gateway(
        {"paths": {"/": {"options": preflight}}, "securityDefinitions": {"Guard": guard}}
    )
    try:
        assert gateway.get("/", method="OPTIONS").status == 401
    finally:
        gateway.close()


def test_x23_an_arn_may_have_1600_bytes(guarded: Gateway) -> None:
    guarded.decision = decision()
    room = 1_600 - len(f"{ARN}token")
    assert guarded.get(f"/token{'/' * room}", next(tokens)).status == 200
    answer = guarded.get(f"/token{'/' * (room + 1)}", next(tokens))
    assert (answer.status, answer.body) == (414, b'{"message":"Request URI too long"}')
    assert guarded.get(f"/open{'/' * (room + 9)}").status == 200


def test_x53_slashes_at_the_start_are_not_part_of_the_method(guarded: Gateway) -> None:
    guarded.decision = decision("Deny", f"{ARN}token")
    assert guarded.get("//token", next(tokens)).status == 403
