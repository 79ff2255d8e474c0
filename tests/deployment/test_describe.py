"""A deployed stack read back: its processed template, and what the backend alone knows."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from visitplannr.deployment.describe import read_stack
from visitplannr.gateway.kinds import readers
from visitplannr.model.application import Resource, RestApi
from visitplannr.model.code import Code
from visitplannr.template.build import build

if TYPE_CHECKING:
    from visitplannr.backend.endpoint import Backend

INVOKE = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Ref.Arn}/invocations"
ROUTE = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": {"Fn::Sub": INVOKE}}}
TEMPLATE: dict[str, Any] = {
    "Parameters": {"Site": {"Type": "String", "Default": "none"}},
    "Resources": {
        "Ref": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Handler": "app.handler",
                "Runtime": "python3.13",
                "Timeout": 9,
                "Environment": {"Variables": {"URL": {"Fn::GetAtt": ["Custom", "Url"]}}},
            },
        },
        "Plain": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "app.plain"}},
        "Api": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {"Body": {"swagger": "2.0", "paths": {"/a": {"get": ROUTE}}}},
        },
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "StageName": "live",
                "Variables": {"site": {"Ref": "Site"}},
            },
        },
        "Plan": {
            "Type": "AWS::ApiGateway::UsagePlan",
            "Properties": {"ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Stage"}}]},
        },
    },
}
IDS = {"Ref": "f-1", "Plain": "f-2", "Api": "api-1", "Stage": "live", "Plan": "plan-1"}


class Emulator:
    """Every service of a backend in one object, for one stack."""

    endpoint_url = "http://backend"
    region = "eu-west-1"

    def __init__(self, body: Any) -> None:
        self.asked: list[str] = []
        self._body = body

    def client(self, _service: str) -> "Emulator":
        return self

    def reading_client(self) -> "Emulator":
        return self

    def describe_stacks(self, **_given: Any) -> Mapping[str, Any]:
        return {
            "Stacks": [
                {
                    "StackId": "arn:aws:cloudformation:eu-west-1:000000000000:stack/shop/1",
                    "Parameters": [{"ParameterKey": "Site", "ParameterValue": "a.example"}],
                    "Outputs": [{"OutputKey": "Url", "OutputValue": "http://here"}],
                }
            ]
        }

    def get_template(self, **given: Any) -> Mapping[str, Any]:
        assert given["TemplateStage"] == "Processed"
        return {"TemplateBody": self._body}

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(operation)

    def get_function_configuration(self, **given: Any) -> Mapping[str, Any]:
        self.asked.append(given["FunctionName"])
        return {
            "Environment": {"Variables": {"URL": "http://custom"}},
            "Timeout": 9,
            "Handler": "x",
        }

    def get_api_key(self, **given: Any) -> Mapping[str, Any]:
        assert given["includeValue"]
        return {"id": given["apiKey"], "value": f"secret of {given['apiKey']}",
                "enabled": given["apiKey"] == "k-1"}  # fmt: skip


class Pages:
    def __init__(self, operation: str) -> None:
        self._operation = operation

    def paginate(self, **given: Any) -> list[Mapping[str, Any]]:
        if self._operation == "get_usage_plan_keys":
            assert given == {"usagePlanId": "plan-1"}
            return [{"items": [{"id": "k-1"}]}, {"items": [{"id": "k-2"}]}]
        return [
            {
                "StackResourceSummaries": [
                    {
                        "LogicalResourceId": name,
                        "ResourceType": TEMPLATE["Resources"][name]["Type"],
                        "PhysicalResourceId": physical_id,
                        "ResourceStatus": "CREATE_COMPLETE",
                    }
                    for name, physical_id in IDS.items()
                ]
            }
        ]


@pytest.mark.parametrize("body", [TEMPLATE, json.dumps(TEMPLATE)], ids=["an object", "text"])
def test_a_stack_is_read_back_as_the_application(body: Any) -> None:
    emulator = Emulator(body)
    stack = read_stack(cast("Backend", emulator), "shop")
    application = build(stack, dict.fromkeys(("Ref", "Plain"), Code(Path("/code"))), readers())
    (api,) = application.apis
    assert isinstance(api, RestApi)
    assert dict(api.integrations) == {("/a", "GET"): "f-1"}
    assert api.stage_variables == {"site": "a.example"}
    (plan,) = api.usage_plans
    assert plan.keys == {"secret of k-1": "k-1"}
    function, plain = application.functions
    assert (function.name, function.timeout) == ("f-1", 9)
    assert function.arn == "arn:aws:lambda:eu-west-1:000000000000:function:f-1"
    assert function.environment == {"URL": "http://custom"}
    assert plain.handler == "app.plain"
    assert application.outputs == {"Url": "http://here"}
    assert Resource("Api", "AWS::ApiGateway::RestApi", "api-1", "CREATE_COMPLETE") in (
        application.resources
    )


def test_only_functions_whose_settings_have_references_are_asked_for() -> None:
    emulator = Emulator(TEMPLATE)
    read_stack(cast("Backend", emulator), "shop")
    assert emulator.asked == ["f-1"]


def test_a_template_that_a_backend_gives_back_untransformed_is_transformed() -> None:
    code = {"CodeUri": {"Bucket": "b", "Key": "k"}, "Handler": "a.b", "Runtime": "python3.13"}
    function = {"Type": "AWS::Serverless::Function", "Properties": code}
    body = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Ref": function}}
    stack = read_stack(cast("Backend", Emulator(body)), "shop")
    assert stack.declared["Ref"].type == "AWS::Lambda::Function"
