"""What updates do to an item, and what they refuse (dynamodb.md parts 14 and 15)."""

import copy
from typing import Any

import pytest
from dynamodb.refusal import OVERFLOW, refusal
from visitplannr.dynamodb.expressions import Placeholders, Update, parse_update

NAMES = {"#i": "[3]"}
VALUES: dict[str, Any] = {
    ":s": {"S": "a"},
    ":n": {"N": "3"},
    ":big": {"N": "9" + "0" * 125},
    ":l": {"L": [{"S": "new"}]},
    ":m": {"M": {}},
    ":b": {"B": "YQ=="},
    ":t": {"BOOL": True},
    ":z": {"NULL": True},
    ":ss": {"SS": ["a", "b"]},
    ":ns": {"NS": ["1", "2"]},
    ":bs": {"BS": ["YQ=="]},
}
ITEM: dict[str, Any] = {
    "p": {"S": "key"},
    "n": {"N": "4"},
    "s": {"S": "text"},
    "ss": {"SS": ["b", "c"]},
    "a": {"M": {"x": {"N": "1"}, "y": {"M": {"z": {"N": "2"}}}}},
    "l": {"L": [{"S": "0"}, {"S": "1"}, {"S": "2"}]},
    "d": {"L": [{"S": "0"}, {"M": {"x": {"L": [{"N": "5"}, {"N": "6"}]}}}]},
}


def parsed(text: str) -> Update:
    return parse_update(text, Placeholders(NAMES, VALUES))


def strings(*texts: str) -> dict[str, Any]:
    return {"L": [{"S": text} for text in texts]}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        pytest.param("SET x = :s", {"x": {"S": "a"}}, id="D132 SET"),
        pytest.param("set x = s REMOVE s", {"x": {"S": "text"}, "s": None}, id="D135 as it was"),
        pytest.param("REMOVE n, q", {"n": None}, id="D143 REMOVE, and of nothing"),
        pytest.param(
            "ADD n :n DELETE ss :ss SET x = n REMOVE s",
            {"n": {"N": "7"}, "ss": {"SS": ["c"]}, "x": {"N": "4"}, "s": None},
            id="D132 all sections",
        ),
        pytest.param("SET n = n + :n", {"n": {"N": "7"}}, id="D136 plus"),
        pytest.param("SET n = (:n - n)", {"n": {"N": "-1"}}, id="D136 minus"),
        pytest.param(
            "SET n = if_not_exists(n, :n), q = if_not_exists(q, :n)",
            {"q": {"N": "3"}},
            id="D139 if_not_exists",
        ),
        pytest.param("SET q = if_not_exists(q, :n) + n", {"q": {"N": "7"}}, id="D139 in a sum"),
        pytest.param(
            "SET q = if_not_exists(x, if_not_exists(s, :n))",
            {"q": {"S": "text"}},
            id="D139 in itself",
        ),
        pytest.param(
            "SET l = list_append(:l, l)",
            {"l": strings("new", "0", "1", "2")},
            id="D139 list_append",
        ),
        pytest.param(
            "SET q = list_append(if_not_exists(q, :l), :l)",
            {"q": strings("new", "new")},
            id="D139 in list_append",
        ),
        pytest.param("ADD q :n", {"q": {"N": "3"}}, id="D141 from zero"),
        pytest.param("ADD q :ss", {"q": {"SS": ["a", "b"]}}, id="D141 from the empty set"),
        pytest.param("ADD ss :ss", {"ss": {"SS": ["b", "c", "a"]}}, id="D141 members"),
        pytest.param(
            "ADD a.x :n",
            {"a": {"M": {"x": {"N": "4"}, "y": ITEM["a"]["M"]["y"]}}},
            id="D141 in a map",
        ),
        pytest.param("DELETE ss :ss", {"ss": {"SS": ["c"]}}, id="D142 members"),
        pytest.param("DELETE q :ss", {}, id="D142 of nothing"),
        pytest.param(
            "SET a.y.z = :s",
            {"a": {"M": {"x": {"N": "1"}, "y": {"M": {"z": {"S": "a"}}}}}},
            id="D145 a path",
        ),
        pytest.param("REMOVE a.x, a.y.z", {"a": {"M": {"y": {"M": {}}}}}, id="D147 emptied map"),
        pytest.param("REMOVE l[0], l[1], l[2]", {"l": {"L": []}}, id="D147 emptied list"),
        pytest.param("SET l[1] = :s", {"l": strings("0", "a", "2")}, id="D144 an element"),
        pytest.param(
            "SET l[9] = :s, l[7] = s",
            {"l": strings("0", "1", "2", "text", "a")},
            id="D144 beyond the end, in index order",
        ),
        pytest.param(
            "REMOVE l[0] SET l[2] = :s",
            {"l": strings("1", "a")},
            id="D143 indexes are those of before",
        ),
        pytest.param("REMOVE l[2], l[0]", {"l": strings("1")}, id="D143 two elements"),
        pytest.param("REMOVE l[9]", {}, id="D143 beyond the end"),
        pytest.param(
            "SET d[1].x[0] = :n REMOVE d[0]",
            {"d": {"L": [{"M": {"x": {"L": [{"N": "3"}, {"N": "6"}]}}}]}},
            id="D143 inside the rest",
        ),
        pytest.param(
            "SET a.q = :s REMOVE a.q2",
            {"a": {"M": {**ITEM["a"]["M"], "q": {"S": "a"}}}},
            id="D145 a new member",
        ),
    ],
)
def test_an_update_changes_an_item(text: str, changed: dict[str, Any]) -> None:
    before = copy.deepcopy(ITEM)
    expected = {name: value for name, value in {**ITEM, **changed}.items() if value is not None}
    assert parsed(text).apply(ITEM) == expected
    assert before == ITEM


