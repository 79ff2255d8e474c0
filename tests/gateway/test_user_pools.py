"""REST APIs' authorizers for tokens of Cognito user pools (api-gateway.md X58)."""

import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from gateway.conftest import Gateway

POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool"
NOW = int(time.time())
READING: dict[str, Any] = {"token_use": "access", "scope": "other shop/read", "aud": "shop"}


def signed(key: rsa.RSAPrivateKey, *, kid: str = "key-1", **claims: Any) -> str:
    given = {"iss": POOL, "aud": "shop-1", "exp": 4_000_000_000, "token_use": "id", **claims}
    present = {name: value for name, value in given.items() if value is not None}
    return jwt.encode(present, key, algorithm="RS256", headers={"kid": kid})


@pytest.mark.parametrize("word", ["", "Bearer "])
def test_an_id_token_lets_its_user_in(
    guarded: Gateway, jwt_key: rsa.RSAPrivateKey, word: str
) -> None:
    told: dict[str, Any] = {"cognito:groups": ["a", "b"], "email_verified": True}
    token = signed(jwt_key, sub="ada", **told)
    event = guarded.get("/user", f"Authorization: {word}{token}").json()
    assert event["requestContext"]["authorizer"] == {
        "claims": {
            "iss": POOL, "aud": "shop-1", "exp": "4000000000", "token_use": "id",
            "sub": "ada", "cognito:groups": "[a b]", "email_verified": "true",
        }
    }  # fmt: skip
    assert not guarded.asked


def test_a_scope_of_the_route_is_enough(guarded: Gateway, jwt_key: rsa.RSAPrivateKey) -> None:
    answer = guarded.get("/scoped", f"Authorization: {signed(jwt_key, **READING)}")
    assert answer.json()["requestContext"]["authorizer"]["claims"]["scope"] == READING["scope"]


REFUSED: list[Any] = [
    pytest.param("/user", {"iss": POOL.replace("pool", "other")}, None, id="another pool"),
    pytest.param("/user", {"kid": "key-2"}, None, id="another key"),
    pytest.param("/user", {"aud": "desk"}, None, id="a client that does not match"),
    pytest.param("/user", {"exp": NOW - 9}, "The incoming token has expired", id="expired"),
    pytest.param("/user", {"exp": None}, None, id="without an end"),
    pytest.param("/user", READING, None, id="an access token, where no scope is asked for"),
    pytest.param("/scoped", {}, None, id="an id token, where scopes are asked for"),
    pytest.param("/scoped", {**READING, "scope": "other"}, None, id="no scope of the route"),
]


@pytest.mark.parametrize(("path", "changed", "message"), REFUSED)
def test_tokens_that_are_refused(
    guarded: Gateway,
    jwt_key: rsa.RSAPrivateKey,
    path: str,
    changed: dict[str, Any],
    message: str | None,
) -> None:
    answer = guarded.get(path, f"Authorization: {signed(jwt_key, **changed)}")
    assert (answer.status, answer.json()) == (401, {"message": message or "Unauthorized"})
    assert answer.header("x-amzn-errortype") == "UnauthorizedException"
    assert "Pool: " in guarded.reports[0]


@pytest.mark.parametrize("sent", [[], ["Authorization: "], ["Authorization: no.token"]])
def test_what_is_no_token(guarded: Gateway, sent: list[str]) -> None:
    answer = guarded.get("/user", *sent)
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})
