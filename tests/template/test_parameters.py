"""The values of parameters, and what is said of those that are missing or wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from visitplannr.template.parameters import check_values, typed
from visitplannr.template.problems import TemplateError
from visitplannr.template.project import Project, read_project

RESOURCES = {"T": {"Type": "AWS::SNS::Topic"}}


def project(folder: Path, parameters: dict[str, Any], **given: str) -> Project:
    path = folder / "template.json"
    path.write_text(json.dumps({"Parameters": parameters, "Resources": RESOURCES}))
    return read_project(path, given)


def fault(folder: Path, declared: dict[str, Any], value: str | None) -> str:
    """Give what is said of a value of a parameter P, "" if nothing."""
    found = project(folder, {"P": declared}, **({} if value is None else {"P": value}))
    try:
        check_values(found.document, found.template, found.given)
    except TemplateError as error:
        return error.problems[0].message
    return ""


WHY = {"ConstraintDescription": "be nice"}
CHECKED: list[Any] = [
    ({"Type": "String"}, "x", ""),
    ({"Type": "String"}, "", ""),
    ({"Type": "Number"}, "1.5", ""),
    ({"Type": "Number"}, "-2e3", ""),
    ({"Type": "Number"}, "1x", "Parameter 'P' must be a number"),
    ({"Type": "Number"}, "", "Parameter 'P' must be a number"),
    ({"Type": "List<Number>"}, "1, 2", ""),
    ({"Type": "List<Number>"}, "1,b", "Parameter 'P' must be a list of numbers"),
    ({"Type": "String", "AllowedValues": ["a", "b"]}, "b", ""),
    ({"Type": "String", "AllowedValues": ["a"]}, "c", "Parameter 'P' must be one of AllowedValues"),
    ({"Type": "String", "AllowedValues": [True, 3]}, "true", ""),
    ({"Type": "String", "AllowedValues": [True, 3]}, "3", ""),
    ({"Type": "String", "AllowedValues": ["a"], **WHY}, "c",
     "Parameter P failed to satisfy constraint: be nice"),
    ({"Type": "String", "AllowedPattern": "[a-z]+"}, "ab", ""),
    ({"Type": "String", "AllowedPattern": "[a-z]+"}, "ab1",
     "Parameter 'P' must match pattern [a-z]+"),
    ({"Type": "String", "AllowedPattern": "(unclosed"}, "x", ""),
    ({"Type": "Number", "MinValue": 2}, "1", "Parameter 'P' must be a number not less than 2"),
    ({"Type": "Number", "MaxValue": 2}, "3", "Parameter 'P' must be a number not greater than 2"),
    ({"Type": "Number", "MinValue": "2", "MaxValue": "4"}, "3", ""),
    ({"Type": "String", "MinLength": 3}, "ab", "Parameter 'P' must contain at least 3 characters"),
    ({"Type": "String", "MaxLength": 1}, "ab", "Parameter 'P' must contain at most 1 characters"),
    ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "b,a", ""),
    ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "a,c",
     "Parameter 'P' must be one of AllowedValues"),
    ({"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]"}, "a, b", ""),
    ({"Type": "AWS::SSM::Parameter::Value<Number>"}, "/name/of/it", ""),
    ({"Type": "AWS::EC2::VPC::Id"}, "vpc-1", ""),
    ({"Type": "String"}, "x" * 4097, "Parameter 'P' has more than 4096 bytes"),
    ({"Type": "String", "Default": "c", "AllowedValues": ["a"]}, None,
     "Parameter 'P' must be one of AllowedValues"),
    ({"Type": "String", "Default": False, "AllowedValues": [True, False]}, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "value", "says"), CHECKED)
def test_values_are_checked_in_cloudformations_words(
    tmp_path: Path, declared: dict[str, Any], value: str | None, says: str
) -> None:
    assert fault(tmp_path, declared, value) == says


def test_all_that_are_missing_are_one_error_with_the_flag_to_paste(tmp_path: Path) -> None:
    declared = {
        "Who": {"Type": "String", "Description": "Whom to\n greet"},
        "Size": {"Type": "Number"},
        "There": {"Type": "String", "Default": ""},
    }
    with pytest.raises(TemplateError) as raised:
        project(tmp_path, declared).check()
    assert str(raised.value).splitlines() == [
        f"{tmp_path}/template.json: Parameters: [Who, Size] must have values",
        "  Who (String): Whom to greet",
        "  Size (Number)",
        "Give them: --parameter-overrides Who=VALUE Size=VALUE",
    ]


def test_no_value_of_noecho_is_in_what_is_said(tmp_path: Path) -> None:
    declared = {"P": {"Type": "String", "NoEcho": True, "AllowedValues": ["a"]}}
    found = project(tmp_path, declared, P="s3cr3t")
    with pytest.raises(TemplateError) as raised:
        found.check()
    assert "s3cr3t" not in str(raised.value)
    assert found.intrinsics.resolve({"Ref": "P"}) == {"Ref": "P"}
    assert found.parameters == {"P": "s3cr3t"}


TYPED: list[Any] = [
    ("String", "a,b", "a,b"),
    ("CommaDelimitedList", "a, b,c", ["a", "b", "c"]),
    ("List<Number>", "1,2", ["1", "2"]),
    ("List<AWS::EC2::Subnet::Id>", "a,b", ["a", "b"]),
    ("AWS::SSM::Parameter::Value<String>", "value", "value"),
    ("AWS::SSM::Parameter::Value<List<String>>", "a,b", ["a", "b"]),
    ("AWS::SSM::Parameter::Value<CommaDelimitedList>", "a,b", ["a", "b"]),
]


@pytest.mark.parametrize(("kind", "value", "ref"), TYPED)
def test_what_ref_gives(kind: str, value: str, ref: Any) -> None:
    assert typed({"Parameters": {"P": {"Type": kind}}}, {"P": value}) == {"P": ref}


def test_the_default_of_an_ssm_parameter_is_its_name_and_no_value() -> None:
    declared = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a/b"}
    assert typed({"Parameters": {"P": declared}}, {}) == {}
