"""The syntax that all expressions share, and its errors (dynamodb.md part 10)."""

from collections.abc import Callable, Mapping

import pytest
from dynamodb.refusal import refusal
from visitplannr.dynamodb.expressions import (
    Placeholders,
    parse_condition,
    parse_key_condition,
    parse_projection,
    parse_update,
)

Parse = Callable[[str, Placeholders], object]
PARSERS: Mapping[str, Parse] = {
    "ConditionExpression": lambda text, given: parse_condition(text, "ConditionExpression", given),
    "FilterExpression": lambda text, given: parse_condition(text, "FilterExpression", given),
    "KeyConditionExpression": parse_key_condition,
    "ProjectionExpression": parse_projection,
    "UpdateExpression": parse_update,
}
ALL = sorted(PARSERS)


def refused(kind: str, text: str) -> str:
    given = Placeholders(
        {"#a": "a", "#b": "b"}, {":a": {"S": "a"}, ":n": {"N": "1"}, ":l": {"L": []}}
    )
    message = refusal(lambda: PARSERS[kind](text, given))
    prefix = f"Invalid {kind}: "
    assert message.startswith(prefix)
    return message.removeprefix(prefix)


@pytest.mark.parametrize("kind", ALL)
def test_d87_an_expression_is_not_empty(kind: str) -> None:
    assert refused(kind, "") == "The expression can not be empty;"


@pytest.mark.parametrize("kind", ALL)
def test_d89_an_expression_has_4096_bytes_at_most(kind: str) -> None:
    assert refused(kind, "(" * 4097) == (
        "Expression size has exceeded the maximum allowed size; expression size: 4097"
    )
    assert "size" not in refused(kind, "(" * 4096)
    parse_projection("x" * 4096, Placeholders())


@pytest.mark.parametrize(
    ("kind", "text", "token", "near"),
    [
        pytest.param("ConditionExpression", "my-attr = :a", "-", "my-attr", id="D92 a dash"),
        pytest.param("ConditionExpression", "_x = :a", "_", "_x", id="D92 an underscore first"),
        pytest.param("ConditionExpression", "1x = :a", "1", "1x", id="D92 a digit first"),
        pytest.param("ConditionExpression", "a$ = :a", "$", "a$ =", id="D92 a dollar"),
        pytest.param("ConditionExpression", "# = :a", "#", "# =", id="D92 a lone #"),
        pytest.param("ConditionExpression", "a = :", ":", "= :", id="D92 a lone :"),
        pytest.param("ConditionExpression", "a =", "<EOF>", "=", id="D88 nothing on the right"),
        pytest.param("ConditionExpression", "a == :a", "=", "== :a", id="D88 ="),
        pytest.param("ConditionExpression", "a", "<EOF>", "a", id="D105 a bare path"),
        pytest.param("ConditionExpression", ":a", "<EOF>", ":a", id="D105 a bare value"),
        pytest.param("ConditionExpression", "a and b = :a", "and", "a and b", id="D105 in AND"),
        pytest.param("ConditionExpression", "not a", "<EOF>", "a", id="D105 in NOT"),
        pytest.param("ConditionExpression", "a IN ()", ")", "()", id="D110 no operand"),
        pytest.param("ConditionExpression", "a BETWEEN :a", "<EOF>", ":a", id="D88 one bound"),
        pytest.param("ConditionExpression", "a[:n] = :a", ":n", "[:n]", id="D101 a value"),
        pytest.param("ConditionExpression", "a[#a] = :a", "#a", "[#a]", id="D101 a name"),
        pytest.param("ConditionExpression", "(a = :a", "<EOF>", ":a", id="D88 not closed"),
        pytest.param("ConditionExpression", "a = :a b", "b", ":a b", id="D88 something left"),
        pytest.param("ProjectionExpression", "a,", "<EOF>", ",", id="D129 a comma at the end"),
        pytest.param("ProjectionExpression", "(a)", "(", "(a", id="D129 parentheses"),
        pytest.param("ProjectionExpression", "size(a)", "(", "size(a", id="D129 a function"),
        pytest.param("ProjectionExpression", ":a", ":a", ":a", id="D129 a value"),
        pytest.param("ProjectionExpression", "a[-1]", "-", "[-1", id="D101 negative"),
        pytest.param("ProjectionExpression", "a[]", "]", "[]", id="D101 no index"),
        pytest.param("UpdateExpression", "HELLO a = :a", "HELLO", "HELLO a", id="D132 section"),
        pytest.param("UpdateExpression", "SET :a = :n", ":a", "SET :a =", id="D92 value left"),
        pytest.param("UpdateExpression", "SET = :a", "=", "SET = :a", id="D136 no path"),
        pytest.param("UpdateExpression", "SET a == :a", "=", "== :a", id="D136 ="),
        pytest.param("UpdateExpression", "SET a = :a garbage", "garbage", ":a garbage", id="D88"),
        pytest.param("UpdateExpression", "SET a = :a,", "<EOF>", ",", id="D88 a comma"),
        pytest.param("UpdateExpression", "SET a = a + :n + :n", "+", ":n + :n", id="D136 chain"),
        pytest.param(
            "UpdateExpression",
            "SET a = if_not_exists(a, :n + :n)",
            "+",
            ":n + :n",
            id="D136 inside a function",
        ),
        pytest.param("UpdateExpression", "SET a = set", "set", "= set", id="D96 a keyword"),
        pytest.param("UpdateExpression", "REMOVE a = b", "=", "a = b", id="D132 REMOVE"),
        pytest.param("UpdateExpression", "ADD a b", "b", "a b", id="D132 ADD takes a value"),
        pytest.param("UpdateExpression", "DELETE a = :a", "=", "a = :a", id="D132 DELETE"),
    ],
)
def test_a_syntax_error_names_the_token(kind: str, text: str, token: str, near: str) -> None:
    assert refused(kind, text) == f'Syntax error; token: "{token}", near: "{near}"'


