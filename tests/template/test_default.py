"""Without --template, the template is the one that SAM CLI takes, too."""

from pathlib import Path

import pytest
from visitplannr.template.default import default_template
from visitplannr.template.project import read_project
from visitplannr.template.source import TemplateError


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ([], "template.yaml"),
        (["template.json"], "template.json"),
        (["template.json", "template.yml"], "template.yml"),
        (["template.yml", "template.yaml"], "template.yaml"),
    ],
)
def test_the_first_name_that_is_there(tmp_path: Path, there: list[str], found: str) -> None:
    for name in there:
        (tmp_path / name).touch()
    assert default_template(tmp_path) == tmp_path / found


def test_what_the_cdk_synthesised_is_named_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"name a template with --template$"):
        read_project(tmp_path / "template.yaml")
    (tmp_path / "cdk.out").mkdir()
    (tmp_path / "cdk.out" / "Demo.template.json").touch()
    with pytest.raises(TemplateError, match=r"--template, e\.g\. cdk\.out/Demo\.template\.json$"):
        read_project(tmp_path / "template.yaml")
