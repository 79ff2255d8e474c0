"""Carry out a deployment plan against a backend, step by step."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from botocore.exceptions import ClientError

from visitplannr.deployment.changes import Change, read_changes
from visitplannr.deployment.errors import DeploymentError, FailedPartError, NotApprovedError
from visitplannr.deployment.plan import (
    ApplyTemplate,
    EnsureBucket,
    RemoveFailedStack,
    Step,
    UploadBundle,
)
from visitplannr.deployment.prepared import Preparation, Store
from visitplannr.deployment.progress import Progress, StackEvents
from visitplannr.deployment.stack_state import find_stack, marked
from visitplannr.template.left_out import without
from visitplannr.template.translation import Translate, translated

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import DescribeChangeSetOutputTypeDef

Sleep = Callable[[float], None]

_CAPABILITIES: "tuple[CapabilityType, ...]" = (
    "CAPABILITY_IAM",
    "CAPABILITY_NAMED_IAM",
    "CAPABILITY_AUTO_EXPAND",
)
_TEMPLATE_BYTES = 51_200  # more is taken from S3 only ("CloudFormation quotas")


class _ChangeSetName(TypedDict):
    StackName: str
    ChangeSetName: str


class _Body(TypedDict, total=False):
    TemplateBody: str
    TemplateURL: str


class Deployer:
    """Executes plans with CloudFormation and the buckets of one backend; `sleep` takes seconds."""

    def __init__(  # noqa: PLR0913 - clients, and what works with them
        self,
        cloudformation: "CloudFormationClient",
        bucket: Callable[[str], Store],
        region: str,
        progress: Progress | None = None,
        sleep: Sleep = time.sleep,
        *,
        translate: Translate = translated,
    ) -> None:
        self._cloudformation = cloudformation
        self._bucket = bucket
        self._region = region
        self._progress = progress or Progress()
        self._sleep = sleep
        self._translate = translate

    def execute(self, plan: Iterable[Step]) -> None:
        """Carry out the steps in order.

        Raises:
            FailedPartError: the stack ended in a failed state, because of one resource.
            DeploymentError: so it did, for another reason, or the change was refused.
            NotApprovedError: the changes were not approved; nothing has changed.
            TemplateError: the SAM transform refused the template.
        """
        for step in plan:
            match step:
                case EnsureBucket():
                    self._bucket(step.bucket).ensure()
                case UploadBundle():
                    self._bucket(step.bucket).put(step.key, step.bundle.content)
                case RemoveFailedStack():
                    self._remove(step.stack_name)
                case ApplyTemplate():
                    self._apply(step)

    def preview(self, step: ApplyTemplate) -> tuple[Change, ...]:
        """Let CloudFormation say what a step would change, and leave the stack as it is."""
        changes = self._propose(step)
        if changes:
            self._withdraw(step)
        return changes

    def _apply(self, step: ApplyTemplate) -> None:
        changes = self._propose(step)
        if not changes:
            return
        if not self._progress.approve(changes):
            self._withdraw(step)
            raise NotApprovedError(f"{step.stack_name}: the changes were not applied")
        events = StackEvents(self._cloudformation, step.stack_name)
        self._cloudformation.execute_change_set(**_change_set(step))
        self._wait(step.stack_name, events)

    def _propose(self, step: ApplyTemplate) -> tuple[Change, ...]:
        """Make a change set, and read what it would change; without changes, none is left."""
        bucket = self._bucket(step.bucket)
        say = self._progress.say
        to_backend = Preparation(
            self._cloudformation, self._region, bucket, step.stack_name, say, self._translate
        )
        template = to_backend.prepared(step.packaged)
        left_out = _left_out(step, template)
        template = without(template, left_out) if left_out else template
        try:
            self._create_change_set(step, template, left_out)
        except ClientError as error:
            kept = to_backend.without_unknown(template, error)
            self._create_change_set(step, kept, left_out)
        return self._changes(step)

    def _create_change_set(
        self, step: ApplyTemplate, template: Mapping[str, Any], left_out: Mapping[str, str]
    ) -> None:
        noted = marked(template, digest=step.digest, bucket=step.bucket, left_out=left_out)
        self._cloudformation.create_change_set(
            **_change_set(step),
            ChangeSetType="UPDATE" if step.update else "CREATE",
            Capabilities=_CAPABILITIES,
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in step.packaged.parameters.items()
            ],
            **self._body(step, noted),
        )

    def _body(self, step: ApplyTemplate, template: Mapping[str, Any]) -> _Body:
        """Give the template itself, or where it was uploaded if it is too large."""
        body = json.dumps(template, default=str)
        if len(body.encode()) <= _TEMPLATE_BYTES:
            return {"TemplateBody": body}
        bucket, key = self._bucket(step.bucket), f"{step.stack_name}/{step.digest}.json"
        bucket.ensure()
        bucket.put(key, body.encode())
        return {"TemplateURL": bucket.url(key)}

    def _withdraw(self, step: ApplyTemplate) -> None:
        """Remove a change set, and the empty stack that one for a new stack leaves."""
        self._cloudformation.delete_change_set(**_change_set(step))
        if not step.update:
            self._remove(step.stack_name)

    def _changes(self, step: ApplyTemplate) -> tuple[Change, ...]:
        for _ in polls(self._sleep):
            found = self._cloudformation.describe_change_set(**_change_set(step))
            if found["Status"] == "CREATE_COMPLETE":
                return tuple(self._pages(step, found))
            if found["Status"] == "FAILED":
                self._withdraw(step)
                reason = found.get("StatusReason", "")
                if "contain changes" in reason or "No updates" in reason:
                    return ()
                raise DeploymentError(
                    f"{step.stack_name}: CloudFormation refuses the change: {reason}"
                )
        return ()

    def _pages(
        self, step: ApplyTemplate, page: "DescribeChangeSetOutputTypeDef"
    ) -> Iterator[Change]:
        """Read the changes of a change set's first page, and of those that follow."""
        yield from read_changes(page)
        while token := page.get("NextToken"):
            page = self._cloudformation.describe_change_set(**_change_set(step), NextToken=token)
            yield from read_changes(page)

    def _remove(self, stack_name: str) -> None:
        self._cloudformation.delete_stack(StackName=stack_name)
        for _ in polls(self._sleep):
            if find_stack(self._cloudformation, stack_name) is None:
                return

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
                if failures:
                    raise FailedPartError(f"{stack_name}: {failures[0]}", failures[0])
                raise DeploymentError(f"{stack_name}: the deployment failed without a reason")


def _left_out(step: ApplyTemplate, template: Mapping[str, Any]) -> dict[str, str]:
    """Digest the resources that stay out: those that are still as they were when they failed."""
    found = {}
    for logical_id, as_it_was in step.left_out.items():
        if (resource := template["Resources"].get(logical_id)) is not None:
            text = json.dumps(resource, sort_keys=True, default=str)
            digest = hashlib.sha256(text.encode()).hexdigest()
            if as_it_was in {"", digest}:
                found[logical_id] = digest
    return found


def _change_set(step: ApplyTemplate) -> _ChangeSetName:
    """Name a step's change set, as CloudFormation's requests want it."""
    return {"StackName": step.stack_name, "ChangeSetName": f"visitplannr-{step.digest[:16]}"}


def polls(sleep: Sleep = time.sleep) -> Iterator[None]:
    """Yield at once, then after growing pauses from 10 ms to 2 s: CloudFormation tells nobody."""
    pause = 0.01
    while True:
        yield
        sleep(pause)
        pause = min(pause * 1.5, 2.0)
