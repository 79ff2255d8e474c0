"""Reading a template: what is found, and what is said when it cannot be used."""

from pathlib import Path

import pytest
from visitplannr.template.source import TemplateError, load


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_short_intrinsics_are_read_in_their_long_form(tmp_path: Path) -> None:
    short = "{A: !Ref B, C: !GetAtt D.Arn, E: !Sub '${F}'}"
    template = load(written(tmp_path, f"Resources: {{R: {{Type: T, Properties: {short}}}}}"))
    assert template["Resources"]["R"]["Properties"] == {
        "A": {"Ref": "B"},
        "C": {"Fn::GetAtt": ["D", "Arn"]},
        "E": {"Fn::Sub": "${F}"},
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Resources: {a: [}", ":1:17:"),
        ("a: 1\nb: [", ":2:5:"),
        ("Resources: 5", "no Resources"),
        ("- a", "no Resources"),
        ("", "no Resources"),
    ],
)
def test_a_template_that_cannot_be_used(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TemplateError, match=r"template\.yaml") as raised:
        load(written(tmp_path, text))
    assert says in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"gone.yaml: cannot be read .* --template"):
        load(tmp_path / "gone.yaml")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateError, match="is not UTF-8"):
        load(tmp_path / "template.yaml")
