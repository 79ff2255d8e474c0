"""Signatures of requests are verified by signing again (iam.md I51, I52)."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from visitplannr.backend.server.signatures import signature_of, verify
from visitplannr.model.access import AccessRefusedError, SentRequest

KEYS = Credentials("AKIA1", "a secret", "a token")
URL = "http://localhost:8000/orders/a%20b?z=1&a=b%2Fc&empty="
NOW = datetime.now(UTC)


def sent(signed: Any, body: bytes = b"") -> SentRequest:
    parts = urlsplit(signed.url)
    headers = tuple((str(name), str(value)) for name, value in signed.headers.items())
    found = (("Host", parts.netloc), *(one for one in headers if one[0].lower() != "host"))
    digest = hashlib.sha256(body).hexdigest()
    return SentRequest(signed.method, parts.path, parts.query, found, digest, "127.0.0.1")


def by_header(method: str = "GET", body: bytes = b"", **headers: str) -> SentRequest:
    request: Any = AWSRequest(method, URL, data=body, headers=headers)
    SigV4Auth(KEYS, "execute-api", "us-east-1").add_auth(request)
    return sent(request, body)


def by_query(seconds: int = 60) -> SentRequest:
    request: Any = AWSRequest("GET", URL)
    signer: Any = SigV4QueryAuth(KEYS, "execute-api", "us-east-1", expires=seconds)
    signer.add_auth(request)
    return sent(request)


SIGNED: list[Any] = [
    pytest.param(by_header(), id="a header"),
    pytest.param(by_header("POST", b'{"a": 1}', **{"X-Own": "  two  words "}), id="a body"),
    pytest.param(by_header("PUT", b"x", **{"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}),
                 id="an unsigned body"),
    pytest.param(by_query(), id="a query"),
]  # fmt: skip


@pytest.mark.parametrize("request_", SIGNED)
def test_i51_a_signature_that_is_made_again_is_right(request_: SentRequest) -> None:
    found = signature_of(request_)
    assert (found.access_key, found.session_token) == ("AKIA1", "a token")
    assert (found.region, found.service) == ("us-east-1", "execute-api")
    verify(found, request_, "a secret", NOW)


POST = by_header("POST", b"body", **{"X-Own": "1"})
CHANGED: list[Any] = [
    pytest.param(replace(POST, method="PUT"), "a secret", id="method"),
    pytest.param(replace(POST, path="/orders/else"), "a secret", id="path"),
    pytest.param(replace(POST, query="a=1"), "a secret", id="query"),
    pytest.param(replace(POST, digest="0" * 64), "a secret", id="body"),
    pytest.param(replace(POST, headers=tuple(
        (name, "2" if name == "X-Own" else value) for name, value in POST.headers)),
        "a secret", id="a signed header"),
    pytest.param(POST, "another secret", id="secret"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "secret"), CHANGED)
def test_i51_what_was_changed_since_is_refused(request_: SentRequest, secret: str) -> None:
    with pytest.raises(AccessRefusedError, match=r"^The request signature we calculated") as found:
        verify(signature_of(request_), request_, secret, NOW)
    assert found.value.error_type == "InvalidSignatureException"


TIMES: list[Any] = [
    pytest.param(by_header(), timedelta(minutes=6), "Signature expired: ", id="old"),
    pytest.param(by_header(), timedelta(minutes=-6), "Signature not yet current: ", id="early"),
    pytest.param(by_query(30), timedelta(seconds=40), "Signature expired: ", id="an old query"),
]


@pytest.mark.parametrize(("request_", "later", "says"), TIMES)
def test_i51_a_signature_is_of_its_time(request_: SentRequest, later: timedelta, says: str) -> None:
    with pytest.raises(AccessRefusedError, match=f"^{says}"):
        verify(signature_of(request_), request_, "a secret", NOW + later)


def asked(query: str = "", **headers: str) -> SentRequest:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return SentRequest("GET", "/", query, named, "", "127.0.0.1")


AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/lambda/aws4_request"
WHOLE = f"{AUTHORIZATION}, SignedHeaders=host, Signature=1"
LACKING: list[Any] = [
    pytest.param(asked(), "MissingAuthenticationTokenException", "Missing Authentication Token",
                 id="nothing"),
    pytest.param(asked(Authorization="Bearer abc"), "IncompleteSignatureException",
                 "'abc' not a valid key=value pair", id="something else"),
    pytest.param(asked(Authorization=AUTHORIZATION, X_Amz_Date="20260101T000000Z"),
                 "IncompleteSignatureException",
                 "requires 'Signature' parameter. Authorization header requires 'SignedHeaders'",
                 id="parts"),
    pytest.param(asked(Authorization=WHOLE), "IncompleteSignatureException",
                 "requires existence of either a 'X-Amz-Date' or a 'Date' header", id="date"),
    pytest.param(asked(Authorization=WHOLE.replace("/aws4_request", ""), X_Amz_Date="x"),
                 "IncompleteSignatureException", "exactly 5 slash-delimited", id="scope"),
    pytest.param(asked("X-Amz-Signature=1"), "IncompleteSignatureException",
                 "must include 'X-Amz-Credential'", id="query"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "error_type", "says"), LACKING)
def test_i52_what_lacks_something_is_told_what(
    request_: SentRequest, error_type: str, says: str
) -> None:
    with pytest.raises(AccessRefusedError) as found:
        signature_of(request_)
    assert found.value.error_type == error_type
    assert says in str(found.value)


def test_i52_a_date_that_is_none() -> None:
    request = asked(Authorization=WHOLE, X_Amz_Date="yesterday")
    with pytest.raises(AccessRefusedError, match="Date must be in ISO-8601"):
        verify(signature_of(request), request, "a secret", NOW)