def test_d142_an_emptied_set_is_gone() -> None:
    assert parsed("DELETE q :ss").apply({"q": {"SS": ["a"]}}) == {}


MISSING = "The provided expression refers to an attribute that does not exist in the item"
WRONG = "An operand in the update expression has an incorrect data type"
NO_PATH = "The document path provided in the update expression is invalid for update"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("SET x = q", MISSING, id="D135 a path"),
        pytest.param("SET q = :n, x = q", MISSING, id="D135 set in the same update"),
        pytest.param("SET x = q + :n", MISSING, id="D135 in a sum"),
        pytest.param("SET x = list_append(q, :l)", MISSING, id="D135 in a list"),
        pytest.param("SET x = s + :n", WRONG, id="D138 plus"),
        pytest.param("SET x = list_append(:l, n)", WRONG, id="D138 list_append"),
        pytest.param("ADD s :n", WRONG, id="D141 a number to a string"),
        pytest.param("ADD ss :ns", WRONG, id="D141 another set"),
        pytest.param("DELETE ss :ns", WRONG, id="D142 another set"),
        pytest.param("DELETE n :ns", WRONG, id="D142 no set"),
        pytest.param("SET x = n + :big, y = :big + :big", OVERFLOW, id="D62 out of range"),
        pytest.param("SET q.x = :s", NO_PATH, id="D145 absent"),
        pytest.param("SET q[0] = :s", NO_PATH, id="D145 absent list"),
        pytest.param("SET s.x = :s", NO_PATH, id="D145 a string"),
        pytest.param("SET l.x = :s", NO_PATH, id="D145 a list"),
        pytest.param("SET a[0] = :s", NO_PATH, id="D145 a map"),
        pytest.param("REMOVE q.x", NO_PATH, id="D145 REMOVE"),
        pytest.param("REMOVE a[0]", NO_PATH, id="D145 REMOVE of an element"),
        pytest.param("ADD q.x :n", NO_PATH, id="D145 ADD"),
        pytest.param("DELETE q.x :ss", NO_PATH, id="D145 DELETE"),
        pytest.param("SET a.q.x = :s", NO_PATH, id="D145 deep"),
    ],
)
def test_an_update_that_does_not_fit_the_item(text: str, message: str) -> None:
    assert refusal(lambda: parsed(text).apply(ITEM)) == message


