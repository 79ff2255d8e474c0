"""Applications without a deployment: parameters, nested stacks, and what they hand each other."""

import json
from pathlib import Path
from typing import Any

import pytest
from visitplannr.deployment.outline import outline
from visitplannr.gateway.kinds import readers
from visitplannr.model.application import Application
from visitplannr.template.problems import TemplateError
from visitplannr.template.project import read_project

SAM = "AWS::Serverless-2016-10-31"


def function(path: str, **variables: Any) -> dict[str, Any]:
    event = {"Type": "Api", "Properties": {"Path": path, "Method": "get"}}
    properties = {
        "CodeUri": ".",
        "Handler": "app.handler",
        "Runtime": "python3.13",
        "Environment": {"Variables": variables},
        "Events": {"A": event},
    }
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def nested(location: str, **parameters: Any) -> dict[str, Any]:
    properties = {"Location": location, "Parameters": parameters}
    return {"Type": "AWS::Serverless::Application", "Properties": properties}


def outlined(folder: Path, resources: Any, **given: str) -> Application:
    template = {
        "Transform": SAM,
        "Parameters": {"Who": {"Type": "String", "Default": "nobody"}},
        "Resources": resources,
    }
    (folder / "template.json").write_text(json.dumps(template))
    return outline(read_project(folder / "template.json", given), readers())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    child = {
        "Transform": SAM,
        "Parameters": {"Name": {"Type": "String"}, "Mode": {"Type": "String", "Default": False}},
        "Resources": {
            "Inner": function("/inner", NAME={"Ref": "Name"}, MODE={"Ref": "Mode"}),
            "Topic": {"Type": "AWS::SNS::Topic"},
        },
        "Outputs": {
            "Greeting": {"Value": {"Fn::Sub": "hello ${Name}"}},
            "Topic": {"Value": {"Ref": "Topic"}},
        },
    }
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "child.json").write_text(json.dumps(child))
    return tmp_path


def environment(application: Application, logical_id: str) -> dict[str, str]:
    found = next(one for one in application.functions if one.logical_id == logical_id)
    return dict(found.environment)


def test_a_given_value_is_what_ref_gives_also_to_the_transform(tmp_path: Path) -> None:
    api = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": {"Ref": "Who"}}}
    application = outlined(tmp_path, {"F": function("/", WHO={"Ref": "Who"}), "Api": api}, Who="me")
    assert environment(application, "F") == {"WHO": "me"}
    assert {one.stage for one in application.apis if one.logical_id == "Api"} <= {"me"}


def test_nested_functions_and_routes_are_of_the_application(folder: Path) -> None:
    outer = function("/outer", GREETING={"Fn::GetAtt": ["Child", "Outputs.Greeting"]})
    child = nested("child/child.json", Name={"Ref": "Who"})
    application = outlined(folder, {"Outer": outer, "Child": child}, Who="me")
    assert environment(application, "Outer") == {"GREETING": "hello me"}
    assert environment(application, "Inner") == {"NAME": "me", "MODE": "false"}
    assert {path for api in application.apis for path in api.document["paths"]} == {
        "/outer",
        "/inner",
    }
    assert {one.code for one in application.functions} == {folder, folder / "child"}
    assert {api.logical_id for api in application.apis} == {
        "ServerlessRestApi",
        "ChildServerlessRestApi",
    }


def test_one_nested_stack_may_take_what_another_gives(folder: Path) -> None:
    second = nested("child/child.json", Name={"Fn::GetAtt": ["Zero", "Outputs.Greeting"]})
    first = nested("child/child.json", Name="zero")
    application = outlined(folder, {"Aged": second, "Zero": first})
    names = {one.logical_id: one.environment["NAME"] for one in application.functions}
    assert names == {"Inner": "hello zero", "ZeroInner": "zero"}


def test_a_reference_to_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"template\.json:1:\d+: .*\[Missing\]"):
        outlined(tmp_path, {"F": function("/", WHO={"Ref": "Missing"})})


def test_what_breaks_the_reading_is_one_line(tmp_path: Path) -> None:
    odd = function("/")
    odd["Properties"]["Layers"] = 5
    with pytest.raises(TemplateError, match=r"\S") as raised:
        outlined(tmp_path, {"F": odd})
    assert "\n" not in str(raised.value)


def test_what_starts_functions_beside_requests_is_named(folder: Path) -> None:
    template = Path(__file__).parents[1] / "triggers/application/template.yaml"
    application = outline(read_project(template), readers())
    assert [(one.kind, one.source, one.function) for one in application.triggers] == [
        ("sqs", "Queue", "OnQueue"),
        ("sqs", "Fifo", "OnFifo"),
        ("dynamodb", "Table", "OnTable"),
        ("kinesis", "Stream", "OnStream"),
        ("kinesis", "Counted", "OnWindow"),
        ("sns", "Topic", "OnTopic"),
        ("cognito", "Users", "OnUser"),
        ("iot", "rule/OnThingMeasured", "OnThing"),
        ("s3", "Bucket", "OnBucket"),
        ("logs", "Lines", "OnLog"),
        ("events", "Bus", "OnEvent"),
        ("schedule", "cron(0 3 * * ? *)", "OnSchedule"),
    ]


def test_those_of_a_nested_stack_are_of_the_application(folder: Path) -> None:
    child = folder / "child/child.json"
    declared = json.loads(child.read_text())
    schedule = {"Type": "Schedule", "Properties": {"Schedule": "rate(1 hour)"}}
    for one in declared["Resources"].values():
        one.get("Properties", {}).get("Events", {})["Hourly"] = schedule
    child.write_text(json.dumps(declared))
    application = outlined(folder, {"Child": nested("child/child.json", Name="a")})
    (function,) = application.functions
    assert [(one.kind, one.source, one.function) for one in application.triggers] == [
        ("schedule", "rate(1 hour)", function.name)
    ]
