"""YAML and JSON as CloudFormation reads them: values, places, and bounds."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_json import CONSTANTS, documents
from visitplannr.template.document import parse, read_document
from visitplannr.template.problems import TemplateError

FILE = Path("t.yaml")
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)

VALUES: list[Any] = [
    ("v: true", True), ("v: yes", True), ("v: Off", False), ("v: 3000", 3000), ("v: 1.10", 1.1),
    ("v: 010", 8), ("v: 012345670123", 1402433619), ("v: 098", "098"), ("v: 1e3", "1e3"),
    ("v: 0x1F", 31), ("v: 1_000", 1000), ("v: ~", None), ("v:", None),
    ("v: 2012-10-17", "2012-10-17"),
    ("v: .inf", ".inf"), ("v: '1'", "1"), ("v: !Ref A", {"Ref": "A"}),
    ("v: !GetAtt A.B.C", {"Fn::GetAtt": ["A", "B.C"]}), ("v: !Condition C", {"Condition": "C"}),
    ("v: !Sub ['${x}', {x: !Ref A}]", {"Fn::Sub": ["${x}", {"x": {"Ref": "A"}}]}),
    ("v: {Off: 1, On: 2, y: 3}", {"Off": 1, "On": 2, "y": 3}), ("v: {1: a}", {"1": "a"}),
    ("v: {<<: {a: 1, b: 2}, a: 3}", {"a": 3, "b": 2}),
    ("v: &x [1]\nw: *x", [1]), ("\ufeffv: 1", 1), ("v: 1\r\nw: 2\r\n", 1),
    ('{\n\t"v":\t[1,\n\t\t{"w": "x\\ty"}]\n}', [1, {"w": "x\ty"}]),
    ('{"v": "\\ud83d\\ude00\\/"}', "😀/"), ('{"v": 1e2}', 100.0), ("{v: [1, 2]}", [1, 2]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_what_is_read(tmp_path: Path, text: str, value: Any) -> None:
    (tmp_path / "t").write_bytes(text.encode())
    assert read_document(tmp_path / "t").value["v"] == value


REFUSED: list[Any] = [
    ("a: [b", "t.yaml:1:6: "),
    ("a: 1\nb: [\n", "t.yaml:2:5: "),
    ("a: - b", "t.yaml:1:4: block sequence entries"),
    ("a: 1\nb: \x07", "t.yaml:2:4: a character that YAML does not allow"),
    ("? [a]\n: b", "t.yaml:1:3: map keys must be strings"),
    ("a: 1\n---\nb: 2", "t.yaml:2:1: "),
    ("a: *b", "t.yaml:1:4: found undefined alias"),
    ("a: &a [*a]", "t.yaml:1:4: an alias stands within its own anchor"),
    ("a: &a {b: {c: *a}}", "t.yaml:1:4: an alias stands within its own anchor"),
    ("a: {<<: [1]}", "t.yaml:1:10: only mappings can be merged"),
    (BOMB, ": its aliases make more than 200,000 values of it"),
    ("[" * 200_000, "t.yaml:1:101: is nested more than 100 deep"),
    ("{a: " * 5_000, "is nested more than 100 deep"),
    ("- " * 5_000, "is nested more than 100 deep"),
    ("[" * 900 + "]" * 900, "is nested more than 100 deep"),
    ('{"a": ' * 300 + "1" + "}" * 300, "is nested more than 100 deep"),
]


@pytest.mark.parametrize(("text", "says"), REFUSED, ids=[row[1] for row in REFUSED])
def test_what_is_refused_in_one_line_with_its_place(text: str, says: str) -> None:
    with pytest.raises(TemplateError) as raised:
        parse(FILE, text)
    assert says in str(raised.value)
    assert str(raised.value).startswith("t.yaml:")
    assert "\n" not in str(raised.value)
    assert raised.value.problems


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("a" * 5_000_001)
    with pytest.raises(TemplateError, match="is larger than 5,000,000 bytes"):
        read_document(tmp_path / "t")


def test_keys_that_are_numbers_are_noted_with_their_places() -> None:
    document = parse(FILE, "a:\n  200: x\n  b: {1.5: y, '3': z}\n")
    assert document.numeric == ((("a", "200"), 2, 3), (("a", "b", "1.5"), 3, 7))


@pytest.mark.parametrize(
    ("text", "place", "where"),
    [
        ("a:\n  b:\n    - c\n    - d: 1\n", ("a", "b", 1, "d"), (4, 10)),
        ("a:\n  b: 1\n", ("a", "x", "y"), (2, 3)),
        ('{\n\t"a": {\n\t\t"b":\t1\n\t}\n}', ("a", "b"), (3, 8)),
        ("a: 1", (), (1, 1)),
    ],
)
def test_where_something_is(text: str, place: tuple[Any, ...], where: tuple[int, int]) -> None:
    problem = parse(FILE, text).problem(place, "error", "rule", "message")
    assert (problem.line, problem.column) == where


JSON = documents(CONSTANTS | st.text(), names=st.text())


@settings(deadline=None)
@given(st.dictionaries(st.text(), JSON), st.sampled_from([None, 0, 2, "\t"]))
def test_json_is_what_it_says_however_it_is_indented(value: Any, indent: Any) -> None:
    assert parse(FILE, json.dumps(value, indent=indent)).value == value


@settings(deadline=None)
@given(st.text(alphabet="{}[]:,-&*!|>'\"%@`#?\n\t ab1"))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    said = ""
    try:
        parse(FILE, text)
    except TemplateError as error:
        said = str(error)
    assert "\n" not in said
