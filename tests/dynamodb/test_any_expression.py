"""Any text is an expression or a DynamoDBError; valid ones mean what a plain evaluator says."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

import pytest
from dynamodb.test_syntax import ALL, PARSERS
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.expressions import Placeholders, parse_condition, parse_update

TOKENS = (
    *("a", "b", "#a", "#zz", ":v", ":l", ":zz", "and", "OR", "not", "BETWEEN", "in", "SET", "add"),
    *("REMOVE", "delete", "size", "contains", "begins_with", "attribute_exists", "list_append"),
    *("if_not_exists", "attribute_type", "year", "(", ")", "((", "))", "[", "]", "[1]", ".", ","),
    *("=", "<>", "<", "<=", ">", ">=", "+", "-", "12", "!", '"', "\u00e4", "_"),
)
PLACEHOLDERS: tuple[dict[str, str], dict[str, dict[str, Any]]] = (
    {"#a": "x"},
    {":v": {"N": "1"}, ":l": {"L": [{"N": "1"}]}},
)
ITEMS: tuple[Any, ...] = ({}, {"a": {"N": "1"}}, {"a": {"L": []}, "b": {"M": {"x": {"S": ""}}}})
Plain: TypeAlias = dict[str, int | str]
Meaning: TypeAlias = tuple[str, Callable[[Plain], bool]]

soups = st.lists(st.sampled_from(TOKENS), max_size=30).map(" ".join)


@pytest.mark.parametrize("kind", ALL)
@given(text=st.one_of(st.text(max_size=80), soups))
def test_d88_any_text_is_an_expression_or_refused(kind: str, text: str) -> None:
    with suppress(DynamoDBError):
        parsed: Any = PARSERS[kind](text, Placeholders(*PLACEHOLDERS))
        for item in ITEMS:
            with suppress(DynamoDBError):
                for use in ("holds", "of", "apply"):
                    getattr(parsed, use, len)(item)
        getattr(parsed, "by_attribute", list)()


CONSTANTS: dict[str, int | str] = {":one": 1, ":two": 2, ":s": "s", ":t": "t"}
NAMES = ("a", "b", "c")
operands = st.sampled_from((*NAMES, *CONSTANTS))


def valued(operand: str, item: Plain) -> int | str | None:
    return CONSTANTS[operand] if operand in CONSTANTS else item.get(operand)


def ordered(one: Any, other: Any, compared: Callable[[Any, Any], bool]) -> bool:
    return None not in {one, other} and type(one) is type(other) and compared(one, other)


RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: one is not None and one == other,
    "<>": lambda one, other: one is None or one != other,
    "<": lambda one, other: ordered(one, other, lambda x, y: bool(x < y)),
    "<=": lambda one, other: ordered(one, other, lambda x, y: bool(x <= y)),
    ">": lambda one, other: ordered(one, other, lambda x, y: bool(x > y)),
    ">=": lambda one, other: ordered(one, other, lambda x, y: bool(x >= y)),
}


def comparison(left: str, operator: str, right: str) -> Meaning:
    relation = RELATIONS[operator]
    return (
        f"{left} {operator} {right}",
        lambda item: relation(valued(left, item), valued(right, item)),
    )


def candidates(left: str, listed: list[str]) -> Meaning:
    return (
        f"{left} IN ({', '.join(listed)})",
        lambda item: any(RELATIONS["="](valued(left, item), valued(one, item)) for one in listed),
    )


def existence(name: str) -> Meaning:
    return f"attribute_exists({name})", lambda item: name in item


def negation(inner: Meaning) -> Meaning:
    return f"NOT ({inner[0]})", lambda item: not inner[1](item)


def junction(left: Meaning, operator: str, right: Meaning) -> Meaning:
    join = all if operator == "AND" else any
    return f"({left[0]}) {operator} ({right[0]})", lambda item: join(
        (left[1](item), right[1](item))
    )


comparisons = st.tuples(operands, st.sampled_from(sorted(RELATIONS)), operands).filter(
    lambda parts: parts[0] != parts[2]
)
leaves = st.one_of(
    comparisons.map(lambda parts: comparison(*parts)),
    st.tuples(operands, st.lists(operands, min_size=1, max_size=4)).map(lambda p: candidates(*p)),
    st.sampled_from(NAMES).map(existence),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(negation),
        st.tuples(inner, st.sampled_from(("AND", "OR")), inner).map(lambda parts: junction(*parts)),
    ),
    max_leaves=8,
)
plain_items = st.dictionaries(
    st.sampled_from(NAMES), st.one_of(st.sampled_from((1, 2)), st.sampled_from(("s", "t")))
)


def in_json(value: int | str) -> dict[str, str]:
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


@given(conditions, plain_items)
def test_d104_a_condition_means_what_a_plain_evaluator_says(meaning: Meaning, item: Plain) -> None:
    text, holds = meaning
    given_values = Placeholders({}, {name: in_json(value) for name, value in CONSTANTS.items()})
    condition = parse_condition(text, "FilterExpression", given_values)
    assert condition.holds({name: in_json(value) for name, value in item.items()}) is holds(item)


changes = st.dictionaries(st.integers(0, 12), st.sampled_from(("SET", "REMOVE")), min_size=1)


@given(changes, st.integers(0, 8))
def test_d143_d144_changes_of_a_list(wanted: dict[int, str], length: int) -> None:
    sets = [index for index, section in wanted.items() if section == "SET"]
    removes = [index for index, section in wanted.items() if section == "REMOVE"]
    text = (f"SET {', '.join(f'l[{index}] = :new' for index in sets)} " if sets else "") + (
        f"REMOVE {', '.join(f'l[{index}]' for index in removes)}" if removes else ""
    )
    new = {"S": "new"}
    old = [{"N": str(number)} for number in range(length)]
    replaced = [new if index in sets else value for index, value in enumerate(old)]
    kept = [value for index, value in enumerate(replaced) if index not in removes]
    appended = [new for index in sets if index >= length]
    update = parse_update(text, Placeholders({}, {":new": new} if sets else {}))
    assert update.apply({"l": {"L": old}}) == {"l": {"L": kept + appended}}
