"""Rows in columns, JSON for scripts, a question."""

import pytest
from visitplannr.cli.output import print_json, print_lines, print_rows


@pytest.mark.parametrize(
    ("rows", "printed"),
    [
        ([], ""),
        ([("a", "b")], "  a  b\n"),
        ([("long", "x"), ("a", "yy")], "  long  x\n  a     yy\n"),
        ([("a", ""), ("bb", "")], "  a\n  bb\n"),
    ],
    ids=["none", "one", "aligned", "nothing behind"],
)
def test_rows(
    rows: list[tuple[str, ...]], printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_rows(rows)
    assert capsys.readouterr() == (printed, "")


def test_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": [1, "\n"]})
    assert capsys.readouterr().out == '{"a": [1, "\\n"]}\n'


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(["one", "two"])
    print_lines([])
    assert capsys.readouterr().out == "one\ntwo\n"
