"""When a condition or filter holds for an item, and what it refuses (dynamodb.md part 11)."""

from typing import Any

import pytest
from dynamodb.refusal import refusal
from visitplannr.dynamodb.expressions import Placeholders, parse_condition

ITEM: dict[str, Any] = {
    "p": {"S": "key"},
    "s": {"S": "hello"},
    "n": {"N": "5"},
    "b": {"B": "aGk="},
    "t": {"BOOL": True},
    "z": {"NULL": True},
    "ss": {"SS": ["a", "b"]},
    "l": {"L": [{"N": "1"}, {"M": {"x": {"S": "deep"}}}]},
    "m": {"M": {"a": {"N": "1"}, "b": {"N": "2"}}},
}
VALUES: dict[str, Any] = {
    ":s": {"S": "hello"},
    ":h": {"S": "he"},
    ":one": {"N": "1"},
    ":five": {"N": "5"},
    ":nine": {"N": "9"},
    ":b": {"B": "aGk="},
    ":ss": {"SS": ["b", "a"]},
    ":l": {"L": []},
    ":m": {"M": {"a": {"N": "1"}}},
    ":deep": {"S": "deep"},
    ":N": {"S": "N"},
    ":M": {"S": "M"},
    ":DOG": {"S": "DOG"},
}


def holds(text: str, item: dict[str, Any] | None = None) -> bool:
    condition = parse_condition(text, "ConditionExpression", Placeholders({"#n": "n"}, VALUES))
    return condition.holds(ITEM if item is None else item)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("n = :five", True, id="D104 equal"),
        pytest.param("#n <> :one", True, id="D104 not equal"),
        pytest.param("n < :nine", True, id="D104 less"),
        pytest.param("n <= :five", True, id="D104 less or equal"),
        pytest.param("n > :five", False, id="D104 greater"),
        pytest.param("n >= :five", True, id="D104 greater or equal"),
        pytest.param("n BETWEEN :one AND :nine", True, id="D104 between"),
        pytest.param("n between :five and :five", True, id="D104 any case"),
        pytest.param("n IN (:one, s, :five)", True, id="D110 one of several"),
        pytest.param("n IN (:s, :one)", False, id="D110 types may differ"),
        pytest.param("NOT n = :five AND n = :one OR n = :five", True, id="D104 precedence"),
        pytest.param("n = :five OR n = :five AND n = :one", True, id="D104 AND before OR"),
        pytest.param("NOT (n = :five OR n = :one)", False, id="D104 parentheses"),
        pytest.param("not not n = :five", True, id="D104 twice NOT"),
        pytest.param("x = y", False, id="D106 both missing"),
        pytest.param("x = :s", False, id="D106 left missing"),
        pytest.param("x <> y", True, id="D106 both missing differ"),
        pytest.param("n = :s", False, id="D107 other types are not equal"),
        pytest.param("n <> :s", True, id="D107 other types differ"),
        pytest.param("n < :s", False, id="D107 other types have no order"),
        pytest.param("x < :one", False, id="D107 a missing side has no order"),
        pytest.param("l < :one", False, id="D108 an attribute that has no order"),
        pytest.param("l BETWEEN :one AND :nine", False, id="D108 between"),
        pytest.param("n BETWEEN s AND :nine", False, id="D109 bounds in the item"),
        pytest.param("b = :b", True, id="D108 binary"),
        pytest.param("ss = :ss", True, id="D55 sets in any order"),
        pytest.param("m.a = :one", True, id="D104 a path"),
        pytest.param("l[1].x = :deep", True, id="D104 a path through a list"),
        pytest.param("l[7] = :one", False, id="D106 beyond the list"),
        pytest.param("s.x = :one", False, id="D106 no map"),
        pytest.param("attribute_exists(m.b)", True, id="D104 attribute_exists"),
        pytest.param("attribute_not_exists(m.c)", True, id="D104 attribute_not_exists"),
        pytest.param("attribute_type(n, :N)", True, id="D111 type"),
        pytest.param("attribute_type(l, :M)", False, id="D111 other type"),
        pytest.param("attribute_type(x, :M)", False, id="D111 missing"),
        pytest.param("begins_with(s, :h)", True, id="D112 prefix"),
        pytest.param("begins_with(:s, :h)", True, id="D112 of a value"),
        pytest.param("begins_with(n, :h)", False, id="D112 an attribute of another type"),
        pytest.param("begins_with(s, n)", False, id="D112 a prefix of another type"),
        pytest.param("contains(s, :h)", True, id="D113 substring"),
        pytest.param("contains(l, :one)", True, id="D113 member"),
        pytest.param("contains(x, :one)", False, id="D113 missing"),
        pytest.param("contains(:s, :h)", True, id="D113 of a value"),
        pytest.param("size(s) = :five", True, id="D114 characters"),
        pytest.param("size(m) > :one", True, id="D114 members"),
        pytest.param("size(n) <> :five", True, id="D114 a number has no size"),
        pytest.param("size(n) = :five", False, id="D114 nor does it equal one"),
        pytest.param("size(t) < :nine", False, id="D114 nor has a boolean"),
        pytest.param("size(s) = :s", False, id="D114 a size is a number"),
        pytest.param("size(s) = n", True, id="D114 compared with an attribute"),
        pytest.param("size(:s) = :five", True, id="D114 of a value"),
    ],
)
def test_a_condition_holds(text: str, expected: bool) -> None:
    assert holds(text) is expected


