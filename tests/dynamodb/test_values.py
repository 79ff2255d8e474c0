"""Attribute values: what is one, how they compare, their size (dynamodb.md parts 5 and 8)."""

from typing import Any

import pytest
from dynamodb.refusal import EMPTY_VALUE, INVALID, SEVERAL_TYPES, TOO_PRECISE, refusal
from visitplannr.dynamodb.values import (
    begins_with,
    checked_item,
    checked_value,
    compare,
    contains,
    equal,
    item_size,
)

NOT_NUMERIC = "The parameter cannot be converted to a numeric value"


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"M": {}}
    for _ in range(levels):
        value = {"M": {"a": value}}
    return value


@pytest.mark.parametrize(
    ("value", "checked"),
    [
        pytest.param({"S": ""}, {"S": ""}, id="D50 empty string"),
        pytest.param({"B": ""}, {"B": ""}, id="D50 empty binary"),
        pytest.param({"M": {}}, {"M": {}}, id="D50 empty map"),
        pytest.param({"L": []}, {"L": []}, id="D50 empty list"),
        pytest.param({"SS": ["", "a"]}, {"SS": ["", "a"]}, id="D50 empty string in a set"),
        pytest.param({"N": "1.50"}, {"N": "1.5"}, id="D61 canonical number"),
        pytest.param({"NS": ["1e1", "2"]}, {"NS": ["10", "2"]}, id="D61 numbers of a set"),
        pytest.param({"L": [{"N": "01"}]}, {"L": [{"N": "1"}]}, id="D61 number in a list"),
        pytest.param({"BOOL": "no"}, {"BOOL": False}, id="D51 text that reads as false"),
        pytest.param({"BOOL": "Yes"}, {"BOOL": True}, id="D51 text that reads as true"),
        pytest.param({"NULL": "1"}, {"NULL": True}, id="D51 NULL as text"),
        pytest.param({"S": "a", "N": None}, {"S": "a"}, id="D46 null is absent"),
        pytest.param(nested(30), nested(30), id="D18 as deep as an item may be"),
    ],
)
def test_a_value_is_checked_and_made_canonical(value: Any, checked: Any) -> None:
    assert checked_value(value) == checked


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param({}, EMPTY_VALUE, id="D46 no type"),
        pytest.param({"a": ""}, EMPTY_VALUE, id="D46 unknown type"),
        pytest.param({"dog": "cat"}, EMPTY_VALUE, id="D53 dog"),
        pytest.param(None, EMPTY_VALUE, id="D46 null"),
        pytest.param({"L": [{}]}, EMPTY_VALUE, id="D46 in a list"),
        pytest.param({"M": {"a": {"x": 1}}}, EMPTY_VALUE, id="D46 in a map"),
        pytest.param({"S": "a", "N": "1"}, SEVERAL_TYPES, id="D47 two types"),
        pytest.param({"S": "a", "N": "b"}, f"{NOT_NUMERIC}: b", id="D47 a bad number first"),
        pytest.param({"SS": []}, INVALID + "An string set  may not be empty", id="D48 SS"),
        pytest.param({"NS": []}, INVALID + "An number set  may not be empty", id="D48 NS"),
        pytest.param({"BS": []}, INVALID + "Binary sets should not be empty", id="D48 BS"),
        pytest.param(
            {"SS": ["a", "a"]},
            INVALID + "Input collection [a, a] contains duplicates.",
            id="D49 SS",
        ),
        pytest.param(
            {"BS": ["Yg==", "Yg=="]},
            INVALID + "Input collection [Yg==, Yg==]of type BS contains duplicates.",
            id="D49 BS",
        ),
        pytest.param({"NS": ["1", "1.0"]}, "Input collection contains duplicates", id="D49 NS"),
        pytest.param(
            {"NULL": "no"},
            INVALID + "Null attribute value types must have the value of true",
            id="D51 NULL that is not true",
        ),
        pytest.param({"NS": ["1", "b"]}, f"{NOT_NUMERIC}: b", id="D56 in a set"),
        pytest.param({"M": {"a": {"N": "1" * 39}}}, TOO_PRECISE, id="D58 in a map"),
        pytest.param(
            nested(40),
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested"
            " levels beyond supported limit",
            id="D18 too deep",
        ),
    ],
)
def test_a_value_that_is_none_is_refused(value: Any, message: str) -> None:
    assert refusal(lambda: checked_value(value)) == message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("", INVALID + "Empty attribute name", id="D54 empty"),
        pytest.param(
            "ä" * 32_768,
            INVALID + "Attribute name is too large, must be less than 65536 bytes",
            id="D54 65,536 bytes",
        ),
    ],
)
def test_a_name_has_1_to_65535_bytes(name: str, message: str) -> None:
    assert refusal(lambda: checked_item({name: {"S": "a"}})) == message
    assert checked_item({"ä" * 32_767: {"S": "a"}})


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, id="D55 sets in another order"),
        pytest.param(
            {"M": {"x": {"L": [{"NS": ["1", "2"]}]}, "y": {"S": ""}}},
            {"M": {"y": {"S": ""}, "x": {"L": [{"NS": ["2", "1"]}]}}},
            id="D55 sets and maps inside",
        ),
    ],
)
def test_equal_values(left: Any, right: Any) -> None:
    assert equal(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param({"S": "1"}, {"N": "1"}, id="D107 types"),
        pytest.param({"L": [{"S": "a"}]}, {"L": [{"S": "b"}]}, id="D55 lists"),
        pytest.param({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "a"}]}, id="D55 lengths"),
        pytest.param({"SS": ["a"]}, {"SS": ["a", "b"]}, id="D55 sets"),
        pytest.param({"M": {"a": {"S": ""}}}, {"M": {"b": {"S": ""}}}, id="D55 maps"),
    ],
)
def test_different_values(left: Any, right: Any) -> None:
    assert not equal(left, right)


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        pytest.param({"N": "-5"}, {"N": "10"}, id="D108 numbers"),
        pytest.param({"N": "9"}, {"N": "10"}, id="D108 not as text"),
        pytest.param({"S": "a"}, {"S": "ab"}, id="D55 strings"),
        pytest.param({"S": "\ufb01"}, {"S": "\U0001f600"}, id="D55 by UTF-8, not by UTF-16"),
        pytest.param({"B": "fw=="}, {"B": "gA=="}, id="D55 bytes have no sign"),
    ],
)
def test_order_of_values(smaller: Any, larger: Any) -> None:
    assert compare(smaller, larger) == -1
    assert compare(larger, smaller) == 1
    assert compare(smaller, smaller) == 0


