"""Keys as bytes: they sort as DynamoDB sorts, and intervals hold what conditions ask for."""

import base64
from collections.abc import Callable
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.dynamodb.storage.keys import (
    Bounds,
    hash_bytes,
    joined,
    number_bytes,
    range_bounds,
    scalar_bytes,
    segment_bounds,
)

DIGITS_OF_A_NUMBER = 38
DIGITS = st.integers(min_value=1, max_value=10**DIGITS_OF_A_NUMBER - 1)


def number(sign: int, digits: int, exponent: int) -> str:
    """Write a number of up to 38 digits, below ten to the power of `exponent`."""
    with localcontext(prec=DIGITS_OF_A_NUMBER):
        value = Decimal(sign * digits).scaleb(exponent - len(str(digits)))
        return format(value.normalize(), "f")


NUMBERS = st.builds(
    number, st.sampled_from([-1, 1]), DIGITS, st.integers(min_value=-128, max_value=126)
) | st.sampled_from(["0", "1", "-1", "10", "-10", "0.1", "-0.1", "1" + "0" * 125])
PARTS = st.binary(max_size=4) | st.sampled_from([b"", b"\x00", b"\x00\x01", b"\xff", b"\xff\xff"])


@given(NUMBERS, NUMBERS)
def test_d165_numbers_sort_by_value(left: str, right: str) -> None:
    ordered = (Decimal(left) > Decimal(right)) - (Decimal(left) < Decimal(right))
    one, other = number_bytes(left), number_bytes(right)
    assert (one > other) - (one < other) == ordered


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ({"S": "é"}, "é".encode()),
        ({"B": base64.b64encode(b"\x00\xff").decode()}, b"\x00\xff"),
        ({"N": "0"}, b"\x80"),
        ({"N": "1"}, b"\xc1\x02"),
        ({"N": "-1"}, b"\x3e\x64\x66"),
    ],
)
def test_scalars(value: dict[str, str], encoded: bytes) -> None:
    assert scalar_bytes(value) == encoded


@given(st.lists(PARTS, min_size=3, max_size=3), st.lists(PARTS, min_size=3, max_size=3))
def test_d202_keys_of_several_attributes_sort_attribute_by_attribute(
    left: list[bytes], right: list[bytes]
) -> None:
    assert (joined(left, 3) < joined(right, 3)) == (left < right)
    assert (joined(left, 3) == joined(right, 3)) == (left == right)


CONDITIONS: dict[str, Callable[[bytes, list[bytes]], bool]] = {
    "": lambda key, values: True,
    "<": lambda key, values: key < values[0],
    "<=": lambda key, values: key <= values[0],
    ">": lambda key, values: key > values[0],
    ">=": lambda key, values: key >= values[0],
    "BETWEEN": lambda key, values: values[0] <= key <= values[1],
    "begins_with": lambda key, values: key.startswith(values[0]),
}


@given(st.data(), st.sampled_from(sorted(CONDITIONS)), st.integers(1, 3))
def test_intervals_hold_what_conditions_ask_for(
    data: st.DataObject, operator: str, of: int
) -> None:
    key = data.draw(st.lists(PARTS, min_size=of, max_size=of))
    fixed = data.draw(st.integers(0, of - 1 if operator else of))
    equal = [data.draw(st.just(part) | PARTS) for part in key[:fixed]]
    values = sorted(data.draw(st.lists(PARTS, min_size=2, max_size=2)))
    wanted = equal == key[:fixed] and (not operator or CONDITIONS[operator](key[fixed], values))
    bounds = range_bounds(equal, operator, values, of)
    assert bounds.holds(joined(key, of)) is wanted


@given(st.integers(1, 5000), st.binary(min_size=1, max_size=8))
def test_d171_segments_are_disjoint_and_complete(total: int, key: bytes) -> None:
    partition = hash_bytes([key])
    holding = [n for n in range(total) if segment_bounds(n, total).holds(partition)]
    assert len(holding) == 1


def test_one_segment_holds_everything() -> None:
    assert segment_bounds(0, 1) == Bounds(b"\x00\x00", None)
