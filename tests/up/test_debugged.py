"""A function to be debugged has to be there."""

from pathlib import Path

import pytest
from visitplannr.template.project import read_project
from visitplannr.up.debugged import check_debugged
from visitplannr.up.options import OptionsError

TEMPLATE = """
Resources:
  Greeter: {Type: "AWS::Serverless::Function", Properties: {}}
  Plain: {Type: "AWS::Lambda::Function", Properties: {}}
  Table: {Type: "AWS::DynamoDB::Table", Properties: {}}
"""


@pytest.mark.parametrize("wanted", [[], ["Greeter"], ["Plain", "Greeter"]])
def test_functions_of_the_template_can_be_debugged(tmp_path: Path, wanted: list[str]) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    check_debugged(wanted, read_project(tmp_path / "template.yaml"))


@pytest.mark.parametrize("wanted", ["Greter", "Table"])
def test_any_other_is_refused_with_those_there_are(tmp_path: Path, wanted: str) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    said = f"--debug: there is no function {wanted}; there are: Greeter, Plain"
    with pytest.raises(OptionsError, match=said):
        check_debugged(["Greeter", wanted], read_project(tmp_path / "template.yaml"))
