"""Delete a stack and the bucket of its bundles, and say what is left and why."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.stack_resources import list_resources
from visitplannr.deployment.bucket import Bucket
from visitplannr.deployment.errors import explained
from visitplannr.deployment.execute import Sleep, polls
from visitplannr.deployment.plan import bucket_name
from visitplannr.deployment.progress import Progress, StackEvent, StackEvents
from visitplannr.deployment.stack_state import find_stack, read_state
from visitplannr.model.application import Resource

_REASONS = {"DELETE_SKIPPED": "its DeletionPolicy keeps it"}


@dataclass(frozen=True, slots=True)
class Deletion:
    """What there is of a stack; the bucket is `shared` if the stack's user named it."""

    stack_name: str
    stack_id: str | None
    resources: tuple[Resource, ...]
    bucket: str | None
    shared: bool = False

    @property
    def nothing(self) -> bool:
        return self.stack_id is None and self.bucket is None


@dataclass(frozen=True, slots=True)
class Left:
    """Something that is still there."""

    what: str
    why: str


def plan_deletion(backend: Backend, stack_name: str) -> Deletion:
    """See what there is of a stack.

    Raises:
        DeploymentError: the backend cannot be asked.
    """
    with explained(backend, stack_name):
        cloudformation = backend.client("cloudformation")
        state = read_state(cloudformation, stack_name)
        own = bucket_name(stack_name, backend.account_id, backend.region)
        bucket = (state.bucket if state else None) or own
        return Deletion(
            stack_name,
            state.stack_id if state else None,
            list_resources(cloudformation, stack_name) if state else (),
            bucket if Bucket(backend, bucket).exists() else None,
            shared=bucket != own,
        )


def delete(
    backend: Backend, deletion: Deletion, progress: Progress, sleep: Sleep = time.sleep
) -> tuple[Left, ...]:
    """Delete what was planned; give what is left. A stack that is left keeps its bucket.

    Raises:
        DeploymentError: the backend cannot be asked.
    """
    with explained(backend, deletion.stack_name):
        left = list(_delete_stack(backend, deletion, progress, sleep))
        if any(one.what == deletion.stack_name for one in left):
            return tuple(left)
        return (*left, *_log_groups(backend, deletion), *_delete_bucket(backend, deletion))


def _delete_stack(
    backend: Backend, deletion: Deletion, progress: Progress, sleep: Sleep
) -> Iterator[Left]:
    if deletion.stack_id is None:
        return
    client = backend.client("cloudformation")
    events = StackEvents(client, deletion.stack_id)
    client.delete_stack(StackName=deletion.stack_name)
    left = {}
    for _ in polls(sleep):
        stack = find_stack(client, deletion.stack_name)
        status = stack["StackStatus"] if stack else "gone"
        for event in _new_events(events):
            progress.event(event)
            if event.failed or event.status in _REASONS:
                left[event.logical_id] = _REASONS.get(event.status, event.reason)
        if not status.endswith("_IN_PROGRESS"):
            if stack:
                left.setdefault(deletion.stack_name, f"the stack is {status}")
            break
    yield from (Left(what, why) for what, why in left.items())


def _new_events(events: StackEvents) -> list[StackEvent]:
    """Read events of a stack that may be gone: emulators forget those with it."""
    try:
        return events.new()
    except ClientError:
        return []


def _log_groups(backend: Backend, deletion: Deletion) -> Iterator[Left]:
    client = backend.client("logs")
    of_stack = {resource.physical_id for resource in deletion.resources}
    for resource in deletion.resources:
        name = f"/aws/lambda/{resource.physical_id}"
        if resource.type == "AWS::Lambda::Function" and name not in of_stack:
            groups = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
            if any(group["logGroupName"] == name for group in groups):
                yield Left(name, "logs are not part of the stack; delete-log-group removes them")


def _delete_bucket(backend: Backend, deletion: Deletion) -> Iterator[Left]:
    if deletion.bucket is None:
        return
    bucket = Bucket(backend, deletion.bucket)
    bucket.empty(f"{deletion.stack_name}/")
    if deletion.shared:
        yield Left(
            bucket.name, "the bucket was named with --bucket; only this stack's code is gone"
        )
        return
    try:
        bucket.delete()
    except ClientError as error:
        yield Left(bucket.name, str(error))
