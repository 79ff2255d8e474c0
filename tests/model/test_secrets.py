"""What is taken for a secret, and what is not."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.model.secrets import MASK, SECRETS, Secrets, masked_places

_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "authorization", "Proxy-Authorization", "authorizationToken"),
        *("Cookie", "cookies", "Set-Cookie", "X-Api-Key", "apiKey", "api_key", "APIKEY"),
        *("password", "PASSWD", "db_password", "passphrase", "accessToken", "refresh_token"),
        *("X-Amz-Security-Token", "clientSecret", "SECRET", "privateKey", "accessKey"),
        *(
            "STRIPE_SK",
            "GITHUB_PAT",
            "DSN",
            "SENTRY_DSN",
            "DB_PWD",
            "otp",
            "SMTP_PASS",
            "x-csrf-token",
        ),
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert SECRETS.value({name: "value"}) == {name: MASK}
    assert SECRETS.variables({name: "value"}) == {name: MASK}
    assert SECRETS.text(f'{{"{name}": "value", "more": 1}}') == f'{{"{name}": "{MASK}", "more": 1}}'


@pytest.mark.parametrize(
    "name",
    [
        *("NextToken", "nextToken", "ContinuationToken", "max_tokens", "tokenType", "tokenCount"),
        *("Keys", "key", "path", "task", "passenger", "passed", "desk", "authorizer", "SecretArn"),
        *("author", "pattern", "compass", "authorizationType"),
    ],
)
def test_names_of_others(name: str) -> None:
    assert SECRETS.value({name: "value"}) == {name: "value"}
    assert SECRETS.text(f'"{name}": "value"') == f'"{name}": "value"'


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("Bearer abcdefgh1234", f"Bearer {MASK}"),
        (_JWT, MASK),
        ("postgres://me:pw@host/db", f"postgres://me:{MASK}@host/db"),
        ("AKIAIOSFODNN7EXAMPLE", MASK),
        ("sk_live_abcdefgh1234", MASK),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", MASK),
        ("https://host:443/path", "https://host:443/path"),
        ("a bearer of news", "a bearer of news"),
        ("basic math", "basic math"),
    ],
)
def test_values_by_their_looks(value: str, masked: str) -> None:
    assert SECRETS.text(f"got {value}!") == f"got {masked}!"
    assert SECRETS.value({"note": value}) == {"note": masked}
    assert SECRETS.variables({"NOTE": value}) == {"NOTE": masked}


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("password=hunter2 user=me", f"password={MASK} user=me"),
        ("{'Cookie': 'a=b; c=d', 'X': 1}", f"{{'Cookie': '{MASK}', 'X': 1}}"),
        (r'{"body": "{\"password\": \"x\"}"}', rf'{{"body": "{{\"password\": \"{MASK}\"}}"}}'),
        ('"Authorization": ["one", "two"], "a": 1', f'"Authorization": [{MASK}], "a": 1'),
        ('"Cookie": ["[hidden]"], "a": 1', f'"Cookie": [{MASK}], "a": 1'),
        ('"accessKey": null, "token": true', '"accessKey": null, "token": true'),
        ('"token": "a\nb"', f'"token": "{MASK}"'),
        ("the password is wrong", "the password is wrong"),
        ("Token: abc", f"Token: {MASK}"),
        ("Denied: password=hunter2", f"Denied: password={MASK}"),
        ("event: user=me&token=x&a=1", f"event: user=me&token={MASK}&a=1"),
        ("'note': 'password: x', 'a': 1", f"'note': 'password: {MASK}', 'a': 1"),
    ],
)
def test_log_lines(line: str, masked: str) -> None:
    assert SECRETS.text(line) == masked


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("event", "masked"),
    [
        ({"multiValueHeaders": {"Cookie": ["a=b"]}}, {"multiValueHeaders": {"Cookie": [MASK]}}),
        ({"cookies": ["a=b"]}, {"cookies": [MASK]}),
        (
            {"body": '{"name": "x", "password": "y"}'},
            {"body": json.dumps({"name": "x", "password": MASK}, ensure_ascii=False)},
        ),
        ({"body": "user=me&password=x"}, {"body": f"user=me&password={MASK}"}),
        ({"rawQueryString": "token=x&a=1"}, {"rawQueryString": f"token={MASK}&a=1"}),
        (
            {"body": _encoded("password=x"), "isBase64Encoded": True},
            {"body": _encoded(f"password={MASK}"), "isBase64Encoded": True},
        ),
        ({"body": "/w==", "isBase64Encoded": True}, {"body": "/w==", "isBase64Encoded": True}),
        ({"password": {"old": "x", "new": 1}}, {"password": {"old": MASK, "new": MASK}}),
        ({"token": None, "secret": ""}, {"token": None, "secret": ""}),
        ({"s3": {"object": {"key": "a/b"}}}, {"s3": {"object": {"key": "a/b"}}}),
    ],
)
def test_events(event: Any, masked: Any) -> None:
    assert SECRETS.value(event) == masked


def test_any_key_among_variables() -> None:
    assert SECRETS.variables({"STRIPE_KEY": "x", "KEYBOARD": "y"}) == {
        "STRIPE_KEY": MASK,
        "KEYBOARD": "y",
    }


def test_the_rule_can_be_extended() -> None:
    extended = Secrets(["iban"])
    assert extended.value({"IBAN": "x"}) == {"IBAN": MASK}
    assert extended.text("myIban: x") == f"myIban: {MASK}"
    assert SECRETS.value({"IBAN": "x"}) == {"IBAN": "x"}


def test_what_is_missing_is_named() -> None:
    masked = SECRETS.value({"headers": {"Authorization": "x", "A": "b"}, "cookies": ["c=d"]})
    assert list(masked_places(masked)) == ["headers.Authorization", "cookies[0]"]


@pytest.mark.parametrize("payload", [b'{"a":1.50}', b"no json", b"\xff", b""])
def test_a_payload_without_secrets_is_left_as_it_is(payload: bytes) -> None:
    assert SECRETS.payload(payload) == payload


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_masking_twice_is_masking_once(found: Any) -> None:
    once = SECRETS.value(found)
    assert SECRETS.value(once) == once


@given(st.text(), st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=8))
def test_no_secret_is_left_in_any_text(around: str, secret: str) -> None:
    line = json.dumps({"around": around, "password": f"#{secret}#"})
    assert f"#{secret}#" not in SECRETS.text(line)
