"""Local OpenAPI documents and files of AWS::Include are put into the template."""

from pathlib import Path
from typing import Any

import pytest
from visitplannr.template.source import TemplateError, load

INCLUDE = "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: %s}}}"
DOCUMENT = {"openapi": "3.0.1", "paths": {}}
CASES: list[Any] = [
    pytest.param("AWS::Serverless::Api", "DefinitionUri: api.yaml", "DefinitionBody", id="SAM"),
    pytest.param("AWS::Serverless::HttpApi", "DefinitionUri: api.yaml", "DefinitionBody", id="v2"),
    pytest.param("AWS::ApiGateway::RestApi", "BodyS3Location: api.yaml", "Body", id="plain"),
    pytest.param("AWS::ApiGateway::RestApi", f"Body: {INCLUDE % 'api.yaml'}", "Body", id="include"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "api.yaml").write_text(f"openapi: 3.0.1\npaths: {INCLUDE % 'paths.json'}\n")
    (tmp_path / "paths.json").write_text("{}")
    return tmp_path


def properties(folder: Path, kind: str, line: str) -> Any:
    template = folder / "template.yaml"
    template.write_text(f"Resources:\n  Api:\n    Type: {kind}\n    Properties:\n      {line}\n")
    return load(template)["Resources"]["Api"]["Properties"]


@pytest.mark.parametrize(("kind", "line", "body"), CASES)
def test_a_document_is_put_in_its_place(folder: Path, kind: str, line: str, body: str) -> None:
    assert properties(folder, kind, line) == {body: DOCUMENT}


def test_an_include_beside_others_adds_to_them(folder: Path) -> None:
    line = "Body: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.yaml}}, a: 1}"
    assert properties(folder, "AWS::ApiGateway::RestApi", line) == {"Body": {**DOCUMENT, "a": 1}}


def test_what_is_in_s3_stays(folder: Path) -> None:
    kept = properties(folder, "AWS::Serverless::Api", "DefinitionUri: s3://bucket/api.yaml")
    assert kept == {"DefinitionUri": "s3://bucket/api.yaml"}


def test_a_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(TemplateError, match=r"gone.yaml: cannot be read \(No such file"):
        properties(folder, "AWS::Serverless::Api", "DefinitionUri: gone.yaml")
