"""CloudFormation's intrinsic functions, resolved by what is known of a stack."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_json import CONSTANTS, documents
from visitplannr.template.intrinsics import references
from visitplannr.template.resolution import Known, intrinsics_of

TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Tenant": {"Type": "String", "Default": "members"},
        "Names": {"Type": "CommaDelimitedList", "Default": "a, b"},
        "Stage": {"Type": "String"},
    },
    "Mappings": {"Places": {"eu-west-1": {"City": "Dublin"}, "broken": None}},
    "Conditions": {
        "IsLive": {"Fn::Equals": [{"Ref": "Stage"}, "live"]},
        "IsMembers": {"Fn::Equals": [{"Ref": "Tenant"}, "members"]},
        "Both": {"Fn::And": [{"Condition": "IsLive"}, {"Condition": "IsMembers"}]},
        "Neither": {"Fn::Not": [{"Fn::Or": [{"Condition": "IsLive"}, {"Condition": "IsMembers"}]}]},
        "Round": {"Fn::Not": [{"Condition": "Round"}]},
        "Shared": {"Fn::Equals": [{"Fn::ImportValue": "x"}, "y"]},
        "LiveOrShared": {"Fn::Or": [{"Condition": "Shared"}, {"Condition": "IsLive"}]},
    },
    "Resources": {
        "Pool": {"Type": "AWS::Cognito::UserPool"},
        "F": {"Type": "AWS::Lambda::Function"},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/team/"}},
        "JoinedRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "Path": {"Fn::If": ["IsLive", {"Fn::Sub": "/${AWS::StackName}/"}, "/other/"]}
            },
        },
        "RoundRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {"Path": {"Fn::GetAtt": ["RoundRole", "Arn"]}},
        },
        "Site": {"Type": "Custom::Site"},
    },
}
KNOWN = Known(
    stack_name="shop",
    region="eu-west-1",
    account_id="123456789012",
    parameters={"Stage": "live"},
    physical_ids={
        "Pool": "pool-1",
        "F": "shop-F-1",
        "Queue": "http://127.0.0.1:4566/123456789012/jobs",
        "Role": "role-1",
        "JoinedRole": "role-2",
        "RoundRole": "role-3",
        "Site": "site-1",
    },
)
resolve = intrinsics_of(TEMPLATE, KNOWN).resolve
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:shop-F-1"

CASES: list[Any] = [
    pytest.param({"Ref": "Pool"}, "pool-1", id="Ref of a resource"),
    pytest.param({"Ref": "Stage"}, "live", id="Ref of a parameter"),
    pytest.param({"Ref": "Names"}, ["a", "b"], id="Ref of a list"),
    pytest.param({"Ref": "AWS::Partition"}, "aws", id="a pseudo parameter"),
    pytest.param({"Fn::GetAtt": ["F", "Arn"]}, ARN, id="GetAtt"),
    pytest.param({"Fn::GetAtt": "F.Arn"}, ARN, id="GetAtt with a dot"),
    pytest.param(
        {"Fn::GetAtt": ["Queue", "Arn"]}, "arn:aws:sqs:eu-west-1:123456789012:jobs", id="a queue"
    ),
    pytest.param(
        {"Fn::GetAtt": ["Role", "Arn"]}, "arn:aws:iam::123456789012:role/team/role-1", id="a path"
    ),
    pytest.param(
        {"Fn::GetAtt": ["JoinedRole", "Arn"]},
        "arn:aws:iam::123456789012:role/shop/role-2",
        id="a path of functions",
    ),
    pytest.param(
        {"Fn::GetAtt": ["Pool", "ProviderURL"]},
        "https://cognito-idp.eu-west-1.amazonaws.com/pool-1",
        id="an issuer",
    ),
    pytest.param({"Fn::Sub": "${AWS::Region}/${Pool}"}, "eu-west-1/pool-1", id="Sub"),
    pytest.param({"Fn::Sub": "${F.Arn}:live"}, f"{ARN}:live", id="Sub of an attribute"),
    pytest.param({"Fn::Sub": "${!Pool} ${Pool}"}, "${Pool} pool-1", id="Sub of what is literal"),
    pytest.param(
        {"Fn::Sub": ["${a}/${Pool}", {"a": {"Ref": "Tenant"}}]}, "members/pool-1", id="Sub of names"
    ),
    pytest.param(
        {"Fn::Sub": ["${Pool}", {"Pool": "mine"}]}, "mine", id="a name of Sub's hides another"
    ),
    pytest.param({"Fn::Sub": "${Tenant}"}, "members", id="Sub of a default"),
    pytest.param(
        {"Fn::Join": ["/", ["a", {"Ref": "Pool"}, 1, True]]}, "a/pool-1/1/true", id="Join"
    ),
    pytest.param({"Fn::Join": [",", {"Ref": "Names"}]}, "a,b", id="Join of a list"),
    pytest.param({"Fn::Split": ["-", {"Ref": "Pool"}]}, ["pool", "1"], id="Split"),
    pytest.param(
        {"Fn::Select": ["1", {"Fn::Split": ["-", {"Ref": "Pool"}]}]}, "1", id="Select of Split"
    ),
    pytest.param(
        {"Fn::FindInMap": ["Places", {"Ref": "AWS::Region"}, "City"]}, "Dublin", id="FindInMap"
    ),
    pytest.param({"Fn::Base64": {"Ref": "Stage"}}, "bGl2ZQ==", id="Base64"),
    pytest.param({"Fn::If": ["IsLive", {"Ref": "Pool"}, "no"]}, "pool-1", id="If"),
    pytest.param({"a": {"Fn::If": ["Neither", 1, {"Ref": "AWS::NoValue"}]}}, {}, id="NoValue"),
    pytest.param([1, {"Ref": "AWS::NoValue"}, None], [1, None], id="NoValue in a list"),
    pytest.param({"Reference": "x"}, {"Reference": "x"}, id="a name that begins with Ref"),
    pytest.param({"Ref": "Pool", "b": 1}, {"Ref": "Pool", "b": 1}, id="two keys are no function"),
]


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_functions_are_resolved(value: Any, expected: Any) -> None:
    assert resolve({"in": [value]}) == {"in": [expected]}
    assert not list(references(resolve(value)))


UNKNOWN: list[Any] = [
    pytest.param({"Ref": "Nobody"}, id="Ref"),
    pytest.param({"Fn::GetAtt": ["Site", "Url"]}, id="an attribute of the resource's own"),
    pytest.param({"Fn::GetAtt": ["Nobody", "Arn"]}, id="an attribute of nothing"),
    pytest.param({"Fn::GetAtt": ["RoundRole", "Arn"]}, id="a path that needs itself"),
    pytest.param({"Fn::Sub": "${Site.Url}/${Pool}"}, id="Sub"),
    pytest.param({"Fn::Sub": "${Names}"}, id="Sub of a list"),
    pytest.param({"Fn::Join": ["", [{"Fn::GetAtt": ["A", "B"]}]]}, id="Join"),
    pytest.param({"Fn::Select": ["2", ["a", "b"]]}, id="Select beyond the end"),
    pytest.param({"Fn::FindInMap": ["Places", "us-east-1", "City"]}, id="FindInMap"),
    pytest.param({"Fn::FindInMap": ["Places", "broken", "City"]}, id="a map of nothing"),
    pytest.param({"Fn::If": ["Shared", "a", "b"]}, id="If"),
    pytest.param({"Fn::ImportValue": "x"}, id="ImportValue"),
]


@pytest.mark.parametrize("value", UNKNOWN)
def test_what_nobody_knows_stays_and_is_named_by_its_place(value: Any) -> None:
    resolved = resolve({"paths": {"/": [value]}})
    assert resolved == {"paths": {"/": [value]}}
    assert list(references(resolved)) == ["/paths///0"]


def test_what_is_known_within_it_is_resolved() -> None:
    value = {"Fn::Join": ["", [{"Ref": "Pool"}, {"Ref": "Nobody"}]]}
    assert resolve(value) == {"Fn::Join": ["", ["pool-1", {"Ref": "Nobody"}]]}


CONDITIONS = [
    ("IsLive", True),
    ("Both", True),
    ("Neither", False),
    ("Round", None),
    ("Shared", None),
    ("LiveOrShared", True),
    ("Nobody", None),
]


@pytest.mark.parametrize(("name", "holds"), CONDITIONS)
def test_conditions(name: str, holds: bool | None) -> None:
    assert intrinsics_of(TEMPLATE, KNOWN).holds(name) is holds


JSON = documents(CONSTANTS | st.text(max_size=12), names=st.text(max_size=8))
FUNCTIONS = st.sampled_from(
    ["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::If",
     "Fn::FindInMap", "Fn::Base64", "Fn::Unheard"]
)  # fmt: skip


@settings(deadline=None)
@given(FUNCTIONS, JSON)
def test_no_argument_breaks_the_resolver(function: str, argument: Any) -> None:
    resolve({function: argument})


@settings(deadline=None)
@given(JSON.filter(lambda value: not list(references(value))))
def test_what_has_no_function_stays_as_it_is(value: Any) -> None:
    assert resolve(value) == value
