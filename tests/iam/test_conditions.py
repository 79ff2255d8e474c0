"""Conditions: operators, missing keys, keys with several values (iam.md I9 to I12)."""

import base64
from typing import Any

import pytest
from visitplannr.iam.conditions import conditions
from visitplannr.iam.operators import OPERATORS
from visitplannr.iam.patterns import Context

ROLE = "arn:aws:iam::000000000000:role/cook"


def holds(block: dict[str, Any], context: Context, *, variables: bool = True) -> bool:
    found = list(conditions(block, "Role", variables=variables))
    return all(condition.holds(context) for condition in found)


# operator, value in the policy, value that matches, value that does not
PAIRS: list[tuple[str, Any, str, str]] = [
    ("StringEquals", "Ada", "Ada", "ada"),
    ("StringEquals", "a*", "a*", "ab"),
    ("StringEquals", ["x", "Ada"], "Ada", "y"),
    ("StringEqualsIgnoreCase", "Ada", "aDA", "Adam"),
    ("StringLike", "a?a*", "Ada"[::-1].lower(), "a"),
    ("StringLike", "home/*", "home/ada", "homes"),
    ("NumericEquals", 10, "10.0", "11"),
    ("NumericEquals", "10", "1e1", "ten"),
    ("NumericLessThan", "10", "9.99", "10"),
    ("NumericLessThanEquals", "10", "10", "10.01"),
    ("NumericGreaterThan", "10", "11", "10"),
    ("NumericGreaterThanEquals", "-1", "-1", "-2"),
    ("DateEquals", "2026-11-25T00:00:00Z", "1795564800", "2026-11-25T00:00:01Z"),
    ("DateEquals", "2026-11-25", "2026-11-25T01:00:00+01:00", "soon"),
    ("DateLessThan", "2026-11-25T00:00:00Z", "2026-11-24T23:59:59Z", "2026-11-25T00:00:00Z"),
    ("DateLessThanEquals", "1795564800", "2026-11-25T00:00:00Z", "1795564801"),
    ("DateGreaterThan", "2026-11-25T00:00:00Z", "2026-11-26", "2026-11-25"),
    ("DateGreaterThanEquals", "2026-11-25T00:00:00Z", "2026-11-25", "2026-11-24"),
    ("Bool", "true", "true", "false"),
    ("Bool", False, "False", "true"),
    ("BinaryEquals", base64.b64encode(b"key").decode(), "a2V5", "a2V4"),
    ("IpAddress", "203.0.113.0/24", "203.0.113.9", "203.0.114.9"),
    ("IpAddress", "203.0.113.9", "203.0.113.9", "203.0.113.8"),
    ("IpAddress", "2001:db8::/32", "2001:db8::1", "203.0.113.9"),
    ("ArnEquals", ROLE, ROLE, ROLE.upper()),
    ("ArnLike", "arn:aws:iam::*:role/c*", ROLE, "arn:aws:iam::000000000000:user/cook"),
    ("ArnLike", "arn:aws:iam:*:role/cook", "arn:aws:iam:x:role/cook", ROLE),
    ("ArnLike", "arn:aws:iam::*:ro??/*", ROLE, "arn:aws:iam::1:2:role/x"),
]  # fmt: skip
NEGATED = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
}


@pytest.mark.parametrize(("operator", "policy", "match", "other"), PAIRS)
def test_i11_operators(operator: str, policy: Any, match: str, other: str) -> None:
    block = {operator: {"aws:Key": policy}}
    assert holds(block, {"aws:key": (match,)})
    assert not holds(block, {"aws:key": (other,)})
    if operator in NEGATED:
        opposite = {NEGATED[operator]: {"aws:Key": policy}}
        assert not holds(opposite, {"aws:key": (match,)})
        assert holds(opposite, {"aws:key": (other,)})


def test_i12_one_star_is_every_arn() -> None:
    assert holds({"ArnLike": {"aws:key": "*"}}, {"aws:key": (ROLE,)})
    assert not holds({"ArnLike": {"aws:key": "arn:*"}}, {"aws:key": (ROLE,)})


