"""Expected, filters and AttributeUpdates (dynamodb.md part 12)."""

from typing import Any

import pytest
from dynamodb.refusal import EMPTY_VALUE, INVALID, refusal
from visitplannr.dynamodb.legacy import attribute_updates, expected_condition, filter_condition

S: dict[str, Any] = {"S": "b"}
N: dict[str, Any] = {"N": "5"}


def compared(operator: str, *values: Any) -> dict[str, Any]:
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


@pytest.mark.parametrize(
    ("given", "holds", "fails"),
    [
        pytest.param({"Value": S}, S, None, id="D119 a value"),
        pytest.param({"Value": S, "Exists": True}, S, N, id="D119 a value that exists"),
        pytest.param({"Exists": False}, None, S, id="D119 none"),
        pytest.param({"Exists": "no"}, None, S, id="D51 none, as text"),
        pytest.param({"Value": S, "ComparisonOperator": "EQ"}, S, N, id="D119 a value, compared"),
        pytest.param({"Value": S, "AttributeValueList": None}, S, N, id="D119 null is absent"),
        pytest.param(compared("EQ", {"SS": ["a", "b"]}), {"SS": ["b", "a"]}, S, id="D120 EQ"),
        pytest.param(compared("NE", S), N, S, id="D120 NE"),
        pytest.param(compared("NE", S), None, S, id="D120 NE holds for none"),
        pytest.param(compared("LT", {"N": "6"}), N, {"N": "6"}, id="D120 LT"),
        pytest.param(compared("LE", N), N, None, id="D120 LE"),
        pytest.param(compared("GT", {"N": "4"}), N, S, id="D120 GT"),
        pytest.param(compared("GE", N), {"N": "50"}, {"N": "-50"}, id="D120 GE"),
        pytest.param(compared("BETWEEN", {"N": "1"}, N), N, {"N": "6"}, id="D120 BETWEEN"),
        pytest.param(compared("IN", {"N": "1"}, N), N, {"NS": ["1", "5"]}, id="D120 IN"),
        pytest.param({"ComparisonOperator": "NULL"}, None, {"NULL": True}, id="D120 NULL"),
        pytest.param(compared("NOT_NULL"), {"NULL": True}, None, id="D120 NOT_NULL"),
        pytest.param(compared("CONTAINS", S), {"L": [S]}, None, id="D120 CONTAINS"),
        pytest.param(compared("NOT_CONTAINS", S), {"S": "x"}, {"S": "abc"}, id="D120 NOT_CONTAINS"),
        pytest.param(compared("NOT_CONTAINS", S), N, None, id="D120 NOT_CONTAINS fails for none"),
        pytest.param(compared("BEGINS_WITH", S), {"S": "bc"}, N, id="D120 BEGINS_WITH"),
    ],
)
def test_an_expected_attribute(given: Any, holds: Any, fails: Any) -> None:
    condition = expected_condition({"a": given}, None)
    assert condition is not None
    assert condition.holds({} if holds is None else {"a": holds})
    assert not condition.holds({} if fails is None else {"a": fails})
    assert condition.paths == (("a",),)


AT = " for Attribute: a"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({}, "Value must be provided when Exists is null" + AT, id="D119 nothing"),
        pytest.param(
            {"Exists": True}, "Value must be provided when Exists is true" + AT, id="D119 exists"
        ),
        pytest.param(
            {"Exists": False, "Value": S},
            "Value cannot be used when Exists is false" + AT,
            id="D119 a value that does not exist",
        ),
        pytest.param(
            {"ComparisonOperator": "LT"},
            "Value or AttributeValueList must be used with ComparisonOperator: LT" + AT,
            id="D119 an operator alone",
        ),
        pytest.param(
            {"Exists": True, "ComparisonOperator": "LT"},
            "Exists and ComparisonOperator cannot be used together" + AT,
            id="D119 exists and operator",
        ),
        pytest.param(
            {"Value": S, "AttributeValueList": [S], "ComparisonOperator": "LT"},
            "Value and AttributeValueList cannot be used together" + AT,
            id="D119 value and list",
        ),
        pytest.param(
            {"Exists": True, "AttributeValueList": [S]},
            "AttributeValueList can only be used with a ComparisonOperator" + AT,
            id="D119 a list alone",
        ),
        *(
            pytest.param(
                compared(operator, *[S] * count),
                f"Invalid number of argument(s) for the {operator} ComparisonOperator",
                id=f"D120 {operator} {count}",
            )
            for operator, count in (
                *(("EQ", 0), ("EQ", 2), ("NE", 2), ("LE", 2), ("LT", 0), ("GE", 0), ("GT", 2)),
                *(("CONTAINS", 2), ("NOT_CONTAINS", 0), ("BEGINS_WITH", 2), ("IN", 0)),
                *(("BETWEEN", 1), ("BETWEEN", 3), ("NULL", 1), ("NOT_NULL", 1)),
            )
        ),
        *(
            pytest.param(
                compared(operator, *[value] * count),
                f"ComparisonOperator {operator} is not valid for {next(iter(value))}"
                " AttributeValue type",
                id=f"D121 {operator} {next(iter(value))}",
            )
            for operator, value, count in (
                *(("LT", {"SS": ["a"]}, 1), ("LE", {"L": []}, 1), ("GT", {"M": {}}, 1)),
                *(("GE", {"BOOL": True}, 1), ("BETWEEN", {"NULL": True}, 2)),
                *(("IN", {"NS": ["1"]}, 1), ("CONTAINS", {"SS": ["a"]}, 1)),
                *(("NOT_CONTAINS", {"L": []}, 1), ("BEGINS_WITH", N, 1)),
            )
        ),
        pytest.param(
            compared("IN", S, N),
            "AttributeValues inside AttributeValueList must be of same type",
            id="D122 types",
        ),
    ],
)
def test_what_goes_not_together(given: Any, message: str) -> None:
    assert refusal(lambda: expected_condition({"a": given}, None)) == INVALID + message


