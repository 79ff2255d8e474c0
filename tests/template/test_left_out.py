"""A template without what a backend cannot make, and references to nothing."""

from pathlib import Path
from typing import Any

import pytest
from visitplannr.template.document import Document, parse
from visitplannr.template.left_out import (
    macros,
    of_types,
    remote_applications,
    without,
    without_macros,
)
from visitplannr.template.problems import TemplateError
from visitplannr.template.unresolved import check_references

GONE: dict[str, Any] = {
    "Group": {"Type": "AWS::ResourceGroups::Group", "Properties": {"Name": "g"}},
    "Plain": {"Type": "AWS::Events::Connection"},
    "Graph": {"Type": "AWS::AppSync::GraphQLApi"},
    "Repo": {"Type": "AWS::CodeCommit::Repository", "Properties": {"RepositoryName": {"Ref": "P"}}},
}
ARN = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:%s"
STANDS: list[Any] = [
    ({"Ref": "Group"}, {"Fn::Sub": "g"}),
    ({"Ref": "Plain"}, {"Fn::Sub": "${AWS::StackName}-Plain"}),
    ({"Ref": "Repo"}, {"Fn::Sub": "${AWS::StackName}-Repo"}),
    ({"Ref": "Graph"}, {"Fn::Sub": ARN % ("appsync", "graphqlapi/${AWS::StackName}-Graph")}),
    ({"Fn::GetAtt": ["Group", "Arn"]}, {"Fn::Sub": ARN % ("resourcegroups", "group/g")}),
    ({"Fn::GetAtt": "Group.Arn"}, {"Fn::Sub": ARN % ("resourcegroups", "group/g")}),
    ({"Fn::GetAtt": ["Plain", "SecretArn"]},
     {"Fn::Sub": ARN % ("events", "connection/${AWS::StackName}-Plain")}),
    ({"Fn::GetAtt": ["Graph", "GraphQLUrl"]},
     {"Fn::Sub": "https://appsync.${AWS::Region}.${AWS::URLSuffix}/${AWS::StackName}-Graph"}),
    ({"Fn::GetAtt": ["Plain", "Outputs.X"]}, {"Fn::Sub": "${AWS::StackName}-Plain-Outputs.X"}),
    ({"Fn::Sub": "a-${Group}-${Group.Arn}-${Kept}-${!Group}"},
     {"Fn::Sub": f"a-g-{ARN % ('resourcegroups', 'group/g')}-${{Kept}}-${{!Group}}"}),
    ({"Fn::Sub": ["${Group}${X}", {"X": {"Ref": "Group"}}]},
     {"Fn::Sub": ["g${X}", {"X": {"Fn::Sub": "g"}}]}),
    ({"Fn::Sub": ["${Group}", {"Group": "own"}]}, {"Fn::Sub": ["${Group}", {"Group": "own"}]}),
    ([{"Ref": "Group"}, {"Ref": "Kept"}, {}, 5], [{"Fn::Sub": "g"}, {"Ref": "Kept"}, {}, 5]),
    ({"Fn::GetAtt": ["Kept", "Arn"]}, {"Fn::GetAtt": ["Kept", "Arn"]}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "stands"), STANDS)
def test_what_refers_to_it_gets_values_of_the_right_shape(value: Any, stands: Any) -> None:
    kept = {"Type": "X", "Properties": {"V": value}}
    template = {"Resources": {**GONE, "Kept": kept}, "Outputs": {"O": {"Value": value}}}
    found = without(template, GONE)
    assert found["Resources"] == {"Kept": {"Type": "X", "Properties": {"V": stands}}}
    assert found["Outputs"] == {"O": {"Value": stands}}


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ("Group", None),
        (["Group", "Other"], ["Other"]),
        (["Other"], ["Other"]),
        ("Other", ["Other"]),
    ],
)
def test_nothing_waits_for_it(after: Any, left: Any) -> None:
    template = {"Resources": {**GONE, "Kept": {"Type": "X", "DependsOn": after}}}
    assert without(template, GONE)["Resources"]["Kept"].get("DependsOn") == left


