"""`visitplannr validate` says before `up` what is wrong with code, where, and what will not run."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import run

OWN = f"python{sys.version_info.major}.{sys.version_info.minor}"
FUNCTION = "AWS::Serverless::Function"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1"
CODE = {
    "good/app.py": "def handler(event, context):\n    return None\n",
    "bad/app.py": "def handler(event, context):\n    return [1\n",
    "required/app.py": "def handler(event, context): ...\n",
    "required/requirements.txt": "--no-index\n./gone.whl\n",
}


def function(**properties: Any) -> dict[str, Any]:
    kept = {"Handler": "app.handler", "Runtime": OWN, **properties}
    return {"Type": FUNCTION, "Properties": {k: v for k, v in kept.items() if v is not None}}


RESOURCES = {
    "Good": function(CodeUri="good"),
    "Bad": function(CodeUri="bad"),
    "Misnamed": function(CodeUri="good", Handler="app.run"),
    "Missing": function(CodeUri="good", Handler="other.handler"),
    "Required": function(CodeUri="required"),
    "Inline": function(InlineCode="def handler(e, c): ...", Handler="index.other"),
    "Image": function(Handler=None, Runtime=None, PackageType="Image", ImageUri=IMAGE),
    "Far": function(CodeUri="s3://bucket/code.zip"),
    "Gone": function(CodeUri="gone"),
    "Layered": function(CodeUri="good", Layers=["arn:aws:lambda:us-east-1:123456789012:layer:L:1"]),
}


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """One run for all: cfn-lint takes its time."""
    folder = tmp_path_factory.mktemp("validated")
    for name, text in CODE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    document = {"Transform": "AWS::Serverless-2016-10-31", "Resources": RESOURCES}
    (folder / "template.yaml").write_text(json.dumps(document, indent=1))
    done = run("validate", "--json", cwd=folder)
    assert done.returncode == 1
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


SAID: list[Any] = [
    pytest.param("error", "handler", "'[' was never closed", id="syntax"),
    pytest.param("error", "handler", "Misnamed: app.run: app has no function run", id="name"),
    pytest.param("error", "handler", "Missing: other.handler: ModuleNotFoundError", id="module"),
    pytest.param("error", "handler", "Required: ", id="requirements"),
    pytest.param("error", "handler", "Inline: index.other: index has no function", id="inline"),
    pytest.param("warning", "local", "Image is not run: its code is a container image", id="image"),
    pytest.param("warning", "local", "Far is not run: its code is at s3://", id="S3"),
    pytest.param("error", "code", "Gone: gone does not exist", id="a folder that is not there"),
    pytest.param("warning", "local", "Layered runs without the layer arn:aws:lambda", id="layer"),
]


@pytest.mark.parametrize(("severity", "rule", "start"), SAID)
def test_a_problem_is_said(
    problems: list[dict[str, Any]], severity: str, rule: str, start: str
) -> None:
    (found,) = [one for one in problems if one["message"].startswith(start)]
    assert (found["severity"], found["rule"]) == (severity, rule)


def test_a_syntax_error_has_the_place_in_its_own_file(problems: list[dict[str, Any]]) -> None:
    (found,) = [one for one in problems if one["message"].startswith("'['")]
    assert (Path(found["file"]).parts[-2:], found["line"], found["column"]) == (
        ("bad", "app.py"), 2, 12
    )  # fmt: skip


def test_requirements_that_cannot_be_read_are_named_with_their_line(
    problems: list[dict[str, Any]],
) -> None:
    (found,) = [one for one in problems if one["message"].startswith("Required: ")]
    assert "requirements.txt:2: ./gone.whl does not exist" in found["message"]


def test_what_is_right_is_not_mentioned_and_nothing_twice(problems: list[dict[str, Any]]) -> None:
    assert len([one for one in problems if "Gone" in one["message"]]) == 1
    assert not [one for one in problems if one["rule"] == "handler" and "Good" in one["message"]]
