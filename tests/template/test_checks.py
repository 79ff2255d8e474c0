"""What `validate` finds in a template that the transform and cfn-lint let through, and where."""

import importlib
import textwrap
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from visitplannr.iam.grants import Grant, grants, too_wide, wide_by_name
from visitplannr.template.document import Document, read_document
from visitplannr.template.project import read_project

HEAD = "Transform: AWS::Serverless-2016-10-31\nResources:\n"
FUNCTION = """\
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: app.handler
      Runtime: python3.13
"""
API = "{Type: Api, Properties: {Path: %s, Method: %s}}"
MUST_MATCH = "it must match [a-zA-Z]([a-zA-Z0-9_])+ [variable]"
WIDE_ONE = "AmazonDynamoDBFullAccess"


@cache
def checks() -> ModuleType:
    """Import them for who runs these tests: cfn-lint takes most of a second."""
    return importlib.import_module("visitplannr.template.checks")


@cache
def our_document() -> Document:
    return read_document(Path(__file__).parents[2] / "template.yaml")


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "template.yaml"
    path.write_text(text)
    found = checks().check(read_project(path), too_wide)
    return [str(problem).removeprefix(f"{path}:") for problem in found]


def with_lines(*lines: str) -> str:
    return HEAD + FUNCTION + textwrap.indent("\n".join(lines), " " * 6) + "\n"


CASES: list[Any] = [
    pytest.param(HEAD + FUNCTION, [], id="nothing"),
    pytest.param((HEAD + FUNCTION).replace("CodeUri: .", "CodeUri: gone"),
                 ["6:16: error: F: gone does not exist [code]"], id="code"),
    pytest.param("Globals: {Function: {CodeUri: gone}}\n" + HEAD + FUNCTION,
                 ["1:31: error: Function: gone does not exist [code]"], id="code for all"),
    pytest.param((HEAD + FUNCTION).replace("python3.13", "python9.9"),
                 ["8:16: error: Lambda has no runtime python9.9 [runtime]"], id="runtime"),
    pytest.param("Globals: {Function: {Runtime: ruby9}}\n" + HEAD + FUNCTION,
                 ["1:31: error: Lambda has no runtime ruby9 [runtime]"], id="runtime for all"),
    pytest.param(with_lines("Environment:", "  Variables:", "    1st: x"),
                 [f"11:16: error: 1st is no name of an environment variable: {MUST_MATCH}"],
                 id="variable"),
    pytest.param(with_lines(f"Policies: {WIDE_ONE}"),
                 [f"9:17: warning: {WIDE_ONE} allows a whole service [permissions]"],
                 id="one wide policy"),
    pytest.param(with_lines("Policies:", "- AWSLambdaBasicExecutionRole", "- AdministratorAccess"),
                 ["11:9: warning: AdministratorAccess allows a whole service [permissions]"],
                 id="a wide policy among others"),
    pytest.param(with_lines("Policies:",
                            "- Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:x'}"),
                 ["10:9: warning: too wide: s3:* allows every action [permissions]"],
                 id="statement"),
    pytest.param(with_lines("Events:", "  A: " + API % ("/a", "get"),
                            "  B: " + API % ("/a", "GET")),
                 ["11:12: error: F.B: GET /a is taken by F.A [route]"], id="route twice"),
    pytest.param(with_lines("Events:", "  A: " + API % ("'/x/{a}'", "get"),
                            "  B: " + API % ("'/x/{b}/y'", "get")),
                 ["11:12: error: F.B: /x/{b}/y has {b} where another has {a} [route]"],
                 id="parameters of two names"),
    pytest.param(with_lines("Events:", "  A: " + API % ("/a", "get"),
                            "  B: " + API % ("/a", "post"),
                            "  C: {Type: Schedule, Properties: {Schedule: rate(1 day)}}"), [],
                 id="routes that differ"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), CASES)
def test_our_own_checks(tmp_path: Path, text: str, found: list[str]) -> None:
    assert problems(tmp_path, text) == found


def test_cfn_lint_finds_source_lines_of_what_is_transformed(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(with_lines("Environment:", "  Variables:", "    AWS_REGION: x"))
    (problem,) = checks().lint(path, "us-east-1")
    assert (problem.line, problem.severity, problem.rule) == (11, "error", "E3663")


WIDE: list[Any] = [
    pytest.param(["s3:GetObject"], ["arn:aws:s3:::b/*"], None, id="narrow"),
    pytest.param(["*"], ["arn"], "* allows every action", id="everything"),
    pytest.param(["s3:GetObject", "dynamodb:*"], ["arn"], "dynamodb:* allows every action",
                 id="a service"),
    pytest.param(["dynamodb:PutItem"], ["*"], "dynamodb:PutItem on every resource",
                 id="everywhere"),
    pytest.param(["logs:CreateLogGroup", "logs:PutLogEvents"], ["*"], None, id="logs"),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "resources", "why"), WIDE)
def test_what_is_too_wide(actions: list[str], resources: list[str], why: str | None) -> None:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    (grant,) = grants({"Statement": [statement]})
    assert grant.too_wide == why
    (conditional,) = grants({"Statement": {**statement, "Condition": {"Bool": {"x": "y"}}}})
    assert conditional.too_wide is None
    (denied,) = grants({"Statement": {**statement, "Effect": "Deny"}})
    assert denied.too_wide is None


def test_statements_come_single_listed_and_negated() -> None:
    found = list(grants({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}))
    assert found == [Grant("Allow", ("all but iam:*",), ("*",))]
    assert list(grants({})) == []


@pytest.mark.parametrize(
    ("policy", "wide"),
    [
        ("arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess", True),
        ("PowerUserAccess", True),
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", False),
    ],
)
def test_managed_policies_are_wide_by_their_names(policy: str, wide: bool) -> None:
    assert wide_by_name(policy) is wide


@settings(deadline=None)
@given(st.lists(st.one_of(st.integers(0, 5), st.sampled_from(["Resources", "F", "x", "Type"]))))
def test_every_place_has_a_position(place: list[str | int]) -> None:
    problem = our_document().problem(place, "error", "rule", "message")
    assert problem.line >= 1
    assert problem.column >= 1
