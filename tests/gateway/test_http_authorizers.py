"""Authorizers of HTTP APIs: JWT and Lambda (api-gateway.md H50 to H55)."""

import functools
import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from gateway.conftest import Answer, Gateway
from visitplannr.gateway.http_api.errors import HttpApiError
from visitplannr.gateway.http_api.jwt_authorizer import JwtAuthorizer
from visitplannr.gateway.token_issuer import TokenIssuer

ISSUER = "https://issuer.example.com"
ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/$default/GET/"
UNAUTHORIZED = (401, b'{"message":"Unauthorized"}')
FORBIDDEN = (403, b'{"message":"Forbidden"}')
FAILED = (500, b'{"message":"Internal Server Error"}')


def signed(
    key: rsa.RSAPrivateKey, *, kid: str = "key-1", algorithm: str = "RS256", **claims: Any
) -> str:
    given = {"iss": ISSUER, "aud": "shop", "exp": int(time.time()) + 60, **claims}
    present = {name: value for name, value in given.items() if value is not None}
    secret: Any = key if algorithm.startswith("RS") else "a secret of thirty-two letters or more"
    return jwt.encode(present, secret, algorithm=algorithm, headers={"kid": kid})


def seen(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body


def test_h52_claims_are_strings_in_the_event(http: Gateway, jwt_key: rsa.RSAPrivateKey) -> None:
    token = signed(jwt_key, exp=4_000_000_000, sub="ada", admin=True, groups=["a", "b"])
    event = http.get("/token", f"Authorization: Bearer {token}").json()
    claims = {
        "iss": ISSUER, "aud": "shop", "exp": "4000000000",
        "sub": "ada", "admin": "true", "groups": "[a b]",
    }  # fmt: skip
    assert event["requestContext"]["authorizer"] == {"jwt": {"claims": claims, "scopes": None}}
    event = http.get("/old-token", f"Authorization: {token}").json()
    assert event["requestContext"]["authorizer"] == {"claims": claims, "scopes": None}


NOW = int(time.time())
REFUSED: list[Any] = [
    pytest.param({"exp": NOW - 10}, id="H50 expired"),
    pytest.param({"exp": None}, id="H50 without end"),
    pytest.param({"nbf": NOW + 600}, id="H50 not yet"),
    pytest.param({"iat": NOW + 600}, id="H50 from the future"),
    pytest.param({"iss": "https://another.example.com"}, id="H50 issuer"),
    pytest.param({"aud": "another"}, id="H50 audience"),
    pytest.param({"aud": None}, id="H50 no audience"),
    pytest.param({"aud": "another", "client_id": "shop"}, id="H50 aud comes before client_id"),
    pytest.param({"kid": "key-2"}, id="H50 unknown key"),
    pytest.param({"algorithm": "HS256"}, id="H50 no RSA"),
]


@pytest.mark.parametrize("changed", REFUSED)
def test_tokens_that_are_refused(
    http: Gateway, jwt_key: rsa.RSAPrivateKey, changed: dict[str, Any]
) -> None:
    answer = http.get("/token", f"Authorization: Bearer {signed(jwt_key, **changed)}")
    assert seen(answer) == UNAUTHORIZED
    challenge = answer.header("www-authenticate") or ""
    assert challenge.startswith('Bearer scope="" error="invalid_token" error_description="')
    assert "Tokens: " in http.reports[0]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"aud": ["x", "desk"]}, id="H50 one of several audiences"),
        pytest.param({"aud": None, "client_id": "desk"}, id="H50 client_id"),
    ],
)
def test_tokens_that_are_taken(
    http: Gateway, jwt_key: rsa.RSAPrivateKey, changed: dict[str, Any]
) -> None:
    assert http.get("/token", f"Authorization: {signed(jwt_key, **changed)}").status == 200


@pytest.mark.parametrize("sent", [[], ["Authorization: "]])
def test_h55_no_token(http: Gateway, sent: list[str]) -> None:
    answer = http.get("/token", *sent)
    assert seen(answer) == UNAUTHORIZED
    assert answer.header("www-authenticate") == "Bearer"


def test_h50_a_token_that_is_none(http: Gateway) -> None:
    assert seen(http.get("/token", "Authorization: Bearer no.token")) == UNAUTHORIZED


SCOPES: list[Any] = [
    pytest.param({"scope": "read other"}, ["read"], id="H51 scope"),
    pytest.param({"scp": ["write", "read"]}, ["read", "write"], id="H51 scp"),
]


@pytest.mark.parametrize(("claims", "granted"), SCOPES)
def test_one_scope_of_the_route_is_enough(
    http: Gateway, jwt_key: rsa.RSAPrivateKey, claims: dict[str, Any], granted: list[str]
) -> None:
    event = http.get("/scoped", f"Authorization: {signed(jwt_key, **claims)}").json()
    assert event["requestContext"]["authorizer"]["jwt"]["scopes"] == granted


@pytest.mark.parametrize("claims", [{}, {"scope": "other"}])
def test_h51_without_a_scope(
    http: Gateway, jwt_key: rsa.RSAPrivateKey, claims: dict[str, Any]
) -> None:
    answer = http.get("/scoped", f"Authorization: {signed(jwt_key, **claims)}")
    assert seen(answer) == FORBIDDEN
    challenge = answer.header("www-authenticate") or ""
    assert challenge.startswith('Bearer scope="read write" error="insufficient_scope"')


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        pytest.param("/token", (), 401, id="no token"),
        pytest.param("/simple?team=red", ("X-User: mallory",), 403, id="the authorizer says no"),
    ],
)
def test_h43_a_page_can_read_what_an_authorizer_refuses(
    http: Gateway, path: str, headers: tuple[str, ...], status: int
) -> None:
    http.decision = {"isAuthorized": False}
    answer = http.get(path, *headers, "Origin: https://shop.example.com")
    assert answer.status == status
    assert answer.header("access-control-allow-origin") == "https://shop.example.com"
    assert http.get(path, *headers).header("access-control-allow-origin") is None


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


