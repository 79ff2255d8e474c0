"""JSONPath as mappings use it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.gateway.json_path import JsonPathError, json_path

VALUE: Any = {
    "a": {"b": [1, 2, {"c": "deep"}], "odd name": True, "": 0},
    "list": [{"id": 1, "kind": "x"}, {"id": 2, "kind": "y"}, {"id": 3}],
    "null": None,
    "text": "words",
}
FOUND: list[Any] = [
    ("$", VALUE),
    ("$.text", "words"),
    ("$.a.b[0]", 1),
    ("$.a.b[-1].c", "deep"),
    ("$['a']['odd name']", True),
    ('$["a"].b[1]', 2),
    (" $.text ", "words"),
    ("$.a['']", 0),
    ("$.missing", None),
    ("$.text.more", None),
    ("$.a.b[9]", None),
    ("$.null", None),
    ("$.a.b[0,1]", [1, 2]),
    ("$.a.b[1:]", [2, {"c": "deep"}]),
    ("$.a.b[:2]", [1, 2]),
    ("$.list[*].id", [1, 2, 3]),
    ("$.list.*.kind", ["x", "y"]),
    ("$..c", ["deep"]),
    ("$.list..id", [1, 2, 3]),
    ("$..[0]", [1, {"id": 1, "kind": "x"}]),
    ("$.list[?(@.kind == 'x')].id", [1]),
    ("$.list[?(@.id >= 2 && @.kind)].id", [2]),
    ("$.list[?(@.id == 1 || @.id == 3)].id", [1, 3]),
    ("$.list[?(@.kind > 1)]", []),
    ("$.list[?(@.id != 2)]..id", [1, 3]),
    ("$['text','null']", ["words", None]),
    ("$.list.length()", 3),
    ("$.list.size()", 3),
]


@pytest.mark.parametrize(("path", "found"), FOUND)
def test_what_is_at_a_path(path: str, found: Any) -> None:
    assert json_path(path).find(VALUE) == found


@pytest.mark.parametrize("path", ["", "a", "$a", "$.", "$[", "$['a", "$[?(1)]", "$[x]", "$.a b"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(JsonPathError, match="is no "):
        json_path(path)


NAMES = st.text(min_size=1, max_size=8)
KEYS = st.lists(st.one_of(NAMES, st.integers(0, 3)), max_size=5)


@given(KEYS, st.integers())
def test_what_is_put_at_a_path_is_found_there(keys: list[str | int], leaf: int) -> None:
    value: Any = leaf
    for key in reversed(keys):
        value = {key: value} if isinstance(key, str) else [None] * key + [value]
    steps = (f"[{key}]" if isinstance(key, int) else f"[{quoted(key)}]" for key in keys)
    assert json_path(f"${''.join(steps)}").find(value) == leaf


def quoted(name: str) -> str:
    return "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_path_or_refused(text: str) -> None:
    try:
        path = json_path(f"${text}")
    except JsonPathError:
        return
    json.dumps(path.find(VALUE))
