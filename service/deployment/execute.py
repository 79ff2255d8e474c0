"""Carry out a deployment plan against a backend, step by step."""

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from service.backend.endpoint import Backend
from service.deployment.bucket import Bucket
from service.deployment.changes import Change, read_changes
from service.deployment.errors import DeploymentError, NotApprovedError
from service.deployment.events import StackEvents
from service.deployment.plan import (
    ApplyTemplate,
    EnsureBucket,
    RemoveFailedStack,
    Step,
    UploadBundle,
)
from service.deployment.polling import Sleep, polls
from service.deployment.progress import Progress
from service.deployment.stack_state import find_stack, marked
from service.template.transform import transform

_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_TEMPLATE_BYTES = 51_200  # more is taken from S3 only ("CloudFormation quotas")


class Deployer:
    """Executes plans with the clients of one backend; `sleep` takes seconds."""

    def __init__(
        self, backend: Backend, progress: Progress | None = None, sleep: Sleep = time.sleep
    ) -> None:
        self._backend = backend
        self._progress = progress or Progress()
        self._cloudformation = backend.client("cloudformation")
        self._sleep = sleep

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
                    Bucket(self._backend, step.bucket).ensure()
                case UploadBundle():
                    Bucket(self._backend, step.bucket).put(step.key, step.bundle.content)
                case RemoveFailedStack():
                    self._remove(step.stack_name)
                case ApplyTemplate():
                    self._apply(step)

    def _remove(self, stack_name: str) -> None:
        self._cloudformation.delete_stack(StackName=stack_name)
        for _ in polls(self._sleep):
            if find_stack(self._cloudformation, stack_name) is None:
                return

    def _apply(self, step: ApplyTemplate) -> None:
        name = f"visitplannr-{step.digest[:16]}"
        transformed = transform(step.template, self._backend.region)
        self._cloudformation.create_change_set(
            StackName=step.stack_name,
            ChangeSetName=name,
            ChangeSetType="UPDATE" if step.update else "CREATE",
            Capabilities=_CAPABILITIES,
            **self._body(step, marked(transformed, digest=step.digest, bucket=step.bucket)),
        )
        changes = self._changes(step.stack_name, name)
        if changes is None:
            return
        if not self._progress.approve(changes):
            self._withdraw(step, name)
            raise NotApprovedError(f"{step.stack_name}: the changes were not applied")
        events = StackEvents(self._cloudformation, step.stack_name)
        events.skip()
        self._cloudformation.execute_change_set(StackName=step.stack_name, ChangeSetName=name)
        self._wait(step.stack_name, events)

    def _body(self, step: ApplyTemplate, template: Mapping[str, Any]) -> dict[str, str]:
        """Give the template itself, or where it was uploaded if it is too large."""
        body = json.dumps(template, default=str)
        if len(body.encode()) <= _TEMPLATE_BYTES:
            return {"TemplateBody": body}
        bucket, key = Bucket(self._backend, step.bucket), f"{step.stack_name}/{step.digest}.json"
        bucket.ensure()
        bucket.put(key, body.encode())
        return {"TemplateURL": bucket.url(key)}

    def _withdraw(self, step: ApplyTemplate, name: str) -> None:
        """Remove a change set, and the empty stack that one for a new stack leaves."""
        self._cloudformation.delete_change_set(StackName=step.stack_name, ChangeSetName=name)
        if not step.update:
            self._remove(step.stack_name)

    def _changes(self, stack_name: str, name: str) -> tuple[Change, ...] | None:
        """Wait for a change set; None if it would change nothing."""
        for _ in polls(self._sleep):
            found = self._cloudformation.describe_change_set(
                StackName=stack_name, ChangeSetName=name
            )
            reason = found.get("StatusReason", "")
            if found["Status"] == "CREATE_COMPLETE":
                return read_changes(self._with_all_changes(found, stack_name, name))
            if found["Status"] == "FAILED":
                self._cloudformation.delete_change_set(StackName=stack_name, ChangeSetName=name)
                if "contain changes" in reason or "No updates" in reason:
                    return None
                raise DeploymentError(f"{stack_name}: CloudFormation refuses the change: {reason}")
        return None

    def _with_all_changes(
        self, change_set: Mapping[str, Any], stack_name: str, name: str
    ) -> Mapping[str, Any]:
        """Read the pages of changes that follow the first."""
        changes, token = list(change_set.get("Changes", ())), change_set.get("NextToken")
        while token:
            page = self._cloudformation.describe_change_set(
                StackName=stack_name, ChangeSetName=name, NextToken=token
            )
            changes += page.get("Changes", ())
            token = page.get("NextToken")
        return {"Changes": changes}

    def _wait(self, stack_name: str, events: StackEvents) -> None:
        """Tell what happens until the stack is settled."""
        failures = []
        for _ in polls(self._sleep):
            stack = find_stack(self._cloudformation, stack_name)
            for event in events.new():
                self._progress.event(event)
                failures += [event] if event.failed else []
            status = stack["StackStatus"] if stack else "gone"
            if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
                return
            if not status.endswith("_IN_PROGRESS"):
                reason = failures[0] if failures else "the deployment failed without a reason"
                raise DeploymentError(f"{stack_name}: {reason}")
