"""A template with what belongs to it: files, nested templates, checks before anything is made."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from visitplannr.template.problems import TemplateError
from visitplannr.template.project import parts, read_project

HEAD = "Transform: AWS::Serverless-2016-10-31\nParameters: {E: {Type: String, Default: dev}}\n"
FUNCTION = """Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Environment:
        Variables: {%s}
"""


def written(folder: Path, text: str, name: str = "template.yaml") -> Path:
    (folder / name).write_text(text)
    return folder / name


TEXTS: list[Any] = [
    ("DEBUG: true", {"DEBUG": "true"}),
    ("DEBUG: no", {"DEBUG": "false"}),
    ("PORT: 3000", {"PORT": "3000"}),
    ("RATE: 1.10", {"RATE": "1.1"}),
    ("MODE: 010", {"MODE": "8"}),
    ("WHEN: 2020-01-01", {"WHEN": "2020-01-01"}),
    ("NAME: text, EMPTY: ''", {"NAME": "text", "EMPTY": ""}),
    ("REF: !Ref E", {"REF": {"Ref": "E"}}),
]


@pytest.mark.parametrize(("variables", "texts"), TEXTS)
def test_scalars_in_the_environment_become_cloudformations_text(
    tmp_path: Path, variables: str, texts: dict[str, Any]
) -> None:
    project = read_project(written(tmp_path, HEAD + FUNCTION.replace("%s", variables)))
    project.check()
    properties = project.template["Resources"]["F"]["Properties"]
    assert properties["Environment"]["Variables"] == texts


REFUSED: list[Any] = [
    ("1st: x", ":9:26: 1st is no name of an environment variable"),
    ("a-b: x", ":9:26: a-b is no name"),
    ("AWS_REGION: x", ":9:33: AWS_REGION is a reserved key"),
    ("_HANDLER: x", ":9:31: _HANDLER is a reserved key"),
    (
        "NAME: null",
        ":9:27: [/Resources/F/Properties/Environment/Variables/NAME] 'null' values are not",
    ),
    ("NAME: [1]", ":9:27: the value of NAME must be text and is a list"),
    ("NAME: {a: b}", ":9:27: the value of NAME must be text and is a mapping"),
    (
        f"BIG: {'x' * 4090}",
        ":9:20: F: the environment variables have 4100 bytes and exceed the 4KB",
    ),
    ("BIG: !Join ['', [!Ref E, %s]]" % ("x" * 4090), "exceed the 4KB limit"),
]


@pytest.mark.parametrize(("variables", "says"), REFUSED, ids=[row[1] for row in REFUSED])
def test_names_and_values_that_aws_refuses_are_refused_by_name(
    tmp_path: Path, variables: str, says: str
) -> None:
    project = read_project(written(tmp_path, HEAD + FUNCTION.replace("%s", variables)))
    with pytest.raises(TemplateError) as raised:
        project.check()
    assert says in str(raised.value)


def test_variables_for_all_count_to_the_size_of_each(tmp_path: Path) -> None:
    shared = f"Globals: {{Function: {{Environment: {{Variables: {{ALL: {'x' * 2100}}}}}}}}}\n"
    own = FUNCTION.replace("%s", f"OWN: {'x' * 2100}")
    with pytest.raises(TemplateError, match="F: the environment variables have 42"):
        read_project(written(tmp_path, HEAD + shared + own)).check()


def test_a_name_of_one_letter_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + FUNCTION.replace("%s", "N: 1"))
    project = read_project(path, {"Gone": "x"})
    project.check()
    assert list(project.remarks()) == [
        f"{path}:9:24: N has one letter; AWS wants [a-zA-Z]([a-zA-Z0-9_])+",
        f"{path} has no parameter Gone: its value is not used",
    ]


KEYS: list[Any] = [
    ("Resources: {T: {Type: X, Properties: {Body: {200: x}}}}", "1:46",
     "/Resources/T/Properties/Body", "200"),
    ("Resources:\n T:\n  Type: X\n  Properties:\n   200:\n    a: b\n", "5:4",
     "/Resources/T/Properties", "200"),
    ("Mappings: {M: {123456789012: {a: b}}}\nResources: {}", "1:16", "/Mappings/M",
     "123456789012"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "place", "key"), KEYS)
def test_keys_that_are_numbers_are_refused_with_their_place(
    tmp_path: Path, text: str, where: str, place: str, key: str
) -> None:
    with pytest.raises(TemplateError) as raised:
        read_project(written(tmp_path, text))
    fault = f"map keys must be strings; received numeric [{key}] instead: write '{key}'"
    said = f"template.yaml:{where}: Template format error: [{place}] {fault}"
    assert str(raised.value) == f"{tmp_path}/{said}"


def test_in_a_document_of_its_own_they_are_text(tmp_path: Path) -> None:
    written(
        tmp_path,
        "openapi: 3.0.1\npaths: {/a: {get: {responses: {200: {}, default: {}}}}}",
        "a.yaml",
    )
    api = "Resources: {A: {Type: 'AWS::Serverless::Api', Properties: {DefinitionUri: a.yaml}}}"
    template = read_project(written(tmp_path, api)).template
    body = template["Resources"]["A"]["Properties"]["DefinitionBody"]
    assert set(body["paths"]["/a"]["get"]["responses"]) == {"200", "default"}


SHAPES: list[Any] = [
    ("Resources: {T: 5}", ":1:16: Resources/T must be a mapping"),
    ("Resources: {T: }", ":1:16: Resources/T must be a mapping"),
    ("Resources: {T: {}}", "[/Resources/T] Every Resources object must contain a Type member"),
    ("Resources: {T: {Type: [a]}}", "Every Resources object must contain a Type member"),
    ("Resources: {T: {Type: X, Properties: []}}", ":1:38: the Properties of T must be a mapping"),
    ("Resources: {T: {Type: X, Condition: [a]}}", ":1:37: the Condition of T must be the name"),
    ("Resources: {T: {Type: X, DependsOn: {a: b}}}", ":1:37: DependsOn of T must be logical ids"),
    ("Resources: {}\nParameters: [a]", ":2:13: Parameters must be a mapping"),
    ("Resources: {}\nParameters: {P: {Default: a}}", ":2:17: [/Parameters/P] Every Parameters"),
    ("Resources: {}\nParameters: {P: {Type: String, AllowedValues: a}}",
     ":2:47: Every AllowedValues member must be a list"),
    ("Resources: {}\nGlobals: [1]", ":2:10: Globals must be a mapping"),
    ("Resources: {}\nGlobals: {Function: x}", ":2:21: Globals/Function must be a mapping"),
    ("Resources: {T: {Type: 'AWS::Lambda::Function', Properties: {Environment: [a]}}}",
     "Environment must be a mapping"),
    ("Resources: {T: {Type: 'AWS::Serverless::Function', Properties: {Events: {A: x}}}}",
     "the event A must be a mapping"),
    ("Resources: {T: {Type: 'AWS::ApiGateway::RestApi', Properties: {Body: {paths: [a]}}}}",
     "the Body of T must be an OpenAPI document"),
    ("Resources: {T: {Type: 'AWS::ApiGateway::RestApi', Properties: {Body: {paths: {/a: x}}}}}",
     "the path /a must be a mapping of methods"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), SHAPES)
def test_what_is_of_another_kind_is_said_with_its_place(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(TemplateError, match=r"template\.yaml:\d+:\d+: ") as raised:
        read_project(written(tmp_path, text))
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("kind", "line", "name"),
    [
        ("AWS::Serverless::Function", "CodeUri: !Sub 'src-${E}'", "CodeUri"),
        ("AWS::Lambda::Function", "Code: !Join ['-', [src, !Ref E]]", "Code"),
        ("AWS::Serverless::LayerVersion", "ContentUri: !Sub 'src-${E}'", "ContentUri"),
    ],
)
def test_paths_of_code_may_refer_to_parameters(
    tmp_path: Path, kind: str, line: str, name: str
) -> None:
    text = f"{HEAD}Resources: {{R: {{Type: '{kind}', Properties: {{{line}}}}}}}\n"
    found = read_project(written(tmp_path, text), {"E": "prod"}).template["Resources"]["R"]
    assert found["Properties"][name] == "src-prod"


CHILD = "Parameters: {A: {Type: String}}\nResources: {T: {Type: 'AWS::SNS::Topic'}}\n"


def nested(kind: str, location: str, more: str = "") -> str:
    return f"Resources: {{C: {{Type: '{kind}', Properties: {{{location}{more}}}}}}}\n"


NESTED: list[Any] = [
    ("AWS::Serverless::Application", "Location: ./child/t.yaml"),
    ("AWS::CloudFormation::Stack", "TemplateURL: child/t.yaml"),
    ("AWS::Serverless::Application", "Location: !Sub 'child/${F}.yaml'"),
]


@pytest.mark.parametrize(("kind", "location"), NESTED)
def test_nested_templates_are_read_with_their_parameters(
    tmp_path: Path, kind: str, location: str
) -> None:
    (tmp_path / "child").mkdir()
    child = written(tmp_path / "child", CHILD, "t.yaml")
    text = nested(kind, location, ", Parameters: {A: !Ref F, B: !GetAtt [X, Arn]}")
    parameters = "Parameters: {F: {Type: String, Default: t}}\n"
    seen: list[Path] = []
    project = read_project(written(tmp_path, parameters + text), note=seen.append)
    assert {within: part.path.name for within, part in parts(project)} == {
        "": "template.yaml",
        "C/": "t.yaml",
    }
    assert project.nested["C"].given == {"A": "t"}
    assert child.resolve() in seen


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("Location: gone.yaml", ":1:78: C: gone.yaml is no file"),
        ("Location: template.yaml", ": C: template.yaml is nested in itself"),
        ("Location: bad.yaml", "bad.yaml:1:2: "),
        ("Location: https://s3.amazonaws.com/b/t.yaml", ""),
        ("Location: {ApplicationId: a, SemanticVersion: b}", ""),
    ],
)
def test_where_a_nested_template_is(tmp_path: Path, location: str, says: str) -> None:
    written(tmp_path, "[", "bad.yaml")
    path = written(tmp_path, nested("AWS::Serverless::Application", location))
    if not says:
        assert read_project(path).nested == {}
        return
    with pytest.raises(TemplateError) as raised:
        read_project(path)
    assert says in str(raised.value)


WHOLE: dict[str, Any] = {
    "Transform": ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"],
    "Parameters": {"P": {"Type": "String", "Default": "a", "AllowedValues": ["a"]}},
    "Mappings": {"M": {"a": {"x": "1"}}},
    "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "a"]}},
    "Globals": {"Function": {"Runtime": "python3.13", "Environment": {"Variables": {"AA": "1"}}}},
    "Resources": {
        "F": {
            "Type": "AWS::Serverless::Function",
            "Condition": "C",
            "DependsOn": ["Q"],
            "Properties": {
                "CodeUri": ".",
                "Environment": {"Variables": {"BB": {"Ref": "P"}}},
                "Events": {"A": {"Type": "Api", "Properties": {"Path": "/a", "Method": "get"}}},
            },
        },
        "Q": {"Type": "AWS::SQS::Queue"},
        "Fn::ForEach::X": ["Id", ["a"], {"T${Id}": {"Type": "AWS::SNS::Topic"}}],
    },
    "Outputs": {"O": {"Value": {"Fn::GetAtt": ["Q", "Arn"]}}},
}


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in members if isinstance(value, dict | list) else ():
        yield from places(item, (*place, key))


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, 5, "x", [], {}, [1], {"a": 1}, {"Ref": "P"}, [{"a": []}], True]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(places(WHOLE))), ODD)
def test_whatever_stands_anywhere_is_read_or_refused(
    tmp_path: Path, place: tuple[Any, ...], odd: Any
) -> None:
    template = copy.deepcopy(WHOLE)
    node: Any = template
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = odd
    said = ""
    try:
        read_project(written(tmp_path, json.dumps(template), "t.json")).check()
    except TemplateError as error:
        said = str(error)
    assert not said or said.startswith(str(tmp_path))
