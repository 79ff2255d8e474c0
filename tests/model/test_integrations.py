"""The function behind a route is the one whose ARN its integration's URI has, by no word else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from visitplannr.deployment.outline import outline
from visitplannr.gateway.kinds import readers
from visitplannr.model.application import Application, RestApi
from visitplannr.model.integrations import function_in
from visitplannr.template.project import read_project

ARN = "arn:aws:lambda:us-east-1:123456789012:function:Get"
PATH = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions"

URIS: list[Any] = [
    pytest.param(f"{PATH}/{ARN}/invocations", "Get", id="a REST API's"),
    pytest.param(f"{PATH}/{ARN}:live/invocations", "Get", id="an alias"),
    pytest.param(f"{PATH}/{ARN}:$LATEST/invocations", "Get", id="the latest version"),
    pytest.param(f"{PATH}/{ARN}:7/invocations", "Get", id="a version"),
    pytest.param(ARN, "Get", id="an HTTP API's bare ARN"),
    pytest.param(f"{ARN}:live", "Get", id="a bare alias"),
    pytest.param(
        f"{PATH.replace('2015-03-31', '2021-11-15')}/{ARN}/response-streaming-invocations",
        "Get",
        id="a streaming one",
    ),
    pytest.param(
        f"{PATH}/arn:aws:lambda:us-east-1:123456789012:function:${{stageVariables.fn}}/invocations",
        "Put",
        id="a stage variable",
    ),
    pytest.param(f"{PATH}/{ARN}:${{stageVariables.alias}}/invocations", "Get", id="its alias"),
    pytest.param(
        f"{PATH}/arn:aws:lambda:us-east-1:1:function:${{stageVariables.none}}/invocations",
        None,
        id="a stage variable that is not there",
    ),
    pytest.param(PATH.replace("aws:", "aws-cn:", 1) + f"/{ARN}/invocations", "Get", id="China"),
    pytest.param("https://example.com/function:Get/invocations", None, id="an address"),
    pytest.param("arn:aws:apigateway:us-east-1:sqs:path/1/Get", None, id="a queue"),
    pytest.param(f"{ARN}/Put", None, id="more than an ARN"),
    pytest.param(f"https://example.com/{ARN}", None, id="an ARN in an address"),
    pytest.param({"Fn::ImportValue": "Get"}, None, id="what is not resolved"),
    pytest.param(None, None, id="nothing"),
]


@pytest.mark.parametrize(("uri", "name"), URIS)
def test_a_uri_names_its_function_by_structure(uri: Any, name: str | None) -> None:
    assert function_in(uri, {"fn": "Put", "alias": "live"}) == name


INVOKE = "lambda:path/2015-03-31/functions"
WRITTEN: list[Any] = [
    pytest.param(
        {"Fn::Sub": f"arn:aws:apigateway:${{AWS::Region}}:{INVOKE}/${{NAME.Arn}}/invocations"},
        id="Sub",
    ),
    pytest.param(
        {
            "Fn::Sub": [
                f"arn:aws:apigateway:${{AWS::Region}}:{INVOKE}/${{Arn}}/invocations",
                {"Arn": {"Fn::GetAtt": ["NAME", "Arn"]}},
            ]
        },
        id="Sub with a list",
    ),
    pytest.param(
        {
            "Fn::Join": [
                "",
                [
                    "arn:",
                    {"Ref": "AWS::Partition"},
                    ":apigateway:",
                    {"Ref": "AWS::Region"},
                    f":{INVOKE}/",
                    {"Fn::GetAtt": ["NAME", "Arn"]},
                    "/invocations",
                ],
            ]
        },
        id="Join",
    ),
    pytest.param(
        {"Fn::Sub": f"arn:aws:apigateway:${{AWS::Region}}:{INVOKE}/${{NAMEAliaslive}}/invocations"},
        id="an alias as SAM names it",
    ),
    pytest.param(
        f"arn:aws:apigateway:us-east-1:{INVOKE}/"
        "arn:aws:lambda:us-east-1:123456789012:function:NAME/invocations",
        id="a literal ARN",
    ),
    pytest.param(
        {
            "Fn::Sub": f"arn:aws:apigateway:${{AWS::Region}}:{INVOKE}/arn:aws:lambda:"
            "${AWS::Region}:${AWS::AccountId}:function:${!stageVariables.which}/invocations"
        },
        id="a stage variable",
    ),
]
CALLED = ("Fn", "Sub", "Ref", "Arn", "Get", "GetAll")
NAMES = ("Fn", "Sub", "Ref", "Arn", "Join", "Get", "GetAll", "AWS", "lambda", "arn", "invocations")


def written_for(name: str, value: Any) -> Any:
    """Put a function's name where a value has NAME."""
    match value:
        case str():
            return value.replace("NAME", name)
        case list():
            return [written_for(name, item) for item in value]
        case dict():
            return {key: written_for(name, item) for key, item in value.items()}
    return value


def api_to(name: str, uri: Any) -> Any:
    """Give an API with one route, to the function `name`."""
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": written_for(name, uri)}
    body = {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": {"x-amazon-apigateway-integration": integration}}},
    }
    properties = {"StageName": "p", "Variables": {"which": name}, "DefinitionBody": body}
    return {"Type": "AWS::Serverless::Api", "Properties": properties}


def stack_of(folder: Path, uri: Any) -> Application:
    """Outline a stack of a function of each name, and APIs to some of them."""
    (folder / "code").mkdir()
    functions = {
        one: {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": "code",
                "Handler": "a.b",
                "Runtime": "python3.13",
                "AutoPublishAlias": "live",
            },
        }
        for one in NAMES
        if one.isalnum()
    }
    apis = {f"Api{name}": api_to(name, uri) for name in CALLED}
    template = folder / "template.yaml"
    document = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {**functions, **apis}}
    template.write_text(json.dumps(document))
    return outline(read_project(template), readers())


@pytest.fixture(scope="module")
def outlined(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any], Application]:
    """Outline each stack once: it takes most of a tenth of a second."""
    known: dict[str, Application] = {}

    def give(uri: Any) -> Application:
        written = json.dumps(uri)
        if written not in known:
            known[written] = stack_of(tmp_path_factory.mktemp("stack"), uri)
        return known[written]

    return give


@pytest.mark.parametrize("name", CALLED)
@pytest.mark.parametrize("uri", WRITTEN)
def test_a_route_leads_to_its_function_whatever_others_are_called(
    outlined: Callable[[Any], Application], uri: Any, name: str
) -> None:
    (api,) = (one for one in outlined(uri).apis if one.logical_id == f"Api{name}")
    assert isinstance(api, RestApi)
    assert dict(api.integrations) == {("/a", "GET"): name}