@pytest.mark.parametrize(
    ("kind", "text", "word"),
    [
        pytest.param("ConditionExpression", "abOrt = :a", "abOrt", id="D93 condition"),
        pytest.param("ConditionExpression", "a.b.Size = :a", "Size", id="D93 inside a path"),
        pytest.param("ProjectionExpression", "a, Absolute", "Absolute", id="D93 projection"),
        pytest.param("UpdateExpression", "set #z = :z set abort = true", "abort", id="D102 first"),
        pytest.param("UpdateExpression", "set a = nofunc(#z, year)", "year", id="D102 before"),
    ],
)
def test_reserved_words_are_no_names(kind: str, text: str, word: str) -> None:
    assert refused(kind, text) == (
        f"Attribute name is a reserved keyword; reserved keyword: {word}"
    )


NAME = "An expression attribute name used in the document path is not defined; attribute name: "
VALUE = "An expression attribute value used in expression is not defined; attribute value: "


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        pytest.param("ConditionExpression", "#x = :a", NAME + "#x", id="D94 name"),
        pytest.param("ConditionExpression", "a = :x", VALUE + ":x", id="D94 value"),
        pytest.param("ProjectionExpression", "a.#x", NAME + "#x", id="D94 in a path"),
        pytest.param("UpdateExpression", "SET a = :x, #x = :a", NAME + "#x", id="D102 names first"),
        pytest.param(
            "UpdateExpression", "ADD a :x SET a = :a", VALUE + ":x", id="D102 then values"
        ),
        pytest.param(
            "UpdateExpression", "SET #a = if_not_exists(:x)", VALUE + ":x", id="D102 then count"
        ),
    ],
)
def test_placeholders_are_defined(kind: str, text: str, message: str) -> None:
    assert refused(kind, text) == message


