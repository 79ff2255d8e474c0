"""What a stack created: what the template names, and what the transform added to it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from visitplannr.model.application import Resource

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


@dataclass(frozen=True, slots=True)
class Piece:
    """A resource; `origin` is "template" for what the template names, else "transform"."""

    resource: Resource
    origin: str

    def as_json(self) -> dict[str, str]:
        return {**asdict(self.resource), "origin": self.origin}


def list_resources(cloudformation: "CloudFormationClient", stack_name: str) -> tuple[Resource, ...]:
    """Read the resources of a stack; errors are botocore's."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    return tuple(
        Resource(
            summary["LogicalResourceId"],
            summary["ResourceType"],
            summary.get("PhysicalResourceId", ""),
            summary["ResourceStatus"],
        )
        for page in pages
        for summary in page["StackResourceSummaries"]
    )


def pieces(resources: Collection[Resource], named: Collection[str]) -> list[Piece]:
    """Mark resources by whether the template names their logical ids; its own come first."""
    marked = [
        Piece(resource, "template" if resource.logical_id in named else "transform")
        for resource in resources
    ]
    return sorted(marked, key=lambda piece: (piece.origin, piece.resource.logical_id))