def test_resources_are_found_by_type_and_applications_by_where_they_are() -> None:
    remote = {"Location": {"ApplicationId": "arn:app", "SemanticVersion": "1.0.0"}}
    resources = {
        **GONE,
        "Theirs": {"Type": "AWS::Serverless::Application", "Properties": remote},
        "Far": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": "https://b.s3.us-east-1.amazonaws.com/t.yaml"},
        },
        "Near": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": "http://localhost:4566/b/t.yaml"},
        },
        "Ours": {"Type": "AWS::Serverless::Application", "Properties": {"Location": "x.yaml"}},
    }
    assert dict(of_types({"Resources": resources}, ["AWS::Events::Connection"])) == {
        "Plain": "AWS::Events::Connection"
    }
    assert dict(remote_applications({"Resources": resources})) == {
        "Theirs": "arn:app",
        "Far": "https://b.s3.us-east-1.amazonaws.com/t.yaml",
    }


def block(name: str) -> str:
    fault = f"Template format error: Unresolved resource dependencies [{name}]"
    return f"{fault} in the Resources block of the template"


def attribute(name: str) -> str:
    return f"Template error: instance of Fn::GetAtt references undefined resource {name}"


MISSING: list[Any] = [
    ("V: !Ref Missing", ":4:23: " + block("Missing")),
    ("V: !Sub '${Missing}'", ":4:23: " + block("Missing")),
    ("V: !Sub '${Missing.Arn}'",
     ":4:23: " + attribute("Missing")),
    ("V: !GetAtt Missing.Arn",
     ":4:23: " + attribute("Missing")),
    ("V: !GetAtt P.Arn", ":4:23: " + attribute("P")),
    ("V: !Sub ['${X}${Missing}', {X: 1}]", ":4:23: " + block("Missing")),
    ("V: !Sub ['${X}', {X: !Ref Missing}]", block("Missing")),
    ("V: !If [C, !Ref Missing, 1]", block("Missing")),
    ("V: 1}, DependsOn: Missing, Metadata: {a: !Ref Gone",
     block("Missing")),
    ("V: !Ref P", ""), ("V: !Ref T", ""), ("V: !Ref 'AWS::StackId'", ""),
    ("V: !Sub '${!Missing}'", ""),
    ("V: !Sub '${AWS::Region}${T.Arn}${P}'", ""), ("V: {Ref: Missing, b: c}", ""),
]  # fmt: skip


def of(properties: str) -> Document:
    parameters = "Parameters: {P: {Type: String}}"
    text = f"\n{parameters}\nResources:\n  T: {{Properties: {{{properties}}}}}\n"
    return parse(Path("t.yaml"), text)


@pytest.mark.parametrize(("properties", "says"), [row for row in MISSING if row[1]])
def test_references_to_nothing_are_refused_as_on_aws(properties: str, says: str) -> None:
    with pytest.raises(TemplateError, match=r"^t\.yaml:4:") as raised:
        check_references(of(properties), of(properties).value)
    assert says in str(raised.value)


@pytest.mark.parametrize("properties", [row[0] for row in MISSING if not row[1]])
def test_references_to_what_is_there(properties: str) -> None:
    check_references(of(properties), of(properties).value)


def test_outputs_are_checked_and_what_a_macro_makes_is_not() -> None:
    value: dict[str, Any] = {"Resources": {}, "Outputs": {"O": {"Value": {"Ref": "Missing"}}}}
    document = parse(Path("t.yaml"), "Outputs: {O: {Value: !Ref Missing}}")
    with pytest.raises(TemplateError, match=r"\[Missing\] in the Outputs block"):
        check_references(document, value)
    check_references(document, {**value, "Transform": ["Mine"]})


@pytest.mark.parametrize(
    ("wanted", "named", "kept"),
    [
        ("Mine", ["Mine"], None),
        (["AWS::Serverless-2016-10-31", "Mine"], ["Mine"], ["AWS::Serverless-2016-10-31"]),
        ([{"Name": "Mine", "Parameters": {}}], ["Mine"], None),
        ("AWS::Serverless-2016-10-31", [], ["AWS::Serverless-2016-10-31"]),
        (None, [], None),
    ],
)
def test_macros_of_an_account_are_named_and_taken_away(wanted: Any, named: Any, kept: Any) -> None:
    template = {"Transform": wanted, "Resources": {}}
    assert macros(template) == named
    assert without_macros(template).get("Transform") == kept