def test_i11_each_operator_has_a_row() -> None:
    rows = {operator for operator, *_ in PAIRS} | set(NEGATED.values())
    assert set(OPERATORS) == rows


NO_KEY: list[tuple[str, bool]] = [
    ("StringEquals", False),
    ("Bool", False),
    ("NumericLessThan", False),
    ("StringNotEquals", True),
    ("ArnNotLike", True),
    ("NotIpAddress", True),
    ("StringEqualsIfExists", True),
    ("StringNotLikeIfExists", True),
    ("BoolIfExists", True),
    ("ForAllValues:StringEquals", True),
    ("ForAnyValue:StringEquals", False),
    ("ForAnyValue:StringNotEquals", False),
    ("ForAnyValue:StringEqualsIfExists", True),
    ("ForAllValues:StringLikeIfExists", True),
]


@pytest.mark.parametrize(("operator", "expected"), NO_KEY)
def test_i10_without_the_key(operator: str, expected: bool) -> None:
    assert holds({operator: {"aws:key": "127.0.0.1"}}, {}) is expected
    assert holds({operator: {"aws:key": "127.0.0.1"}}, {"aws:key": ()}) is expected


SEVERAL: list[tuple[str, tuple[str, ...], bool]] = [
    ("ForAllValues:StringEquals", ("a", "b"), True),
    ("ForAllValues:StringEquals", ("a", "x"), False),
    ("ForAnyValue:StringEquals", ("a", "x"), True),
    ("ForAnyValue:StringEquals", ("x", "y"), False),
    ("ForAllValues:StringNotEquals", ("x", "y"), True),
    ("ForAllValues:StringNotEquals", ("a", "x"), False),
    ("ForAnyValue:StringNotEquals", ("a", "x"), True),
    ("ForAnyValue:StringNotEquals", ("a", "b"), False),
    ("StringEquals", ("a", "x"), True),
    ("StringNotEquals", ("a", "x"), False),
    ("StringEqualsIfExists", ("x",), False),
]


@pytest.mark.parametrize(("operator", "values", "expected"), SEVERAL)
def test_i10_several_values(operator: str, values: tuple[str, ...], expected: bool) -> None:
    assert holds({operator: {"aws:key": ["a", "b"]}}, {"aws:key": values}) is expected


NULL: list[tuple[Any, bool, bool]] = [
    ("true", True, False),
    (True, True, False),
    ("false", False, True),
    (["true", "false"], True, True),
]


@pytest.mark.parametrize(("value", "without", "with_key"), NULL)
def test_i11_null(value: Any, without: bool, with_key: bool) -> None:
    block = {"Null": {"aws:Key": value}}
    assert holds(block, {}) is without
    assert holds(block, {"aws:key": ("",)}) is with_key


def test_i9_all_operators_and_keys_must_hold() -> None:
    block = {"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": "true"}}
    context: dict[str, tuple[str, ...]] = {"aws:a": ("1",), "aws:b": ("2",), "aws:c": ("true",)}
    assert holds(block, context)
    for key in context:
        assert not holds(block, {**context, key: ("3",)})


def test_i7_values_may_be_variables() -> None:
    context: Context = {"aws:username": ("ada",), "s3:prefix": ("home/ada/*",)}
    for operator in ("StringEquals", "StringLike"):
        value = "home/${aws:username}/${*}"
        assert holds({operator: {"s3:prefix": value}}, context)
        assert not holds({operator: {"s3:prefix": value}}, context, variables=False)
        assert not holds({operator: {"s3:prefix": "home/${aws:userid}/*"}}, context)


@pytest.mark.parametrize("operator", ["Bool", "NumericEquals", "IpAddress"])
def test_i7_only_texts_and_arns_may_be_variables(operator: str) -> None:
    context: Context = {"aws:username": ("1",), "aws:key": ("1",)}
    assert not holds({operator: {"aws:key": "${aws:username}"}}, context)
    assert not holds({operator: {"aws:key": "1${aws:username}"}}, context)
