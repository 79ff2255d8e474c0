"""The resources of the stacks, as MiniStack's CloudFormation made them, by their ARNs."""

from collections.abc import Iterator, Sequence

from visitplannr.backend.server.ministack.seams import service
from visitplannr.iam.owned import owned_resource
from visitplannr.iam.propose import Owned


def owned() -> Sequence[Owned]:
    """List those that have an ARN."""
    return [one for _, one in _found()]


def logical_id(function: str) -> str:
    """Give the logical id of a function by its name; the name if it is no stack's."""
    for physical_id, one in _found():
        if one.type == "AWS::Lambda::Function" and physical_id == function:
            return one.logical_id
    return function


def _found() -> Iterator[tuple[str, Owned]]:
    """Yield the resources with their physical ids."""
    for (account, region, _), stack in list(service("cloudformation")._stacks._data.items()):
        for name, record in list(stack.get("_resources", {}).items()):
            kind, physical_id = record["ResourceType"], str(record["PhysicalResourceId"])
            attributes = record.get("Attributes") or {}
            one = owned_resource(name, kind, physical_id, account, region)
            if one is None and attributes.get("Arn"):
                one = Owned(name, kind, str(attributes["Arn"]))
            if one:
                yield physical_id, one
