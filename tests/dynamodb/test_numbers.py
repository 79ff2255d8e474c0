"""Numbers of 38 digits: what is one, how it is written, sums (dynamodb.md part 6)."""

from decimal import Decimal

import pytest
from dynamodb.refusal import OVERFLOW, TOO_PRECISE, UNDERFLOW, refusal
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.dynamodb.values import canonical_number
from visitplannr.dynamodb.values.numbers import add, subtract

NOT_NUMERIC = "The parameter cannot be converted to a numeric value"
NINES = "9" * 38


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        pytest.param("3", "3", id="D57 digits"),
        pytest.param("-7.1234", "-7.1234", id="D57 negative"),
        pytest.param("-17e5", "-1700000", id="D57 exponent"),
        pytest.param("-17.4E37", "-174" + "0" * 36, id="D57 capital exponent"),
        pytest.param("+3", "3", id="D57 plus"),
        pytest.param(".123", "0.123", id="D57 nothing before the point"),
        pytest.param("12.", "12", id="D57 nothing after the point"),
        pytest.param("0001.23", "1.23", id="D61 leading zeros"),
        pytest.param("1e+5", "100000", id="D57 plus in the exponent"),
        pytest.param("1.50", "1.5", id="D61 trailing zeros"),
        pytest.param("-0.0", "0", id="D61 zero has no sign"),
        pytest.param("-0015.789e6", "-15789000", id="D61 zeros and exponent"),
        pytest.param("1e3", "1000", id="D63 the same key as 1000"),
        pytest.param("0.1e126", "1" + "0" * 125, id="D59 the magnitude counts"),
        pytest.param(f"9.{NINES[1:]}e125", NINES + "0" * 88, id="D61 largest"),
        pytest.param("-0001.000e-130", "-0." + "0" * 129 + "1", id="D61 smallest"),
        pytest.param("0" * 40 + NINES + "0" * 40, NINES + "0" * 40, id="D58 zeros don't count"),
        pytest.param("0e125", "0", id="D60 zero"),
        pytest.param("0.0e126", "0", id="D60 zero with an exponent beyond"),
    ],
)
def test_a_number_is_written_plainly(text: str, canonical: str) -> None:
    assert canonical_number(text) == canonical
    assert canonical_number(canonical) == canonical


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", NOT_NUMERIC, id="D56 empty"),
        *(
            pytest.param(text, f"{NOT_NUMERIC}: {text}", id=f"D57 {text!r}")
            for text in ("b", "NaN", "-NaN", "Infinity", "-Infinity", " 1", "1 ", "1_0", "٣", "1e")
        ),
        pytest.param("1" * 39, TOO_PRECISE, id="D58 39 digits"),
        pytest.param("-1.23456789012345678901234567890123456789", TOO_PRECISE, id="D58 decimal"),
        pytest.param("1e126", OVERFLOW, id="D59 too large"),
        pytest.param("-1e126", OVERFLOW, id="D59 too large and negative"),
        pytest.param("1e99999999999999999999", OVERFLOW, id="D59 absurdly large"),
        pytest.param("1e-131", UNDERFLOW, id="D59 too small"),
        pytest.param("-1e-99999999999999999999", UNDERFLOW, id="D59 absurdly small"),
    ],
)
def test_what_is_no_number_is_refused(text: str, message: str) -> None:
    assert refusal(lambda: canonical_number(text)) == message


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10, max_value=10**20))
def test_d61_canonical_text_is_the_same_number(number: Decimal) -> None:
    assert Decimal(canonical_number(str(number))) == number


@pytest.mark.parametrize(
    ("left", "right", "total", "difference"),
    [
        pytest.param("0.1", "0.2", "0.3", "-0.1", id="D62 decimal fractions"),
        pytest.param("1" + "0" * 22, "1", "1" + "0" * 21 + "1", "9" * 22, id="D62 exact"),
        pytest.param(NINES, "0", NINES, NINES, id="D62 38 digits"),
    ],
)
def test_sums_are_exact(left: str, right: str, total: str, difference: str) -> None:
    assert add(left, right) == total
    assert subtract(left, right) == difference


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("9" + "0" * 125, "9" + "0" * 125, id="D62 out of range"),
        pytest.param("1" + "0" * 50, "1", id="D62 more than 38 digits"),
    ],
)
def test_sums_that_cannot_be_held_are_refused(left: str, right: str) -> None:
    assert refusal(lambda: add(left, right)) == OVERFLOW
