"""A stack as its template declares it, with references resolved."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from visitplannr.model.application import Api, Resource

FUNCTION = "AWS::Lambda::Function"
FUNCTION_URL = "AWS::Lambda::Url"


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource of the transformed template.

    References in its properties are values; one that nobody knows is left as it was written, e.g.
    {"Fn::ImportValue": "Shared"}.
    """

    type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ResolvedStack:
    """A stack; without a deployment, ids are made up and it lists no `resources`.

    `declared` and `physical_ids` are by logical id, `resources` is what CloudFormation lists.
    `api_keys` maps usage plans' physical ids to their enabled keys: value to id.
    """

    stack_name: str
    region: str
    account_id: str
    declared: Mapping[str, Declared]
    physical_ids: Mapping[str, str]
    resources: tuple[Resource, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    api_keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of_type(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the logical ids and properties of the resources of a type that have an id."""
        for logical_id, one in self.declared.items():
            if one.type == kind and logical_id in self.physical_ids:
                yield logical_id, one.properties

    def function_arn(self, logical_id: str) -> str:
        """Give the ARN of one of its functions."""
        place = f"{partition_of(self.region)}:lambda:{self.region}:{self.account_id}"
        return f"arn:{place}:function:{self.physical_ids[logical_id]}"

    def function_names(self) -> frozenset[str]:
        """Give the physical names of the stack's functions."""
        return frozenset(self.physical_ids[logical_id] for logical_id, _ in self.of_type(FUNCTION))

    def with_properties(self, known: Mapping[str, Mapping[str, Any]]) -> "ResolvedStack":
        """Let what is known of resources, by logical id, stand for what the template says."""
        changed = {
            logical_id: replace(
                self.declared[logical_id],
                properties={**self.declared[logical_id].properties, **properties},
            )
            for logical_id, properties in known.items()
        }
        return replace(self, declared={**self.declared, **changed})


def partition_of(region: str) -> str:
    """Name the partition that a region is in ("AWS::Partition")."""
    partitions = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((name for start, name in partitions.items() if region.startswith(start)), "aws")


def url_target(properties: Mapping[str, Any]) -> str:
    """Give the physical name of the function behind a URL; TargetFunctionArn may be a name."""
    target = str(properties.get("TargetFunctionArn"))
    return target.partition("function:")[2].partition(":")[0] if ":" in target else target


def url_qualifier(properties: Mapping[str, Any]) -> str | None:
    """Give the alias that a URL belongs to, if any; TargetFunctionArn may be the alias's ARN."""
    target = str(properties.get("TargetFunctionArn"))
    named = target.partition("function:")[2].partition(":")[2]
    return str(properties["Qualifier"]) if properties.get("Qualifier") else named or None


ApiReader = Callable[[ResolvedStack], Iterable[Api]]
