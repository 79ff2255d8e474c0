"""`visitplannr delete`: delete a stack and the bucket of its code, after asking."""

import sys

from visitplannr.cli.output import agreed, complain, print_line
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
        print_line(f"there is nothing to delete of the stack {place.stack_name}")
        return 0
    if not yes:
        _ask(place, deletion)
    left = delete(place.backend, deletion, Progress(event=_print))
    for one in left:
        print_line(f"left: {one.what}: {one.why}")
    if any(one.what == place.stack_name for one in left):
        complain(f"visitplannr: {place.stack_name} is not deleted")
        return 1
    print_line(f"{place.stack_name} is deleted")
    if place.url:
        print_line("`visitplannr up` still runs, without it: start it again to have it back")
    return 0


def _ask(place: Place, deletion: Deletion) -> None:
    where = f"{place.backend.endpoint_url}, region {place.backend.region}"
    print_line(f"Delete {place.stack_name} ({where})?")
    if deletion.stack_id:
        print_line(f"  {len(deletion.resources)} resources")
    for resource in deletion.resources:
        if holds_data(resource.type):
            print_line(f"  with all data of {resource.logical_id} ({resource.physical_id})")
    if deletion.bucket and not deletion.shared:
        print_line(f"  the bucket {deletion.bucket}")
    if not sys.stdin.isatty():
        raise PlaceError("nothing is deleted: nobody can be asked here; --yes goes without asking")
    if not agreed("[y/N]"):
        raise PlaceError("nothing is deleted")


def _print(event: StackEvent) -> None:
    print_line(f"  {event.time}  {event.status:20}  {event.logical_id}  {event.reason}".rstrip())
