"""`visitplannr permissions`: what each function of a stack may do."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.cli.place import Place, PlaceError, physical_name, resources_of
from visitplannr.cli.tables import columns
from visitplannr.deployment.permissions import Permissions, permissions


def run_permissions(place: Place, function: str | None, *, as_json: bool) -> int:
    """Print each function's role, and by resource what its policies allow.

    Raises:
        PlaceError: there is no such stack or function, or IAM cannot be read.
    """
    wanted = physical_name(place, function) if function else None
    functions = [
        resource
        for resource in resources_of(place)
        if resource.type == "AWS::Lambda::Function" and wanted in {None, resource.physical_id}
    ]
    try:
        found = permissions(place.backend, functions)
    except (BotoCoreError, ClientError) as error:
        raise PlaceError(f"the roles of {place.stack_name} cannot be read: {error}") from error
    if as_json:
        listed = [{**asdict(one), "warnings": one.warnings} for one in found]
        sys.stdout.write(f"{json.dumps(listed)}\n")
    else:
        sys.stdout.write("\n\n".join("\n".join(_shown(one)) for one in found) + "\n")
    return 0


def _shown(found: Permissions) -> Iterator[str]:
    yield f"{found.logical_id}  {found.function}"
    yield f"  Role  {found.role}"
    rows = []
    for policy in found.policies:
        kind = "managed" if policy.managed else "inline"
        if policy.grants is None:
            yield f"  {policy.name} ({kind}): its document is not at this backend"
        for grant in policy.grants or ():
            condition = ", on a condition" if grant.conditional else ""
            source = f"{policy.name} ({kind}){condition}"
            actions = ", ".join(grant.actions)
            rows += [(resource, grant.effect, actions, source) for resource in grant.resources]
    yield from columns(sorted(rows))
    for warning in found.warnings:
        yield f"  ! too wide: {warning}"