def test_d122_bounds_are_in_order() -> None:
    assert refusal(lambda: filter_condition({"a": compared("BETWEEN", S, {"S": "a"})}, None)) == (
        "The BETWEEN condition was provided a range where the lower bound is greater than the"
        " upper bound"
    )


def test_d235_values_come_before_their_number() -> None:
    assert refusal(lambda: filter_condition({"a": compared("EQ", {}, S)}, None)) == EMPTY_VALUE


def test_d123_conditions_are_joined_by_and_or_by_or() -> None:
    given = {"a": compared("EQ", S), "b": compared("EQ", S)}
    item = {"a": S, "b": N}
    for operator, holds in ((None, False), ("AND", False), ("OR", True)):
        condition = filter_condition(given, operator)
        assert condition is not None
        assert condition.holds(item) is holds


def test_d123_an_operator_needs_conditions() -> None:
    assert filter_condition({}, None) is None
    assert "ConditionalOperator" in refusal(lambda: expected_condition({}, "OR"))


ITEM: dict[str, Any] = {"n": N, "ss": {"SS": ["a", "b"]}, "l": {"L": [N]}}


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        pytest.param({"x": {"Value": S}}, {"x": S}, id="D125 PUT is the default"),
        pytest.param({"n": {"Action": "PUT", "Value": S}}, {"n": S}, id="D125 PUT"),
        pytest.param({"n": {"Action": "DELETE"}}, {"n": None}, id="D125 DELETE"),
        pytest.param(
            {"ss": {"Action": "DELETE", "Value": {"SS": ["a"]}}},
            {"ss": {"SS": ["b"]}},
            id="D125 DELETE members",
        ),
        pytest.param({"n": {"Action": "ADD", "Value": N}}, {"n": {"N": "10"}}, id="D125 ADD"),
        pytest.param({"x": {"Action": "ADD", "Value": N}}, {"x": N}, id="D125 ADD to nothing"),
        pytest.param(
            {"l": {"Action": "ADD", "Value": {"L": [S]}}},
            {"l": {"L": [N, S]}},
            id="D125 ADD appends to a list",
        ),
    ],
)
def test_attribute_updates(given: Any, changed: dict[str, Any]) -> None:
    update = attribute_updates(given)
    assert update is not None
    merged = {**ITEM, **changed}
    assert update.apply(ITEM) == {name: value for name, value in merged.items() if value}


UNDELETABLE: tuple[dict[str, Any], ...] = (S, N, {"L": []}, {"NULL": True})
UNADDABLE: tuple[dict[str, Any], ...] = (S, {"B": "Yg=="}, {"BOOL": True}, {"M": {}})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            {"x": "whatever"},
            "Only DELETE action is allowed when no attribute value is specified",
            id="D125 no value",
        ),
        *(
            pytest.param(
                {"Action": "DELETE", "Value": value},
                f"DELETE action with value is not supported for the type {next(iter(value))}",
                id=f"D125 DELETE {next(iter(value))}",
            )
            for value in UNDELETABLE
        ),
        *(
            pytest.param(
                {"Action": "ADD", "Value": value},
                f"ADD action is not supported for the type {next(iter(value))}",
                id=f"D125 ADD {next(iter(value))}",
            )
            for value in UNADDABLE
        ),
    ],
)
def test_attribute_updates_that_are_none(given: Any, message: str) -> None:
    assert refusal(lambda: attribute_updates({"a": given})) == INVALID + message


@pytest.mark.parametrize(
    "given",
    [
        {"ss": {"Action": "ADD", "Value": {"NS": ["1"]}}},
        {"n": {"Action": "DELETE", "Value": {"SS": ["a"]}}},
    ],
)
def test_d125_a_type_that_does_not_fit_the_item(given: Any) -> None:
    update = attribute_updates(given)
    assert update is not None
    assert refusal(lambda: update.apply(ITEM)) == "Type mismatch for attribute to update"


def test_d126_no_updates_are_no_update() -> None:
    assert attribute_updates({}) is None
    removal = attribute_updates({"a": {"Action": "DELETE"}})
    assert removal is not None
    assert removal.only_removes
