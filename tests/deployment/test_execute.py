"""A plan carried out: what CloudFormation and the bucket are asked, and how it may end."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError
from visitplannr.deployment.bundle import Bundle
from visitplannr.deployment.changes import Change
from visitplannr.deployment.errors import DeploymentError, FailedPartError, NotApprovedError
from visitplannr.deployment.execute import Deployer, polls
from visitplannr.deployment.failed_parts import without_failed_parts
from visitplannr.deployment.plan import (
    ApplyTemplate,
    EnsureBucket,
    RemoveFailedStack,
    UploadBundle,
)
from visitplannr.deployment.prepared import Packaged
from visitplannr.deployment.progress import Progress, StackEvent, once

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

ADDED = {
    "ResourceChange": {"Action": "Add", "LogicalResourceId": "T", "ResourceType": "AWS::SNS::Topic"}
}
CHANGE = Change("Add", "T", "AWS::SNS::Topic")
NAME = "visitplannr-0123456789abcdef"


class CloudFormation:
    """Keeps one stack and one change set; `statuses` is how the stack goes on, look by look."""

    def __init__(
        self,
        change_sets: Sequence[Mapping[str, Any]] = (),
        statuses: Sequence[str] = ("CREATE_COMPLETE",),
    ) -> None:
        self.calls: list[str] = []
        self.created: Mapping[str, Any] = {}
        self.stack: str | None = None
        self._change_sets = list(change_sets) or [{"Status": "CREATE_COMPLETE", "Changes": [ADDED]}]
        self._statuses = list(statuses)
        self._events: list[dict[str, Any]] = []
        self.after_removal: list[str] = []

    def create_change_set(self, **given: Any) -> None:
        self.calls.append(f"create {given['ChangeSetName']}")
        self.created = given

    def describe_change_set(self, **given: Any) -> Mapping[str, Any]:
        self.calls.append("describe")
        return self._change_sets.pop(0)

    def delete_change_set(self, **given: Any) -> None:
        self.calls.append("delete change set")

    def execute_change_set(self, **given: Any) -> None:
        self.calls.append("execute")
        self.stack = "CREATE_IN_PROGRESS"

    def delete_stack(self, **given: Any) -> None:
        self.calls.append("delete stack")
        self.stack = None
        self._statuses = self.after_removal or self._statuses

    def describe_stacks(self, **given: Any) -> Mapping[str, Any]:
        if self.stack is None:
            error: Any = {"Code": "ValidationError", "Message": "Stack shop does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        self.stack = self._statuses.pop(0)
        self._happens(self.stack)
        return {"Stacks": [{"StackName": "shop", "StackStatus": self.stack}]}

    def get_paginator(self, _operation: str) -> "CloudFormation":
        return self

    def paginate(self, **given: Any) -> list[Mapping[str, Any]]:
        return [{"StackEvents": self._events[::-1]}]

    def _happens(self, status: str) -> None:
        self._events.append(
            {
                "EventId": str(len(self._events)),
                "Timestamp": datetime(2026, 1, 1, tzinfo=UTC),
                "LogicalResourceId": "T",
                "ResourceType": "AWS::SNS::Topic",
                "ResourceStatus": status.replace("ROLLBACK_IN_PROGRESS", "CREATE_FAILED"),
                "ResourceStatusReason": "no such thing" if "ROLLBACK" in status else "",
            }
        )


class Bucket:
    def __init__(self, calls: list[str], name: str) -> None:
        self.name, self._calls = name, calls

    def ensure(self) -> None:
        self._calls.append(f"ensure {self.name}")

    def put(self, key: str, content: bytes) -> None:
        self._calls.append(f"put {key} of {len(content)} bytes")

    def url(self, key: str) -> str:
        return f"https://s3/{self.name}/{key}"


def deployer(aws: CloudFormation, progress: Progress | None = None) -> Deployer:
    client = cast("CloudFormationClient", aws)
    slept: list[float] = []
    return Deployer(
        client, lambda name: Bucket(aws.calls, name), "us-east-1", progress, slept.append
    )


def step(*, update: bool = False, size: int = 0) -> ApplyTemplate:
    template = {
        "Description": "x" * size,
        "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
    }
    return ApplyTemplate("shop", Packaged(template), "0123456789abcdef", "bundles", update=update)


def test_a_plan_is_carried_out_in_its_order() -> None:
    aws = CloudFormation(statuses=("CREATE_IN_PROGRESS", "CREATE_COMPLETE"))
    happened: list[str] = []

    def tell(event: StackEvent) -> None:
        happened.append(event.status)

    upload = UploadBundle("bundles", "shop/1.zip", Bundle(b"zip", "1"))
    deployer(aws, Progress(event=tell)).execute([EnsureBucket("bundles"), upload, step()])
    assert aws.calls == [
        "ensure bundles", "put shop/1.zip of 3 bytes", f"create {NAME}", "describe", "execute",
    ]  # fmt: skip
    assert happened == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert aws.created["ChangeSetType"] == "CREATE"
    noted = json.loads(aws.created["TemplateBody"])["Metadata"]["visitplannr"]
    assert noted == {"digest": "0123456789abcdef", "bucket": "bundles"}


def test_a_template_over_cloudformations_limit_goes_through_the_bucket() -> None:
    aws = CloudFormation()
    deployer(aws).execute([step(size=60_000, update=True)])
    assert aws.created["TemplateURL"] == "https://s3/bundles/shop/0123456789abcdef.json"
    assert "TemplateBody" not in aws.created
    assert aws.created["ChangeSetType"] == "UPDATE"
    assert aws.calls[0] == "ensure bundles"


@pytest.mark.parametrize(
    ("update", "cleared"),
    [(True, ["delete change set"]), (False, ["delete change set", "delete stack"])],
)
def test_what_is_not_approved_leaves_the_stack_as_it_was(update: bool, cleared: list[str]) -> None:
    aws = CloudFormation()
    asked: list[Change] = []

    def refuse(changes: Sequence[Change]) -> bool:
        asked.extend(changes)
        return False

    with pytest.raises(NotApprovedError, match="shop: the changes were not applied"):
        deployer(aws, Progress(approve=refuse)).execute([step(update=update)])
    assert asked == [CHANGE]
    assert aws.calls == [f"create {NAME}", "describe", *cleared]


def test_a_preview_reads_every_page_and_withdraws_the_change_set() -> None:
    first = {"Status": "CREATE_COMPLETE", "Changes": [ADDED], "NextToken": "more"}
    aws = CloudFormation([{"Status": "CREATE_IN_PROGRESS"}, first, {"Changes": [ADDED]}])
    assert deployer(aws).preview(step(update=True)) == (CHANGE, CHANGE)
    assert aws.calls == [f"create {NAME}", *["describe"] * 3, "delete change set"]


@pytest.mark.parametrize(
    "reason",
    ["The submitted information didn't contain changes.", "No updates are to be performed."],
)
def test_no_change_is_no_error_and_leaves_no_change_set(reason: str) -> None:
    aws = CloudFormation([{"Status": "FAILED", "StatusReason": reason}])
    deployer(aws).execute([step(update=True)])
    assert aws.calls == [f"create {NAME}", "describe", "delete change set"]


def test_a_refused_change_is_an_error_with_cloudformations_reason() -> None:
    aws = CloudFormation([{"Status": "FAILED", "StatusReason": "T: no"}])
    with pytest.raises(DeploymentError, match="shop: CloudFormation refuses the change: T: no"):
        deployer(aws).execute([step()])


def test_a_stack_that_rolls_back_is_an_error_that_names_the_first_failure() -> None:
    aws = CloudFormation(
        statuses=("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE")
    )
    with pytest.raises(DeploymentError, match=r"shop: T \(AWS::SNS::Topic\): no such thing"):
        deployer(aws).execute([step()])


FAILS = ("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE")


def test_a_new_stack_is_made_again_without_what_cannot_be_made() -> None:
    aws = CloudFormation([{"Status": "CREATE_COMPLETE", "Changes": [ADDED]}] * 2, (*FAILS, "x"))
    aws.after_removal = ["CREATE_COMPLETE"]
    said: list[str] = []
    packaged = Packaged(
        {
            "Resources": {
                "T": {"Type": "AWS::SNS::Topic"},
                "Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "T"}}},
            }
        }
    )
    wanted = ApplyTemplate("shop", packaged, "0123456789abcdef", "bundles", update=False)
    without_failed_parts(deployer(aws), [EnsureBucket("bundles"), wanted], said.append)
    assert said == ["T is left out: AWS::SNS::Topic could not be made: no such thing."]
    made = json.loads(aws.created["TemplateBody"])
    assert list(made["Resources"]) == ["Q"]
    assert list(made["Metadata"]["visitplannr"]["left_out"]) == ["T"]
    assert "delete stack" in aws.calls
    assert aws.calls.count("ensure bundles") == 1


def test_what_is_tried_again_is_said_once() -> None:
    said: list[str] = []
    say = once(said.append)
    for line in ("a", "b", "a"):
        say(line)
    assert said == ["a", "b"]


def test_an_update_that_fails_is_taken_back() -> None:
    aws = CloudFormation(statuses=FAILS)
    with pytest.raises(FailedPartError, match="no such thing"):
        without_failed_parts(deployer(aws), [step(update=True)], pytest.fail)


@pytest.mark.parametrize(("as_it_was", "kept"), [("", ["Q"]), ("another", ["T", "Q"])])
def test_what_failed_stays_out_of_updates_until_it_is_changed(
    as_it_was: str, kept: list[str]
) -> None:
    aws = CloudFormation()
    resources = {"T": {"Type": "AWS::SNS::Topic"}, "Q": {"Type": "AWS::SQS::Queue"}}
    wanted = ApplyTemplate(
        "shop", Packaged({"Resources": resources}), "1", "b", update=True, left_out={"T": as_it_was}
    )
    deployer(aws).execute([wanted])
    assert list(json.loads(aws.created["TemplateBody"])["Resources"]) == kept


def test_a_failed_stack_is_removed_before_it_is_made_again() -> None:
    aws = CloudFormation()
    deployer(aws).execute([RemoveFailedStack("shop"), step()])
    assert aws.calls == ["delete stack", f"create {NAME}", "describe", "execute"]


def test_pauses_grow_to_two_seconds() -> None:
    slept: list[float] = []
    looks = polls(slept.append)
    for _ in range(20):
        next(looks)
    assert slept[:2] == [0.01, 0.015]
    assert slept[-1] == 2.0
