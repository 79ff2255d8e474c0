"""The resources of the stacks, as MiniStack's CloudFormation made them, by their ARNs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from visitplannr.backend.server.ministack.seams import service
from visitplannr.iam.propose import Owned

_FORMATS = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{id}",
    "AWS::Events::EventBus": "arn:aws:events:{region}:{account}:event-bus/{id}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{id}",
    "AWS::S3::Bucket": "arn:aws:s3:::{id}",
    "AWS::SSM::Parameter": "arn:aws:ssm:{region}:{account}:parameter/{id}",
}


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
    """Yield all resources with their physical ids."""
    stacks = service("cloudformation")._stacks._data
    for (account, region, _), stack in list(stacks.items()):
        for name, record in list(stack.get("_resources", {}).items()):
            kind, physical_id = record["ResourceType"], str(record["PhysicalResourceId"])
            arn = _arn(record, kind, physical_id, account, region)
            if arn:
                yield physical_id, Owned(name, kind, arn)


def _arn(
    record: Mapping[str, Any], kind: str, physical_id: str, account: str, region: str
) -> str | None:
    if known := _FORMATS.get(kind):
        return known.format(region=region, account=account, id=physical_id.lstrip("/"))
    if physical_id.startswith("arn:"):
        return physical_id
    found = (record.get("Attributes") or {}).get("Arn")
    return str(found) if found else None
