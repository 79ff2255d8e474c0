"""Events are read as awslambdaric reads them, only quicker (lambda-runtime.md L33)."""

import json
from typing import Any

import pytest
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller
from hypothesis import given
from hypothesis import strategies as st
from random_json import CONSTANTS, documents
from visitplannr.runtime.bootstrap import quick_marshaller

VALUES = documents(CONSTANTS | st.floats(allow_nan=False) | st.text(), names=st.text())
EDGES: list[Any] = [
    b"",
    b"NaN",
    b'{"a": -Infinity}',
    b"1e400",
    b"1" * 5000,
    b'"\\ud800"',
    b'"\xff"',
    b'\xef\xbb\xbf"bom"',
    '"utf-16"'.encode("utf-16"),
    b'{"a": 1, "a": 2}',
    b"[" * 100_000,
    b'"\x01"',
    b"[1,]",
    b" {} x",
]


def read(marshaller: Any, request: bytes, content_type: str | None) -> tuple[str, str]:
    """Give the value, or the error, in a form that tells 1 from 1.0 and True."""
    try:
        return "value", repr(marshaller.unmarshal_request(request, content_type))
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
        return type(error).__name__, repr(vars(error))


def same(request: bytes, content_type: str | None = "application/json") -> None:
    found = read(quick_marshaller(), request, content_type)
    assert found == read(LambdaMarshaller(), request, content_type)


@given(VALUES, st.booleans())
def test_any_json(value: Any, escaped: bool) -> None:
    same(json.dumps(value, ensure_ascii=escaped).encode("utf-8", errors="replace"))


@given(st.binary() | st.text(alphabet='[]{},:"0123456789.eE+-\\ntrufalsN ').map(str.encode))
def test_any_bytes(request: bytes) -> None:
    same(request)


@pytest.mark.parametrize("request_bytes", EDGES, ids=lambda edge: repr(edge[:20]))
def test_edges(request_bytes: bytes) -> None:
    same(request_bytes)


def test_what_is_not_json_is_handed_over_as_it_is() -> None:
    same(b'{"a": 1}', "application/octet-stream")
    same(b'{"a": 1}', None)
