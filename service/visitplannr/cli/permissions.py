"""`visitplannr permissions`: what each function of a stack may do."""

from collections.abc import Iterator
from dataclasses import asdict

from visitplannr.cli.output import print_json, print_line
from visitplannr.cli.place import Place, in_one_line, physical_name, resources_of
from visitplannr.deployment.permissions import Permissions, permissions
from visitplannr.up.terminal import columns


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
    with in_one_line(f"the roles of {place.stack_name} cannot be read"):
        found = permissions(place.backend, functions)
    if as_json:
        print_json([{**asdict(one), "warnings": one.warnings} for one in found])
    else:
        print_line("\n\n".join("\n".join(_shown(one)) for one in found))
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
