"""What is planned for which state of the stack."""

import json
from pathlib import Path
from typing import Any

import pytest
from visitplannr.deployment.packages import as_it_lies
from visitplannr.deployment.plan import (
    ApplyTemplate,
    EnsureBucket,
    RemoveFailedStack,
    Step,
    Target,
    UploadBundle,
    bucket_name,
    plan_deployment,
    stack_name_of,
)
from visitplannr.deployment.stack_state import StackState
from visitplannr.template.code import local_code
from visitplannr.template.project import read_project

TEMPLATE: dict[str, Any] = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Hello": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "code"}},
        "Plain": {"Type": "AWS::Lambda::Function", "Properties": {"Code": "code"}},
        "Table": {"Type": "AWS::DynamoDB::Table"},
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text("def handler(event, context): ...")
    return tmp_path


def plan(folder: Path, deployed: StackState | None) -> tuple[Step, ...]:
    (folder / "template.json").write_text(json.dumps(TEMPLATE))
    project = read_project(folder / "template.json")
    bundles = as_it_lies(project.template, local_code(project.template, folder))
    return plan_deployment(project, bundles, Target("shop", "bundles", deployed))


def applied(steps: tuple[Step, ...]) -> ApplyTemplate:
    (step,) = (step for step in steps if isinstance(step, ApplyTemplate))
    return step


def test_a_new_stack_gets_bucket_bundle_and_template(folder: Path) -> None:
    steps = plan(folder, None)
    assert [type(step) for step in steps] == [EnsureBucket, UploadBundle, ApplyTemplate]
    assert not applied(steps).update


def test_code_is_replaced_by_where_it_was_uploaded(folder: Path) -> None:
    steps = plan(folder, None)
    resources = applied(steps).packaged.template["Resources"]
    (bundle,) = (step.bundle for step in steps if isinstance(step, UploadBundle))
    assert resources["Hello"]["Properties"]["CodeUri"] == {
        "Bucket": "bundles",
        "Key": f"shop/{bundle.digest}.zip",
    }
    assert resources["Plain"]["Properties"]["Code"] == {
        "S3Bucket": "bundles",
        "S3Key": f"shop/{bundle.digest}.zip",
    }


def test_planning_leaves_the_template_as_it_was(folder: Path) -> None:
    plan(folder, None)
    assert TEMPLATE["Resources"]["Hello"]["Properties"] == {"CodeUri": "code"}


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE"])
def test_what_is_deployed_already_needs_no_step(folder: Path, status: str) -> None:
    digest = applied(plan(folder, None)).digest
    assert plan(folder, StackState("id", status, digest)) == ()


def test_changed_code_updates_the_stack(folder: Path) -> None:
    digest = applied(plan(folder, None)).digest
    (folder / "code" / "app.py").write_text("changed")
    assert applied(plan(folder, StackState("id", "CREATE_COMPLETE", digest))).update


@pytest.mark.parametrize(
    ("status", "removed"),
    [
        ("CREATE_COMPLETE", False),
        ("UPDATE_ROLLBACK_COMPLETE", False),
        ("ROLLBACK_COMPLETE", True),
        ("CREATE_FAILED", True),
        ("DELETE_FAILED", True),
    ],
)
def test_a_stack_that_cannot_be_updated_is_removed_first(
    folder: Path, status: str, removed: bool
) -> None:
    steps = plan(folder, StackState("id", status, None))
    assert (RemoveFailedStack("shop") in steps) is removed
    assert applied(steps).update is not removed


@pytest.mark.parametrize(
    ("folder_name", "stack_name"),
    [
        ("visitplannr", "visitplannr"),
        ("my_app v2", "my-app-v2"),
        ("2fast", "stack-2fast"),
        ("...", "stack"),
        ("x" * 200, "x" * 100),
    ],
)
def test_a_stack_is_named_after_its_folder(folder_name: str, stack_name: str) -> None:
    assert stack_name_of(Path("/") / folder_name) == stack_name


def test_a_bucket_name_is_lower_case_and_fits() -> None:
    name = bucket_name("MyApp" * 30, "000000000000", "us-east-1")
    assert name == name.lower()
    assert len(name) == 63
    assert name.endswith("-000000000000-us-east-1")