TYPE = "Incorrect operand type for operator or function; "
PATHS = (
    "Two document paths %s with each other; must remove or rewrite one of these paths;"
    " path one: %s, path two: %s"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *(
            pytest.param(
                text,
                f'The "{text.split()[0]}" section can only be used once in an update expression;',
                id=f"D132 {text.split()[0]} twice",
            )
            for text in (
                "SET a = :n REMOVE b SET c = :n",
                "REMOVE a SET b = :n REMOVE c",
                "ADD a :n SET b = :n ADD c :n",
                "DELETE a :ss SET b = :n DELETE c :ss",
            )
        ),
        pytest.param(
            "SET a.b.c = :n, a.b = :n",
            PATHS % ("overlap", "[a, b, c]", "[a, b]"),
            id="D133 overlap",
        ),
        pytest.param("SET a = :n REMOVE a", PATHS % ("overlap", "[a]", "[a]"), id="D133 the same"),
        pytest.param(
            "REMOVE a.#i SET a[1] = :n",
            PATHS % ("conflict", "[a, [3]]", "[a, [1]]"),
            id="D133 conflict",
        ),
        pytest.param(
            "SET d[1] = a, d.b = a, c[1].a = a, c = if_not_exists(a)",
            PATHS % ("overlap", "[c, [1], a]", "[c]"),
            id="D102 overlap, conflict, count",
        ),
        pytest.param(
            "SET b = list_append(:s, a), c = if_not_exists(a) ADD a.b :s",
            TYPE + "operator: ADD, operand type: STRING",
            id="D102 ADD before functions",
        ),
        *(
            pytest.param(
                f"ADD x {value}",
                TYPE + f"operator: ADD, operand type: {name}",
                id=f"D140 ADD {name}",
            )
            for value, name in (
                (":s", "STRING"),
                (":b", "BINARY"),
                (":t", "BOOLEAN"),
                (":z", "NULL"),
                (":m", "MAP"),
                (":l", "LIST"),
            )
        ),
        pytest.param(
            "DELETE x :n", TYPE + "operator: DELETE, operand type: NUMBER", id="D140 DELETE NUMBER"
        ),
        *(
            pytest.param(
                f"SET x = a + {value}",
                TYPE + f"operator or function: +, operand type: {kind}",
                id=f"D137 + {kind}",
            )
            for value, kind in (
                (":s", "S"),
                (":ss", "SS"),
                (":ns", "NS"),
                (":l", "L"),
                (":z", "NULL"),
            )
        ),
        pytest.param(
            "SET x = :b - a", TYPE + "operator or function: -, operand type: B", id="D137 -"
        ),
        pytest.param(
            "SET x = list_append(a, :n)",
            TYPE + "operator or function: list_append, operand type: N",
            id="D137 list",
        ),
    ],
)
def test_an_update_that_fits_no_item(text: str, message: str) -> None:
    assert refusal(lambda: parsed(text)) == f"Invalid UpdateExpression: {message}"


@pytest.mark.parametrize(
    ("text", "only_removes"),
    [
        pytest.param("REMOVE a", True, id="D146 REMOVE"),
        pytest.param("DELETE a :ss REMOVE b", True, id="D146 DELETE"),
        pytest.param("SET a = :n REMOVE b", False, id="D146 SET"),
        pytest.param("ADD a :n", False, id="D146 ADD"),
    ],
)
def test_an_update_that_only_removes_creates_nothing(text: str, only_removes: bool) -> None:
    assert parsed(text).only_removes is only_removes


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        pytest.param("SET n = :s", {"n": {"N": "4"}}, {"n": {"S": "a"}}, id="D150 a value"),
        pytest.param("SET n = n", {"n": {"N": "4"}}, {"n": {"N": "4"}}, id="D154 the same value"),
        pytest.param("SET q = :s", {}, {"q": {"S": "a"}}, id="D150 nothing before"),
        pytest.param("REMOVE n", {"n": {"N": "4"}}, {}, id="D150 nothing afterwards"),
        pytest.param(
            "SET a.x = :s",
            {"a": {"M": {"x": {"N": "1"}}}},
            {"a": {"M": {"x": {"S": "a"}}}},
            id="D150 inside its parents only",
        ),
        pytest.param(
            "SET l[1] = :s", {"l": strings("1")}, {"l": strings("a")}, id="D150 an element"
        ),
        pytest.param("SET l[100] = :s", {}, {}, id="D151 an appended one is not returned"),
        pytest.param(
            "REMOVE l[1]",
            {"l": strings("1")},
            {"l": strings("2")},
            id="D151 the one that takes its place is",
        ),
    ],
)
def test_what_of_an_update_is_returned(text: str, old: Any, new: Any) -> None:
    update = parsed(text)
    assert update.updated(ITEM) == old
    assert update.updated(update.apply(ITEM)) == new


def test_d103_the_paths_that_an_update_reads_are_known() -> None:
    update = parsed("SET e = list_append(a.x, if_not_exists(b, c)), f = d[1] + :n REMOVE g.h")
    assert update.paths == (("e",), ("f",), ("g", "h"))
    assert update.reads == (("a", "x"), ("b",), ("c",), ("d", 1))
