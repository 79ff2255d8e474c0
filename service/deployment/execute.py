"""Carry out a deployment plan against a backend, step by step."""

import functools
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from service.backend.endpoint import Backend
from service.deployment.changes import Approve, everything, read_changes
from service.deployment.plan import (
    DIGEST_TAG,
    ApplyTemplate,
    EnsureBucket,
    RemoveFailedStack,
    StackState,
    Step,
    UploadBundle,
)
from service.template.transform import transform

_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")


class DeploymentError(Exception):
    """The stack could not be deployed; the message has the first failed resource and its reason."""


class NotApprovedError(DeploymentError):
    """The changes were not approved, so the stack is as it was."""


class Deployer:
    """Executes plans with the clients of one backend.

    `approve` decides about the changes to a stack that exists; `sleep` takes seconds.
    """

    def __init__(
        self,
        backend: Backend,
        approve: Approve = everything,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._backend = backend
        self._approve = approve
        self._cloudformation = backend.client("cloudformation")
        self._sleep = sleep

    def state(self, stack_name: str) -> StackState | None:
        """Look at a stack: None if there is none, or one still under review without resources."""
        try:
            stack = self._cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        if stack["StackStatus"] in {"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"}:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
        return StackState(stack["StackStatus"], tags.get(DIGEST_TAG))

    def execute(self, plan: Iterable[Step]) -> None:
        """Carry out the steps in order.

        Raises:
            DeploymentError: the stack ended in a failed state.
            NotApprovedError: the changes were not approved; nothing has changed.
            TemplateError: the SAM transform refused the template.
        """
        for step in plan:
            match step:
                case EnsureBucket():
                    self._ensure_bucket(step.bucket)
                case UploadBundle():
                    self._upload(step)
                case RemoveFailedStack():
                    self._remove(step.stack_name)
                case ApplyTemplate():
                    self._apply(step)

    @functools.cached_property
    def _s3(self) -> Any:
        return self._backend.client("s3")

    def _upload(self, step: UploadBundle) -> None:
        self._s3.put_object(Bucket=step.bucket, Key=step.bundle.key, Body=step.bundle.content)

    def _ensure_bucket(self, bucket: str) -> None:
        place: dict[str, Any] = {}
        if self._backend.region != "us-east-1":
            place = {"CreateBucketConfiguration": {"LocationConstraint": self._backend.region}}
        try:
            self._s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            self._s3.create_bucket(Bucket=bucket, **place)

    def _remove(self, stack_name: str) -> None:
        self._cloudformation.delete_stack(StackName=stack_name)
        for _ in self._waits():
            if self.state(stack_name) is None:
                return

    def _apply(self, step: ApplyTemplate) -> None:
        name = f"visitplannr-{step.digest[:16]}"
        body = json.dumps(transform(step.template, self._backend.region), default=str)
        self._cloudformation.create_change_set(
            StackName=step.stack_name,
            ChangeSetName=name,
            ChangeSetType="UPDATE" if step.update else "CREATE",
            TemplateBody=body,
            Capabilities=_CAPABILITIES,
            Tags=[{"Key": DIGEST_TAG, "Value": step.digest}],
        )
        change_set = self._ready_change_set(step.stack_name, name)
        if change_set is None:
            return
        if step.update and not self._approve(read_changes(change_set)):
            self._cloudformation.delete_change_set(StackName=step.stack_name, ChangeSetName=name)
            raise NotApprovedError(f"{step.stack_name}: the changes were not applied")
        self._cloudformation.execute_change_set(StackName=step.stack_name, ChangeSetName=name)
        self._wait_for_stack(step.stack_name)

    def _ready_change_set(self, stack_name: str, name: str) -> Mapping[str, Any] | None:
        """Wait for a change set; None if it would change nothing."""
        for _ in self._waits():
            change_set: Mapping[str, Any] = self._cloudformation.describe_change_set(
                StackName=stack_name, ChangeSetName=name
            )
            reason = change_set.get("StatusReason", "")
            if change_set["Status"] == "CREATE_COMPLETE":
                return change_set
            if change_set["Status"] == "FAILED":
                self._cloudformation.delete_change_set(StackName=stack_name, ChangeSetName=name)
                if "contain changes" in reason or "No updates" in reason:
                    return None
                raise DeploymentError(f"{stack_name}: CloudFormation refuses the change: {reason}")
        return None

    def _wait_for_stack(self, stack_name: str) -> None:
        for _ in self._waits():
            state = self.state(stack_name)
            if state and state.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
                return
            if state is None or not state.status.endswith("_IN_PROGRESS"):
                raise DeploymentError(f"{stack_name}: {self._first_failure(stack_name)}")

    def _first_failure(self, stack_name: str) -> str:
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(
            StackName=stack_name
        )
        failures = [
            f"{event['LogicalResourceId']} ({event['ResourceType']}): "
            f"{event.get('ResourceStatusReason', event['ResourceStatus'])}"
            for page in pages
            for event in page["StackEvents"]
            if event["ResourceStatus"].endswith("_FAILED")
        ]
        return failures[-1] if failures else "the deployment failed without a reason"

    def _waits(self) -> Iterator[None]:
        """Yield at once, then after growing pauses from 10 ms to 2 s."""
        pause = 0.01
        while True:
            yield
            self._sleep(pause)
            pause = min(pause * 1.5, 2.0)
