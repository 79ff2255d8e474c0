"""Which of the files that a stack is made of were saved."""

from pathlib import Path

import pytest
from visitplannr.template.inputs import Inputs
from visitplannr.template.problems import TemplateError
from visitplannr.up.sources import Sources

TEMPLATE = "Resources: {C: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: c.yaml}}}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "c.yaml").write_text("Resources: {T: {Type: 'AWS::SNS::Topic'}}")
    (tmp_path / "env.json").write_text("{}")
    return tmp_path


def sources(folder: Path) -> Sources:
    inputs = Inputs(folder / "template.yaml", "up", env_vars=folder / "env.json")
    return Sources(inputs, "us-east-1")


@pytest.mark.parametrize("name", ["template.yaml", "c.yaml", "env.json", "samconfig.toml"])
def test_what_is_saved_is_named_once(folder: Path, name: str) -> None:
    found = sources(folder)
    found.read()
    assert found.saved() == []
    (folder / name).write_text("# something else\n")
    assert [file.name for file in found.saved()] == [name]
    assert found.saved() == []
    assert found.folders == {folder}


def test_a_file_that_breaks_the_reading_is_still_followed(folder: Path) -> None:
    found = sources(folder)
    found.read()
    (folder / "template.yaml").write_text(TEMPLATE.replace("c.yaml", "new.yaml"))
    (folder / "new.yaml").write_text("[")
    with pytest.raises(TemplateError, match=r"new\.yaml:1:2"):
        found.read()
    assert found.saved() == []
    (folder / "new.yaml").write_text("Resources: {}")
    assert [file.name for file in found.saved()] == ["new.yaml"]


def test_a_look_takes_nothing_for_read(folder: Path) -> None:
    found = sources(folder)
    first = found.read()
    (folder / "template.yaml").write_text("Resources: {}")
    assert found.look().project.template == {"Resources": {}}
    assert found.last is first
    assert [file.name for file in found.saved()] == ["template.yaml"]