@pytest.mark.parametrize("text", ["attribute_not_exists(p)", "p <> :s"])
def test_d115_an_item_that_is_not_there_has_no_key(text: str) -> None:
    assert holds(text, {})


def test_d118_an_item_that_is_not_there_has_no_attributes() -> None:
    assert not holds("attribute_exists(s)", {})
    assert not holds("size(s) = :five", {})


TYPE = "Incorrect operand type for operator or function; operator or function: "
BOUNDS = (
    "lower bound operand: AttributeValue: {%s:%s}, upper bound operand: AttributeValue: {%s:%s}"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("n <= :ss", TYPE + "<=, operand type: SS", id="D108 order"),
        pytest.param("n BETWEEN :l AND :l", TYPE + "BETWEEN, operand type: L", id="D108 between"),
        pytest.param(
            "n BETWEEN :one AND :s",
            "The BETWEEN operator requires same data type for lower and upper bounds; "
            + BOUNDS % ("N", 1, "S", "hello"),
            id="D109 types of bounds",
        ),
        pytest.param(
            "n BETWEEN :five AND :one",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
            + BOUNDS % ("N", 5, "N", 1),
            id="D109 order of bounds",
        ),
        pytest.param(
            "attribute_type(n, s)",
            TYPE + "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
            id="D111 a path",
        ),
        pytest.param(
            "attribute_type(n, :five)", TYPE + "attribute_type, operand type: N", id="D111 a number"
        ),
        pytest.param(
            "attribute_type(n, :DOG)",
            "Invalid attribute type name found; type: DOG,"
            " valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
            id="D111 no type",
        ),
        pytest.param("begins_with(s, :five)", TYPE + "begins_with, operand type: N", id="D112"),
        pytest.param(
            "contains(s, s)",
            "The first operand must be distinct from the remaining operands for this operator or"
            " function; operator: contains, first operand: [s]",
            id="D113 the same path twice",
        ),
        pytest.param("size(:five) = n", TYPE + "size, operand type: N", id="D114 of a number"),
        pytest.param("size(size(s)) = n", TYPE + "size, operand type: N", id="D114 of a size"),
        pytest.param(
            "n IN (" + ", ".join(["s"] * 100) + ")",
            "The IN operator is provided with too many operands; number of operands: 101",
            id="D110 too many",
        ),
    ],
)
def test_a_condition_is_refused(text: str, message: str) -> None:
    assert refusal(lambda: holds(text)) == f"Invalid ConditionExpression: {message}"


def test_d110_99_candidates_are_fine() -> None:
    assert not holds("n IN (" + ", ".join(["s"] * 99) + ")")


def test_d103_the_paths_of_a_condition_are_known() -> None:
    condition = parse_condition(
        "attribute_exists(a.b) AND size(#n) < c[1]", "FilterExpression", Placeholders({"#n": "n"})
    )
    assert condition.paths == (("a", "b"), ("n",), ("c", 1))