MISUSED = "The function is not allowed to be used this way in an expression; function: "
UNKNOWN = "Invalid function name; function: "
COUNT = "Incorrect number of operands for operator or function; operator or function: "
TYPE = "Incorrect operand type for operator or function; operator or function: "
PATH = "Operator or function requires a document path; operator or function: "


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        pytest.param("ConditionExpression", "f(a) = :x", UNKNOWN + "f", id="D96 unknown"),
        pytest.param("ConditionExpression", "Size(a) = :n", UNKNOWN + "Size", id="D96 case"),
        pytest.param("UpdateExpression", "SET #x = f(a)", UNKNOWN + "f", id="D102 unknown first"),
        pytest.param("ConditionExpression", "size(a)", MISUSED + "size", id="D100 size alone"),
        pytest.param("ConditionExpression", "not (size(a))", MISUSED + "size", id="D100 in NOT"),
        pytest.param(
            "ConditionExpression",
            "attribute_exists(a) < :n",
            MISUSED + "attribute_exists",
            id="D100 compared",
        ),
        pytest.param(
            "ConditionExpression",
            "contains(a, begins_with(b, :a))",
            MISUSED + "begins_with",
            id="D100 as an argument",
        ),
        pytest.param(
            "ConditionExpression",
            "if_not_exists(a, b) = :a",
            MISUSED + "if_not_exists",
            id="D100 of updates",
        ),
        pytest.param(
            "UpdateExpression", "SET a = size(b)", MISUSED + "size", id="D100 of conditions"
        ),
        pytest.param(
            "UpdateExpression",
            "SET a = list_append(:l, list_append(:l, :l))",
            MISUSED + "list_append",
            id="D139 list_append in itself",
        ),
        pytest.param(
            "ConditionExpression",
            "size(a, b) = :n",
            COUNT + "size, number of operands: 2",
            id="D97 size",
        ),
        pytest.param(
            "UpdateExpression",
            "SET a = list_append(b)",
            COUNT + "list_append, number of operands: 1",
            id="D97 list_append",
        ),
        pytest.param(
            "ConditionExpression",
            "attribute_exists(:a)",
            PATH + "attribute_exists",
            id="D99 attribute_exists",
        ),
        pytest.param(
            "UpdateExpression",
            "SET a = if_not_exists(:a, b)",
            PATH + "if_not_exists",
            id="D99 if_not_exists",
        ),
        pytest.param(
            "UpdateExpression",
            "SET a = if_not_exists(if_not_exists(a, b), b)",
            PATH + "if_not_exists",
            id="D99 a function",
        ),
        pytest.param("ConditionExpression", "a < :l", TYPE + "<, operand type: L", id="D98 order"),
        pytest.param(
            "ConditionExpression",
            "begins_with(a, :n)",
            TYPE + "begins_with, operand type: N",
            id="D98 begins_with",
        ),
    ],
)
def test_functions_stand_where_they_can(kind: str, text: str, message: str) -> None:
    assert refused(kind, text) == message


@pytest.mark.parametrize("text", ["((a = :a))", "((a)) = :a", "size(((a))) = :n", "(((a = b)))"])
def test_d91_double_parentheses_are_redundant(text: str) -> None:
    assert refused("ConditionExpression", text) == "The expression has redundant parentheses;"


@pytest.mark.parametrize(
    "text", ["((a=b) and c=d)", "(a) = (b)", "((a) = b)", "(a.b)[0] = :a", "#123 = :a", "#_ = :a"]
)
def test_d91_other_parentheses_are_fine(text: str) -> None:
    names = {"#123": "x", "#_": "y"}
    parse_condition(text, "ConditionExpression", Placeholders(names, {":a": {"S": ""}}))


def test_d90_300_operators_at_most() -> None:
    fits = "a<b " + "or (a<b " * 149 + ")" * 149
    parse_condition(fits, "FilterExpression", Placeholders())
    parse_condition("not " * 299 + "a<b", "FilterExpression", Placeholders())
    too_many = "The expression contains too many operators; operator count: 301"
    for text in (
        "a<b " + "or (a<b " * 150 + ")" * 150,
        "not " * 1000 + "a<b",
        "a<b" + " and a<b" * 150,
    ):
        assert refused("FilterExpression", text) == too_many


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "a" + ".b" * 32,
            "The document path has too many nesting levels; nesting levels: 33",
            id="D18 levels of a path",
        ),
        pytest.param(
            "a[99999999999999]",
            "List index is not within the allowable range; index: [99999999999999]",
            id="D101 index",
        ),
    ],
)
def test_paths_have_bounds(text: str, message: str) -> None:
    assert refused("ProjectionExpression", text) == message
    parse_projection("a" + ".b" * 31, Placeholders())


def test_d101_a_dot_in_a_placeholder_is_part_of_the_name() -> None:
    projection = parse_projection("#d", Placeholders({"#d": "a.b"}))
    assert projection.of({"a.b": {"S": "x"}, "a": {"M": {"b": {"S": "y"}}}}) == {"a.b": {"S": "x"}}


def test_d95_what_no_expression_uses_is_refused() -> None:
    given = Placeholders({"#a": "a", "#b": "b"}, {":c": {"S": ""}, ":d": {"S": ""}})
    parse_condition("#a = :c", "ConditionExpression", given)
    assert refusal(given.check_all_used) == (
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}"
    )
    parse_projection("#b", given)
    assert refusal(given.check_all_used) == (
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:d}"
    )
    parse_update("SET x = :d", given)
    given.check_all_used()