def test_d107_other_types_have_no_order() -> None:
    assert compare({"S": "1"}, {"N": "1"}) is None
    assert compare({"L": []}, {"L": []}) is None


@pytest.mark.parametrize(
    ("value", "part", "found"),
    [
        pytest.param({"S": "hello"}, {"S": "ell"}, True, id="D113 substring"),
        pytest.param({"B": "aGVsbG8="}, {"B": "ZWxs"}, True, id="D113 bytes"),
        pytest.param({"NS": ["1", "2"]}, {"N": "1"}, True, id="D113 member"),
        pytest.param({"NS": ["1", "2"]}, {"S": "1"}, False, id="D113 member of another type"),
        pytest.param({"L": [{"SS": ["a", "b"]}]}, {"SS": ["b", "a"]}, True, id="D113 list"),
        pytest.param({"S": "1"}, {"N": "1"}, False, id="D113 types"),
        pytest.param({"N": "12"}, {"N": "1"}, False, id="D113 numbers have no parts"),
        pytest.param({"M": {"a": {"S": ""}}}, {"S": "a"}, False, id="D113 maps have no parts"),
    ],
)
def test_contains(value: Any, part: Any, found: bool) -> None:
    assert contains(value, part) is found


@pytest.mark.parametrize(
    ("value", "prefix", "found"),
    [
        pytest.param({"S": "hello"}, {"S": "he"}, True, id="D112 string"),
        pytest.param({"B": "aGVsbG8="}, {"B": "aGU="}, True, id="D112 binary"),
        pytest.param({"B": "aGVsbG8="}, {"S": "he"}, False, id="D112 types"),
        pytest.param({"N": "12"}, {"N": "1"}, False, id="D112 numbers"),
    ],
)
def test_begins_with(value: Any, prefix: Any, found: bool) -> None:
    assert begins_with(value, prefix) is found


@pytest.mark.parametrize(
    ("value", "size"),
    [
        pytest.param({"S": "aä"}, 3, id="D76 UTF-8"),
        pytest.param({"B": "Yg=="}, 1, id="D76 decoded"),
        pytest.param({"B": ""}, 0, id="D76 empty binary"),
        pytest.param({"N": "0"}, 1, id="D76 zero"),
        pytest.param({"N": "1" + "0" * 125}, 2, id="D76 zeros at the end"),
        pytest.param({"N": "0.0012"}, 2, id="D76 zeros at the start"),
        pytest.param({"N": "-11111"}, 5, id="D76 negative"),
        pytest.param({"N": "1111111"}, 5, id="D76 seven digits"),
        pytest.param({"N": "1" * 38}, 20, id="D76 38 digits"),
        pytest.param({"BOOL": False}, 1, id="D76 boolean"),
        pytest.param({"NULL": True}, 1, id="D76 null"),
        pytest.param({"SS": ["a", "bc"]}, 3, id="D76 strings"),
        pytest.param({"NS": ["1", "-1"]}, 5, id="D76 numbers"),
        pytest.param({"BS": ["Yg==", "YmI="]}, 3, id="D76 binaries"),
        pytest.param({"L": [{"S": "a"}, {"S": "b"}]}, 7, id="D76 list"),
        pytest.param({"M": {"ab": {"S": "c"}}}, 7, id="D76 map"),
    ],
)
def test_the_size_of_an_item_is_that_of_names_and_values(value: Any, size: int) -> None:
    assert item_size({"é": value}) == 2 + size
