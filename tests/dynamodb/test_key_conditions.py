"""Which keys a query asks for (dynamodb.md parts 12 and 16)."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from dynamodb.refusal import INVALID, refusal
from visitplannr.dynamodb.expressions import (
    KeyCondition,
    KeyConditions,
    KeyTest,
    Placeholders,
    parse_key_condition,
)
from visitplannr.dynamodb.legacy import key_conditions

A: dict[str, Any] = {"S": "a"}
B: dict[str, Any] = {"S": "b"}
VALUES = {":a": A, ":b": B, ":n": {"N": "1"}}
TYPES = dict.fromkeys(("h", "h2", "r", "r2"), "S")


def by_attribute(text: str) -> KeyConditions:
    return parse_key_condition(text, Placeholders({"#h": "h"}, VALUES)).by_attribute()


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        pytest.param("h = :a", (), id="D158 hash only"),
        pytest.param("#h = :a", (), id="D158 placeholder"),
        pytest.param("(:a = h)", (), id="D159 value first"),
        pytest.param("r = :b AND h = :a", (KeyTest("=", (B,)),), id="D159 any order"),
        pytest.param("((h = :a) and (r < :b))", (KeyTest("<", (B,)),), id="D159 parentheses"),
        pytest.param("h = :a and :b < r", (KeyTest(">", (B,)),), id="D159 mirrored <"),
        pytest.param("h = :a and :b <= r", (KeyTest(">=", (B,)),), id="D159 mirrored <="),
        pytest.param("h = :a and :b > r", (KeyTest("<", (B,)),), id="D159 mirrored >"),
        pytest.param("h = :a and :b >= r", (KeyTest("<=", (B,)),), id="D159 mirrored >="),
        pytest.param(
            "h = :a and r between :a and :b", (KeyTest("BETWEEN", (A, B)),), id="D158 between"
        ),
        pytest.param(
            "h = :a and begins_with(r, :b)", (KeyTest("begins_with", (B,)),), id="D160 begins_with"
        ),
    ],
)
def test_a_key_condition(text: str, ranges: tuple[KeyTest, ...]) -> None:
    assert by_attribute(text).against(["h"], ["r"], TYPES) == KeyCondition((A,), ranges)


OPERATOR = "Invalid operator used in KeyConditionExpression: "
NESTED = "KeyConditionExpressions cannot contain nested operations"
CONDITION = "Invalid condition in KeyConditionExpression: "
FIRST = " operator must have the key attribute as its first operand"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("h = :a and size(r) > q or h = :a", OPERATOR + "OR", id="D156 OR"),
        pytest.param("h in (r, size(q))", OPERATOR + "IN", id="D156 IN"),
        pytest.param("not h > r", OPERATOR + "NOT", id="D156 NOT"),
        pytest.param("h <> r", OPERATOR + "<>", id="D156 <>"),
        *(
            pytest.param(f"{function}(h)", OPERATOR + function, id=f"D156 {function}")
            for function in ("attribute_exists", "attribute_not_exists")
        ),
        pytest.param("contains(h.d, r)", OPERATOR + "contains", id="D156 contains"),
        pytest.param("size(r) > h AND h.b > r", NESTED, id="D156 size"),
        pytest.param("h between size(r) and size(h)", NESTED, id="D156 size as a bound"),
        pytest.param(
            "h.d > :a",
            "KeyConditionExpressions cannot have conditions on nested attributes",
            id="D156 nested",
        ),
        pytest.param(
            "h > :a AND h < :a",
            "KeyConditionExpressions must only contain one condition per key",
            id="D156 twice",
        ),
        pytest.param(
            ":a between size(r) and size(h) and h > :b", CONDITION + "BETWEEN" + FIRST, id="D157"
        ),
        pytest.param("begins_with(:a, h)", CONDITION + "begins_with" + FIRST, id="D157 function"),
        pytest.param(
            "r > h.x", CONDITION + "Multiple attribute names used in one condition", id="D157 two"
        ),
        pytest.param(
            ":b > :a AND h < :b", CONDITION + "No key attribute specified", id="D157 none"
        ),
        pytest.param(
            "begins_with(h, :n)",
            "Invalid KeyConditionExpression: Incorrect operand type for operator or function;"
            " operator or function: begins_with, operand type: N",
            id="D160 on a number",
        ),
    ],
)
def test_what_is_no_key_condition(text: str, message: str) -> None:
    assert refusal(lambda: by_attribute(text)) == message


MISSED = "Query condition missed key schema element: "
UNSUPPORTED = "Query key condition not supported"
MISMATCH = INVALID + "Condition parameter type does not match schema type"


@pytest.mark.parametrize(
    ("text", "ranges", "message"),
    [
        pytest.param("z between :a and :b", ["r"], MISSED + "h", id="D158 no hash"),
        pytest.param("h = :a and z = :n", ["r"], MISSED + "r", id="D158 not the range"),
        pytest.param("h = :a and r = :a", [], UNSUPPORTED, id="D158 a table without range"),
        pytest.param("y = :a and z = :a", [], UNSUPPORTED, id="D158 two others"),
        pytest.param("h > :a", ["r"], UNSUPPORTED, id="D158 hash without ="),
        pytest.param("begins_with(h, :a)", [], UNSUPPORTED, id="D158 hash with a function"),
        pytest.param(":n > h", [], MISMATCH, id="D158 type before operator"),
        pytest.param("h = :a and r between :n and :n", ["r"], MISMATCH, id="D158 type of a bound"),
    ],
)
def test_a_key_condition_that_does_not_fit(text: str, ranges: list[str], message: str) -> None:
    conditions = by_attribute(text)
    assert refusal(lambda: conditions.against(["h"], ranges, TYPES)) == message


@pytest.mark.parametrize(
    ("text", "hashes", "ranges"),
    [
        pytest.param("h2 = :b and h = :a", (A, B), (), id="D202 all hashes"),
        pytest.param(
            "h = :a and h2 = :b and r = :a and r2 > :b",
            (A, B),
            (KeyTest("=", (A,)), KeyTest(">", (B,))),
            id="D202 an inequality last",
        ),
        pytest.param(
            "h = :a and h2 = :b and r < :b", (A, B), (KeyTest("<", (B,)),), id="D202 from the left"
        ),
    ],
)
def test_keys_of_several_attributes(
    text: str, hashes: Sequence[Any], ranges: tuple[KeyTest, ...]
) -> None:
    found = by_attribute(text).against(["h", "h2"], ["r", "r2"], TYPES)
    assert found == KeyCondition(tuple(hashes), ranges)


HASHES = "all HASH key attributes must be given with an equality condition"
RANGES = "RANGE key attributes before the last one used need an equality condition"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param("h = :a", HASHES, id="D202 a hash is missing"),
        pytest.param("h = :a and h2 > :a", HASHES, id="D202 a hash without ="),
        pytest.param("h = :a and h2 = :a and r2 = :a", RANGES, id="D202 a range is left out"),
        pytest.param("h = :a and h2 = :a and r > :a and r2 = :a", RANGES, id="D202 two unequal"),
        pytest.param("h = :a and h2 = :a and z = :a", MISSED + "r", id="D202 another attribute"),
    ],
)
def test_keys_of_several_attributes_that_do_not_fit(text: str, part: str) -> None:
    conditions = by_attribute(text)
    assert part in refusal(lambda: conditions.against(["h", "h2"], ["r", "r2"], TYPES))


def old(**conditions: Any) -> KeyConditions:
    return key_conditions(
        {
            name: {"ComparisonOperator": operator, "AttributeValueList": list(values)}
            for name, (operator, *values) in conditions.items()
        }
    )


@pytest.mark.parametrize(
    ("operator", "values", "test"),
    [
        pytest.param("EQ", [A], KeyTest("=", (A,)), id="D124 EQ"),
        pytest.param("LT", [A], KeyTest("<", (A,)), id="D124 LT"),
        pytest.param("LE", [A], KeyTest("<=", (A,)), id="D124 LE"),
        pytest.param("GT", [A], KeyTest(">", (A,)), id="D124 GT"),
        pytest.param("GE", [A], KeyTest(">=", (A,)), id="D124 GE"),
        pytest.param("BETWEEN", [A, B], KeyTest("BETWEEN", (A, B)), id="D124 BETWEEN"),
        pytest.param("BEGINS_WITH", [A], KeyTest("begins_with", (A,)), id="D124 BEGINS_WITH"),
    ],
)
def test_old_style_key_conditions(operator: str, values: list[Any], test: KeyTest) -> None:
    conditions = old(h=("EQ", A), r=(operator, *values))
    assert conditions.against(["h"], ["r"], TYPES) == KeyCondition((A,), (test,))


@pytest.mark.parametrize("operator", ["NE", "IN", "CONTAINS", "NOT_CONTAINS", "NULL", "NOT_NULL"])
def test_d124_operators_that_no_index_serves(operator: str) -> None:
    values = [] if "NULL" in operator else [A]
    message = "Attempted conditional constraint is not an indexable operation"
    for conditions in (old(h=(operator, *values)), old(h=("EQ", A), r=(operator, *values))):
        assert refusal(partial(conditions.against, ["h"], ["r"], TYPES)) == message
