"""The application that is built of a resolved stack, deployed or not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from visitplannr.model.application import Application, Function, Resource
from visitplannr.model.code import Build, Code
from visitplannr.model.stack import ResolvedStack
from visitplannr.template.build import build
from visitplannr.template.made_up import ACCOUNT_ID, made_up
from visitplannr.template.resolution import Known, resolve_stack

FOLDER = Path("/project")
CODE = {"Hello": Code(FOLDER / "code"), "Words": Code(FOLDER / "layer")}
TEMPLATE: dict[str, Any] = {
    "Parameters": {"Seconds": {"Type": "Number", "Default": 7}, "Name": {"Type": "String"}},
    "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
    "Resources": {
        "Hello": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Handler": "app.handler",
                "Runtime": "python3.13",
                "Timeout": {"Ref": "Seconds"},
                "MemorySize": "256",
                "ReservedConcurrentExecutions": 0,
                "Layers": [{"Ref": "Words0123456789"}, "arn:aws:lambda:::layer:theirs:1"],
                "LoggingConfig": {"LogFormat": "JSON", "LogGroup": {"Ref": "Log"}},
                "Environment": {
                    "Variables": {
                        "TABLE": {"Ref": "Table"},
                        "LIVE": True,
                        "EMPTY": "",
                        "URL": {"Fn::GetAtt": ["Site", "Url"]},
                    }
                },
            },
        },
        "Elsewhere": {"Type": "AWS::Lambda::Function"},
        "Never": {"Type": "AWS::Lambda::Function", "Condition": "Never"},
        "Words0123456789": {"Type": "AWS::Lambda::LayerVersion"},
        "Table": {"Type": "AWS::DynamoDB::Table"},
        "Log": {"Type": "AWS::Logs::LogGroup"},
        "Site": {"Type": "Custom::Site"},
        "Nothing": None,
    },
}
LAYER = "arn:aws:lambda:eu-west-1:1:layer:Words:7"
IDS = {"Hello": "shop-Hello-1", "Words0123456789": LAYER, "Table": "t-1", "Log": "l-1"}
KNOWN = Known(stack_name="shop", region="eu-west-1", account_id="1", physical_ids=IDS)
CODE_OF_ALL = {**CODE, "Never": Code(FOLDER / "never")}


def function_of(stack: ResolvedStack) -> Function:
    (function,) = build(stack, CODE_OF_ALL, ()).functions
    return function


def test_a_function_is_what_the_template_says_with_the_names_that_are_known() -> None:
    assert function_of(resolve_stack(TEMPLATE, KNOWN)) == Function(
        logical_id="Hello",
        name="shop-Hello-1",
        arn="arn:aws:lambda:eu-west-1:1:function:shop-Hello-1",
        handler="app.handler",
        runtime="python3.13",
        code=FOLDER / "code",
        timeout=7,
        memory=256,
        environment={"TABLE": "t-1", "LIVE": "true", "EMPTY": "", "URL": "unknown"},
        reserved_concurrency=0,
        layers=(Code(FOLDER / "layer"),),
        missing_layers=("arn:aws:lambda:::layer:theirs:1",),
        log_format="JSON",
        log_group="l-1",
    )


def declared(**properties: Any) -> ResolvedStack:
    resource = {"Type": "AWS::Lambda::Function", "Properties": properties}
    return resolve_stack({"Resources": {"Hello": resource}}, KNOWN)


def built(stack: ResolvedStack, **code: Code) -> Function:
    (function,) = build(stack, code, ()).functions
    return function


def test_aliases_stand_for_the_versions_that_the_stack_has_given_them() -> None:
    template = {
        "Resources": {
            "Hello": {"Type": "AWS::Lambda::Function", "Properties": {}},
            "One": {
                "Type": "AWS::Lambda::Version",
                "Properties": {"FunctionName": {"Ref": "Hello"}},
            },
            "Live": {
                "Type": "AWS::Lambda::Alias",
                "Properties": {
                    "FunctionName": {"Ref": "Hello"},
                    "FunctionVersion": {"Fn::GetAtt": ["One", "Version"]},
                    "Name": "live",
                },
            },
            "Other": {
                "Type": "AWS::Lambda::Alias",
                "Properties": {"FunctionName": "another", "FunctionVersion": "7", "Name": "other"},
            },
        }
    }
    arn = "arn:aws:lambda:eu-west-1:1:function:shop-Hello-1"
    ids = {**IDS, "One": f"{arn}:3", "Live": f"{arn}:live", "Other": "arn:o"}
    known = replace(KNOWN, physical_ids=ids)
    assert built(resolve_stack(template, known), **CODE).aliases == {"live": "3"}


UNHEEDED: list[Any] = [
    pytest.param({}, (), id="none"),
    pytest.param({"DurableConfig": {"ExecutionTimeout": 60}}, ("DurableConfig",), id="durable"),
    pytest.param({"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}}, ("TenancyConfig",),
                 id="tenants"),
    pytest.param({"SnapStart": {"ApplyOn": "PublishedVersions"}}, ("SnapStart",), id="SnapStart"),
    pytest.param({"SnapStart": {"ApplyOn": "None"}, "VpcConfig": {}, "FileSystemConfigs": []}, (),
                 id="switched off"),
    pytest.param({"CodeSigningConfigArn": "arn:c", "CapacityProviderConfig": {"A": 1}},
                 ("CapacityProviderConfig", "CodeSigningConfigArn"), id="several"),
]  # fmt: skip


@pytest.mark.parametrize(("properties", "names"), UNHEEDED)
def test_settings_that_change_nothing_here_are_named(
    properties: dict[str, Any], names: tuple[str, ...]
) -> None:
    assert built(declared(**properties), **CODE).without_effect == names


def test_provisioned_concurrency_is_that_of_a_functions_aliases_and_versions() -> None:
    resources = {
        "Hello": {"Type": "AWS::Lambda::Function", "Properties": {}},
        "Live": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {
                "FunctionName": {"Ref": "Hello"},
                "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 1},
            },
        },
    }
    known = replace(KNOWN, physical_ids={**IDS, "Live": "arn:l"})
    stack = resolve_stack({"Resources": resources}, known)
    assert built(stack, **CODE).without_effect == ("ProvisionedConcurrencyConfig",)


def test_the_size_of_tmp_is_512_mb_unless_the_template_says_another() -> None:
    assert built(declared(), **CODE).ephemeral_storage == 512
    assert built(declared(EphemeralStorage={"Size": "2048"}), **CODE).ephemeral_storage == 2048


def test_inline_code_is_completed_with_its_references() -> None:
    inline = {"Fn::Sub": "REGION = '${AWS::Region}'"}
    waiting = Code(FOLDER, Build("Hello"), inline="")
    found = built(declared(Code={"ZipFile": inline}), Hello=waiting)
    assert (found.inline, found.fault) == ("REGION = 'eu-west-1'", None)
    unknown = {"Fn::ImportValue": "x"}
    found = built(declared(Code={"ZipFile": unknown}), Hello=waiting)
    assert found.fault == "its inline code refers to what is not known here"


def test_a_function_whose_code_is_not_here_is_one_of_the_application() -> None:
    image = Code(FOLDER, Build("Hello"), fault="is an image", addressed=True)
    found = built(declared(Architectures=["arm64"]), Hello=image)
    assert (found.fault, found.code, found.architecture) == ("is an image", FOLDER, "arm64")


def test_layers_by_arn_are_those_that_were_given_the_others_are_named() -> None:
    arn = "arn:aws:lambda:eu-west-1:2:layer:{}:3"
    stack = declared(Layers=[arn.format("a"), arn.format("b"), arn.format("c")])
    given = {arn.format("a"): Code(FOLDER / "a"), arn.format("c")[:-2]: Code(FOLDER / "c")}
    found = built(stack, Hello=Code(FOLDER), **given)
    assert found.layers == (Code(FOLDER / "a"), Code(FOLDER / "c"))
    assert found.missing_layers == (arn.format("b"),)


def test_parameters_that_are_given_win_over_defaults() -> None:
    given = replace(KNOWN, parameters={"Seconds": "20"})
    assert function_of(resolve_stack(TEMPLATE, given)).timeout == 20


def test_what_the_backend_made_of_a_setting_wins_over_the_template() -> None:
    stack = resolve_stack(TEMPLATE, KNOWN)
    known = {"Hello": {"Environment": {"Variables": {"URL": "http://here"}}}}
    assert function_of(stack.with_properties(known)).environment == {"URL": "http://here"}
    assert function_of(stack).environment["URL"] == "unknown"


def test_the_rest_is_as_the_stack_has_it() -> None:
    resources = (Resource("Table", "AWS::DynamoDB::Table", "t-1", "CREATE_COMPLETE"),)
    stack = resolve_stack(TEMPLATE, replace(KNOWN, resources=resources, outputs={"A": "b"}))
    assert build(stack, {}, ()) == Application(
        "shop", "eu-west-1", "1", (), (), resources, {"A": "b"}
    )


def test_apis_are_what_the_readers_give_in_their_order() -> None:
    stack = resolve_stack(TEMPLATE, KNOWN)
    (first, second) = (object(), object())
    readers: Any = (lambda given: [first] if given is stack else [], lambda _: [second])
    assert build(stack, {}, readers).apis == (first, second)


ARN = f"arn:aws:lambda:eu-west-1:{ACCOUNT_ID}"
MADE_UP: list[Any] = [
    pytest.param("AWS::Lambda::Function", {}, "R", id="a function"),
    pytest.param("AWS::Lambda::Function", {"FunctionName": {"Fn::Sub": "${AWS::StackName}-f"}},
                 "shop-f", id="a named function"),
    pytest.param("AWS::DynamoDB::Table", {"TableName": {"Ref": "Name"}}, "R", id="an unknown name"),
    pytest.param("AWS::Lambda::LayerVersion", {}, f"{ARN}:layer:R:1", id="a layer"),
    pytest.param("AWS::SQS::Queue", {"QueueName": "jobs"},
                 f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT_ID}/jobs", id="a queue"),
    pytest.param("AWS::SNS::Topic", {}, f"arn:aws:sns:eu-west-1:{ACCOUNT_ID}:R", id="a topic"),
    pytest.param("AWS::ApiGateway::Stage", {"StageName": "live"}, "live", id="a stage"),
    pytest.param("AWS::Lambda::Alias", {"FunctionName": {"Ref": "Hello"}, "Name": "live"},
                 f"{ARN}:function:Hello:live", id="an alias"),
    pytest.param("AWS::Lambda::Alias",
                 {"FunctionName": {"Fn::GetAtt": ["Hello", "Arn"]}, "Name": "live"},
                 f"{ARN}:function:Hello:live", id="an alias of an ARN"),
    pytest.param("AWS::Lambda::Version", {"FunctionName": {"Ref": "Hello"}},
                 f"{ARN}:function:Hello:1", id="a version"),
    pytest.param("AWS::Lambda::Alias", {}, f"{ARN}:function:R:R", id="an alias of nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "properties", "physical_id"), MADE_UP)
def test_ids_are_made_up_in_the_shape_that_ref_has(
    kind: str, properties: dict[str, Any], physical_id: str
) -> None:
    resources = {**TEMPLATE["Resources"], "R": {"Type": kind, "Properties": properties}}
    template = {**TEMPLATE, "Resources": resources}
    known = made_up(template, stack_name="shop", region="eu-west-1")
    assert known.physical_ids["R"] == physical_id
