"""Events of the Invoke API that are too large or no JSON, in AWS's words (L67, L68)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.model.lambda_error import LambdaRefusedError
from visitplannr.runtime.invoke_payload import check_json, check_size

VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
# The first two were recorded; the others are the same parser's.
FAULTS = [
    (b"n\x87r\x9e", "Invalid UTF-8 start byte 0x87", 3),
    (b"\x99\xeb,j\x07",
     f"Unexpected character ((CTRL-CHAR, code 153)): expected a valid value {VALUE}", 1),
    (b"foo", f"Unrecognized token 'foo': was expecting {VALUE}", 4),
    (b"'a'", f"Unexpected character (''' (code 39)): expected a valid value {VALUE}", 1),
    (b"{'a': 1}",
     "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 2),
    (b'{"a" 1}',
     "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
     6),
    (b"[1 2]",
     "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 4),
    (b'{"a": [1] 2}',
     "Unexpected character ('2' (code 50)): was expecting comma to separate Object entries", 11),
    (b'["a\nb"]',
     ("Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be "
     "included in string value"), 4),
    (b"{", "Unexpected end-of-input: expected close marker for Object", 2),
    (b'["a', "Unexpected end-of-input: expected close marker for Array", 4),
    (b"   ", "Unexpected end-of-input", 4),
    (b"NaN",
     "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", 4),
]  # fmt: skip


def refused(payload: bytes) -> str:
    with pytest.raises(LambdaRefusedError) as caught:
        check_json(payload)
    answer = caught.value.answer
    assert (answer.status, answer.error_type) == (400, "InvalidRequestContentException")
    return answer.message


@pytest.mark.parametrize(("payload", "fault", "column"), FAULTS)
def test_l67_what_is_no_json_is_told_in_the_words_of_awss_parser(
    payload: bytes, fault: str, column: int
) -> None:
    source = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
    assert refused(payload) == (
        f"Could not parse request body into json: Could not parse payload into json: {fault}\n"
        f" at [Source: {source}; line: 1, column: {column}]"
    )


def test_l67_the_place_is_a_line_and_a_column() -> None:
    assert refused(b'{"a": 1,\n "b" 2}').endswith("; line: 2, column: 6]")


def test_l67_what_is_too_deep_is_refused() -> None:
    depth = "Document nesting depth (1001) exceeds the maximum allowed (1000, "
    assert depth in refused(b"[" * 100_000)


@pytest.mark.parametrize("payload", [b"{}", b'"\\ud800"', b" null ", b"1e999", b"9" * 400])
def test_l67_all_of_json_is_taken(payload: bytes) -> None:
    check_json(payload)


@given(st.binary(max_size=30))
def test_l67_any_bytes_are_json_or_refused(payload: bytes) -> None:
    try:
        json.loads(payload.decode())
    except ValueError:
        refused(payload)


SIZES = [
    (6_291_456, False, None),
    (6_291_457, False,
     "Request must be smaller than 6291456 bytes for the InvokeFunction operation"),
    (6_291_457, True,
     "Request must be smaller than 6291456 bytes for the InvokeFunction operation"),
    (1_048_576, True, None),
    (1_048_577, True,
     "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"),
]  # fmt: skip


@pytest.mark.parametrize(("size", "asynchronous", "message"), SIZES)
def test_l68_events_have_a_limit(size: int, asynchronous: bool, message: str | None) -> None:
    if message is None:
        check_size(bytes(size), asynchronous=asynchronous)
        return
    with pytest.raises(LambdaRefusedError) as caught:
        check_size(bytes(size), asynchronous=asynchronous)
    answer = caught.value.answer
    assert (answer.status, answer.error_type) == (413, "RequestTooLargeException")
    assert answer.message == message
