"""Reading REST proxy events, whole ones and those of direct invocations."""

import base64
from typing import Any

import pytest
from command_channel.faults import Fault
from command_channel.proxy_event import body_text, header_values, idempotency_key, metadata
from hypothesis import given
from hypothesis import strategies as st

ROOT = "1-67891233-abcdef012345678912345678"
KEY_FAULT = Fault("Idempotency-Key", "must have 1 to 255 characters of visible ASCII")


@pytest.mark.parametrize(
    ("event", "values"),
    [
        ({}, []),
        ({"headers": None, "multiValueHeaders": None}, []),
        ({"headers": {"x-ONE": "a"}}, ["a"]),
        ({"headers": {"X-One": "b"}, "multiValueHeaders": {"x-one": ["a", "b"]}}, ["a", "b"]),
        ({"headers": {"X-One": "a", "x-one": "b"}}, ["a", "b"]),
        ({"headers": {"X-One": "a"}, "multiValueHeaders": {}}, ["a"]),
        ({"headers": {"X-One": 1, "Two": "a"}}, []),
        ({"headers": "X-One"}, []),
    ],
)
def test_header_values(event: dict[str, Any], values: list[str]) -> None:
    assert header_values(event, "X-One") == values


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ([], None),
        (["key"], "key"),
        ([" \tkey "], "key"),
        (["x" * 255], "x" * 255),
        (["key", "key "], "key"),
        (["key", "other"], [Fault("Idempotency-Key", "is given more than once")]),
        ([""], [KEY_FAULT]),
        (["  "], [KEY_FAULT]),
        (["x" * 256], [KEY_FAULT]),
        (["a b"], [KEY_FAULT]),
        (["clé"], [KEY_FAULT]),
        (["key\n"], [KEY_FAULT]),
    ],
)
def test_idempotency_key(sent: list[str], read: str | list[Fault] | None) -> None:
    assert idempotency_key({"multiValueHeaders": {"idempotency-KEY": sent}}) == read


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ({"body": "é"}, "é"),
        ({"body": "e30=", "isBase64Encoded": False}, "e30="),
        ({"body": base64.b64encode("é".encode()).decode(), "isBase64Encoded": True}, "é"),
        ({}, [Fault("body", "is required")]),
        ({"body": None}, [Fault("body", "is required")]),
        ({"body": ""}, [Fault("body", "is required")]),
        ({"body": {}}, [Fault("body", "must be a text that holds a JSON object")]),
        (
            {"body": "e30", "isBase64Encoded": True},
            [Fault("body", "is not base64, as isBase64Encoded says")],
        ),
        (
            {"body": "é", "isBase64Encoded": True},
            [Fault("body", "is not base64, as isBase64Encoded says")],
        ),
        ({"body": "/w==", "isBase64Encoded": True}, [Fault("body", "is not UTF-8 text")]),
    ],
)
def test_body_text(event: dict[str, Any], text: str | list[Fault]) -> None:
    assert body_text(event) == text


@given(st.binary() | st.text(), st.booleans())
def test_any_body_is_text_or_a_fault(body: bytes | str, encoded: bool) -> None:
    sent = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    text = body_text({"body": sent, "isBase64Encoded": encoded})
    assert isinstance(text, str) or len(text) == 1


@pytest.mark.parametrize(
    ("event", "trace_header", "expected"),
    [
        (
            {
                "httpMethod": "POST",
                "resource": "/destination",
                "headers": {"x-amzn-trace-id": f"Root={ROOT}"},
                "requestContext": {"requestId": "gateway", "identity": {"sourceIp": "203.0.113.9"}},
            },
            f"Root={ROOT[:-1]}0;Parent=53995c3f42cd8ad8;Sampled=0",
            {"RequestId": "gateway", "TraceId": ROOT, "Source": "POST /destination"},
        ),
        (
            {"headers": None, "requestContext": None},
            f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=0",
            {"RequestId": "invocation", "TraceId": ROOT, "Source": "direct invocation"},
        ),
        (
            {"headers": {"X-Amzn-Trace-Id": "Root=<script>"}, "requestContext": {}},
            None,
            {"RequestId": "invocation", "Source": "direct invocation"},
        ),
    ],
)
def test_metadata(
    event: dict[str, Any], trace_header: str | None, expected: dict[str, str]
) -> None:
    assert metadata(event, "invocation", trace_header) == expected


def test_metadata_of_nothing() -> None:
    assert metadata({}, None, None) == {"Source": "direct invocation"}
