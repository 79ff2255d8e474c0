"""Which parts of an item a projection gives (dynamodb.md part 13)."""

from typing import Any

import pytest
from dynamodb.refusal import refusal
from visitplannr.dynamodb.expressions import Placeholders, parse_projection

ITEM: dict[str, Any] = {
    "p": {"S": "key"},
    "a": {"M": {"x": {"N": "1"}, "y": {"M": {"z": {"N": "2"}}}}},
    "l": {"L": [{"S": "0"}, {"S": "1"}, {"L": [{"S": "20"}, {"S": "21"}]}, {"S": "3"}]},
}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param("p", {"p": {"S": "key"}}, id="D131 a key that is named"),
        pytest.param("q", {}, id="D130 nothing"),
        pytest.param("a.x", {"a": {"M": {"x": {"N": "1"}}}}, id="D130 nesting stays"),
        pytest.param(
            "a.y.z,a.x",
            {"a": {"M": {"y": {"M": {"z": {"N": "2"}}}, "x": {"N": "1"}}}},
            id="D130 two parts of a map",
        ),
        pytest.param("a.q, p", {"p": {"S": "key"}}, id="D130 missing parts are dropped"),
        pytest.param("p.x", {}, id="D130 no map"),
        pytest.param("a[0]", {}, id="D130 no list"),
        pytest.param("l[3], l[0]", {"l": {"L": [{"S": "0"}, {"S": "3"}]}}, id="D130 closed up"),
        pytest.param("l[2][1]", {"l": {"L": [{"L": [{"S": "21"}]}]}}, id="D130 lists in lists"),
        pytest.param("l[9]", {}, id="D130 beyond the end"),
        pytest.param("#p", {"p": {"S": "key"}}, id="D129 a placeholder"),
    ],
)
def test_a_projection_gives_parts(text: str, part: Any) -> None:
    assert parse_projection(text, Placeholders({"#p": "p"})).of(ITEM) == part


OVERLAP = (
    "Invalid ProjectionExpression: Two document paths %s with each other; must remove or rewrite"
    " one of these paths; path one: %s, path two: %s"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a.b, a", OVERLAP % ("overlap", "[a, b]", "[a]"), id="D127 the shorter last"),
        pytest.param("a, a.b", OVERLAP % ("overlap", "[a]", "[a, b]"), id="D127 the longer last"),
        pytest.param("a, b, a", OVERLAP % ("overlap", "[a]", "[a]"), id="D127 the same"),
        pytest.param(
            "a[1], a[1][0]", OVERLAP % ("overlap", "[a, [1]]", "[a, [1], [0]]"), id="D127 indexes"
        ),
        pytest.param(
            "a.b, a[1]", OVERLAP % ("conflict", "[a, b]", "[a, [1]]"), id="D128 map, list"
        ),
        pytest.param(
            "a.#i, a[1]",
            OVERLAP % ("conflict", "[a, [1]]", "[a, [1]]"),
            id="D128 a name that looks like an index",
        ),
        pytest.param(
            "c.d, c[1], a, a.b",
            OVERLAP % ("overlap", "[a]", "[a, b]"),
            id="D102 overlap before conflict",
        ),
    ],
)
def test_paths_that_cannot_stand_together(text: str, message: str) -> None:
    assert refusal(lambda: parse_projection(text, Placeholders({"#i": "[1]"}))) == message