async def test_h50_an_issuer_is_asked_for_its_keys(
    issuer: str, tmp_path: Path, jwt_key: rsa.RSAPrivateKey
) -> None:
    folder = tmp_path / ".well-known"
    folder.mkdir()
    discovery = json.dumps({"jwks_uri": f"{issuer}/keys.json"})
    (folder / "openid-configuration").write_text(discovery)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(jwt_key.public_key()))
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{**public, "kid": "key-1"}]}))
    authorizer = JwtAuthorizer("Tokens", (), TokenIssuer(issuer, None), ("shop",))
    found = await authorizer.authorise(signed(jwt_key, iss=issuer), ())
    assert found["claims"]["aud"] == "shop"


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9", "no url"])
async def test_h50_an_issuer_that_does_not_answer(issuer: str, jwt_key: rsa.RSAPrivateKey) -> None:
    authorizer = JwtAuthorizer("Tokens", (), TokenIssuer(issuer, None), ("shop",))
    with pytest.raises(HttpApiError, match="Tokens: "):
        await authorizer.authorise(signed(jwt_key), ())


def test_h53_an_authorizer_of_format_2_0(http: Gateway) -> None:
    http.decision = {"isAuthorized": True, "context": {"team": "red", "ages": [7]}}
    event = http.get("/simple?team=red", "X-User: ada").json()
    assert event["requestContext"].pop("authorizer") == {
        "lambda": {"team": "red", "ages": [7]},
    }
    (asked,) = http.asked
    assert asked == {
        "type": "REQUEST",
        "routeArn": f"{ARN}simple",
        "identitySource": ["ada", "red"],
        **{key: event[key] for key in event if key not in {"body", "isBase64Encoded"}},
    }


def test_h53_an_authorizer_of_format_1_0(http: Gateway) -> None:
    http.decision = {"principalId": "ada", "policyDocument": policy("Allow", "*")}
    assert http.get("/policy", "X-User: ada").status == 200
    (asked,) = http.asked
    assert (asked["version"], asked["methodArn"]) == ("1.0", f"{ARN}policy")
    assert asked["identitySource"] == asked["authorizationToken"] == "ada"
    assert asked["httpMethod"] == "GET"


def test_h54_an_answer_is_kept(http: Gateway) -> None:
    http.decision = {"isAuthorized": True}
    for _ in range(2):
        assert http.get("/simple?team=blue", "X-User: eve").status == 200
    assert len(http.asked) == 1


def policy(effect: str, resource: str, source: str | None = None) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Effect": effect,
        "Action": "execute-api:Invoke",
        "Resource": resource,
    }
    if source:
        statement["Condition"] = {"IpAddress": {"aws:SourceIp": source}}
    return {"Version": "2012-10-17", "Statement": [statement]}


DECISIONS: list[Any] = [
    pytest.param("/simple?team=1", {"isAuthorized": False}, FORBIDDEN, id="H54 no"),
    pytest.param("/simple?team=2", {"isAuthorized": "yes"}, FAILED, id="H55 no boolean"),
    pytest.param("/simple?team=3", "text", FAILED, id="H55 no object"),
    pytest.param("/simple?team=4", {"isAuthorized": True, "context": []}, (200, None),
                 id="H54 empty context"),
    pytest.param("/simple?team=5", {"isAuthorized": True, "context": [1]}, FAILED,
                 id="H55 context"),
    pytest.param("/policy", {"policyDocument": policy("Deny", "*")}, FORBIDDEN, id="H54 deny"),
    pytest.param("/policy", {"policyDocument": policy("Allow", f"{ARN}x")}, FORBIDDEN,
                 id="H54 another route"),
    pytest.param("/policy", {"policyDocument": policy("Allow", "*", "127.0.0.1")}, (200, None),
                 id="H54 from here"),
    pytest.param("/policy", {"policyDocument": policy("Allow", "*", "203.0.113.9")}, FORBIDDEN,
                 id="H54 from elsewhere"),
    pytest.param("/policy", {"policyDocument": {}}, FAILED, id="H55 no statement"),
    pytest.param("/policy", {}, FAILED, id="H55 no policy"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "decision", "expected"), DECISIONS)
def test_what_an_authorizer_says_decides(
    http: Gateway, path: str, decision: Any, expected: tuple[int, bytes | None]
) -> None:
    http.decision = decision
    answer = http.get(path, "X-User: ada")
    assert answer.status == expected[0]
    assert expected[1] in {None, answer.body}


def test_h55_an_authorizer_that_fails(http: Gateway) -> None:
    http.decision, http.authorizer_error = {"errorMessage": "Unauthorized"}, "Unhandled"
    assert seen(http.get("/policy", "X-User: ada")) == FAILED


def test_h55_without_identity_nobody_is_asked(http: Gateway) -> None:
    assert seen(http.get("/simple", "X-User: ada")) == UNAUTHORIZED
    assert not http.asked


def test_h63_iam_is_accepted(http: Gateway) -> None:
    assert http.get("/signed").status == 200
