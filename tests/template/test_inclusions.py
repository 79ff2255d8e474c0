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


FILES: list[Any] = [
    pytest.param("AWS::Serverless::StateMachine", "DefinitionUri: m.asl.json",
                 {"Definition": {"StartAt": "A"}}, id="a state machine's definition"),
    pytest.param("AWS::Serverless::StateMachine", "DefinitionUri: m.asl.yaml",
                 {"Definition": {"StartAt": "B"}}, id="in YAML"),
    pytest.param("AWS::StepFunctions::StateMachine", "DefinitionS3Location: ./m.asl.json",
                 {"Definition": {"StartAt": "A"}}, id="plain"),
    pytest.param("AWS::AppSync::GraphQLSchema", "DefinitionS3Location: s.graphql",
                 {"Definition": "type Query {a: Int}\n"}, id="a schema"),
    pytest.param("AWS::AppSync::Resolver", "CodeS3Location: s.graphql",
                 {"Code": "type Query {a: Int}\n"}, id="a resolver"),
    pytest.param("AWS::Serverless::StateMachine", "DefinitionUri: !Sub 'm.asl.${Kind}'",
                 {"Definition": {"StartAt": "A"}}, id="a path with a parameter"),
    pytest.param("AWS::Serverless::StateMachine",
                 "DefinitionUri: n.asl.json, DefinitionSubstitutions: {N: 3, Q: x}",
                 {"Definition": {"N": 3, "Q": "${Q}", "R": "${R}"},
                  "DefinitionSubstitutions": {"N": 3, "Q": "x"}}, id="a number in it"),
    pytest.param("AWS::Serverless::StateMachine", "DefinitionUri: {Bucket: b, Key: k}",
                 {"DefinitionUri": {"Bucket": "b", "Key": "k"}}, id="in S3"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "line", "found"), FILES)
def test_other_files_are_put_in_their_places(
    tmp_path: Path, kind: str, line: str, found: dict[str, Any]
) -> None:
    (tmp_path / "m.asl.json").write_text('{\n\t"StartAt":\t"A"\n}')
    (tmp_path / "n.asl.json").write_text('{"N": ${N}, "Q": "${Q}", "R": "${R}"}')
    (tmp_path / "m.asl.yaml").write_text("StartAt: B\n")
    (tmp_path / "s.graphql").write_text("type Query {a: Int}\n")
    (tmp_path / "template.yaml").write_text(
        "Parameters: {Kind: {Type: String, Default: json}}\n"
        f"Resources: {{R: {{Type: '{kind}', Properties: {{{line}}}}}}}\n"
    )
    assert load(tmp_path / "template.yaml")["Resources"]["R"]["Properties"] == found


TOP = "Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}\n"
SECTION = (
    "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: resources.yaml}}\n"
)


@pytest.mark.parametrize("text", [TOP, SECTION, TOP + "Outputs: {}\n"])
def test_sections_may_be_included(tmp_path: Path, text: str) -> None:
    topic = "{T: {Type: 'AWS::SNS::Topic'}}"
    (tmp_path / "more.yaml").write_text(f"Resources: {topic}\n")
    (tmp_path / "resources.yaml").write_text(topic)
    (tmp_path / "template.yaml").write_text(text)
    template = load(tmp_path / "template.yaml")
    assert template["Resources"] == {"T": {"Type": "AWS::SNS::Topic"}}
    assert "Transform" not in template


def test_a_file_that_includes_itself_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"b: {INCLUDE % 'a.yaml'}")
    (tmp_path / "template.yaml").write_text(
        f"Resources: {{T: {{Type: X, Properties: {INCLUDE % 'a.yaml'}}}}}"
    )
    with pytest.raises(TemplateError, match=r"template\.yaml:1:\d+: a\.yaml includes itself"):
        load(tmp_path / "template.yaml")


def test_a_file_that_is_missing_is_said_with_the_place_that_names_it(folder: Path) -> None:
    with pytest.raises(TemplateError, match=r"template\.yaml:5:22: .*gone\.json: cannot be read"):
        properties(folder, "AWS::Serverless::StateMachine", "DefinitionUri: gone.json")
