"""`visitplannr delete`: delete a stack and the bucket of its code, after asking."""

import sys

from visitplannr.cli.place import Place, PlaceError
from visitplannr.deployment.changes import holds_data
from visitplannr.deployment.delete import Deletion, delete, plan_deletion
from visitplannr.deployment.progress import Progress, StackEvent


def run_delete(place: Place, *, yes: bool) -> int:
    """Delete what there is; return 1 if the stack is still there.

    Raises:
        DeploymentError: the backend cannot be asked.
        PlaceError: nobody agreed, or nobody could be asked.
    """
    deletion = plan_deletion(place.backend, place.stack_name)
    if deletion.nothing:
        sys.stdout.write(f"there is nothing to delete of the stack {place.stack_name}\n")
        return 0
    if not yes:
        _ask(place, deletion)
    left = delete(place.backend, deletion, Progress(event=_print))
    for one in left:
        sys.stdout.write(f"left: {one.what}: {one.why}\n")
    if any(one.what == place.stack_name for one in left):
        sys.stderr.write(f"visitplannr: {place.stack_name} is not deleted\n")
        return 1
    sys.stdout.write(f"{place.stack_name} is deleted\n")
    if place.url:
        sys.stdout.write(
            "`visitplannr up` still runs, without it: start it again to have it back\n"
        )
    return 0


def _ask(place: Place, deletion: Deletion) -> None:
    where = f"{place.backend.endpoint_url}, region {place.backend.region}"
    sys.stdout.write(f"Delete {place.stack_name} ({where})?\n")
    if deletion.stack_id:
        sys.stdout.write(f"  {len(deletion.resources)} resources\n")
    for resource in deletion.resources:
        if holds_data(resource.type):
            sys.stdout.write(f"  with all data of {resource.logical_id} ({resource.physical_id})\n")
    if deletion.bucket and not deletion.shared:
        sys.stdout.write(f"  the bucket {deletion.bucket}\n")
    if not sys.stdin.isatty():
        raise PlaceError("nothing is deleted: nobody can be asked here; --yes goes without asking")
    sys.stdout.write("[y/N] ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise PlaceError("nothing is deleted")


def _print(event: StackEvent) -> None:
    line = f"  {event.time}  {event.status:20}  {event.logical_id}  {event.reason}"
    sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()
