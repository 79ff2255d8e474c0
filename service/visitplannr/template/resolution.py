"""Resolve a transformed template by what is known of its stack.

What a template leaves open (parameters' values, physical ids) is handed in as `Known`: read from
a backend, or made up where nothing is deployed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from visitplannr.model.application import Resource
from visitplannr.model.stack import Declared, ResolvedStack, partition_of
from visitplannr.template.attributes import attribute
from visitplannr.template.conditions import Conditions
from visitplannr.template.intrinsics import NO_VALUE, Intrinsics
from visitplannr.template.parameters import typed

_OUTPUT = "Outputs."


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What of a stack its template does not say.

    `parameters` are the values that were given: for the others their defaults hold.
    `nested_outputs` are those of nested stacks, by their logical ids. The rest is as in
    `ResolvedStack`.
    """

    stack_name: str
    region: str
    account_id: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    physical_ids: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[Resource, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    api_keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    nested_outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def resolve_stack(template: Mapping[str, Any], known: Known) -> ResolvedStack:
    """Resolve the resources of a transformed template, without those whose condition is false."""
    intrinsics = intrinsics_of(template, known)
    return ResolvedStack(
        stack_name=known.stack_name,
        region=known.region,
        account_id=known.account_id,
        declared={
            logical_id: Declared(
                str(resource.get("Type")), intrinsics.resolve(resource.get("Properties") or {})
            )
            for logical_id, resource in template["Resources"].items()
            if resource and intrinsics.holds(resource.get("Condition", "")) is not False
        },
        physical_ids=known.physical_ids,
        resources=known.resources,
        outputs=known.outputs,
        api_keys=known.api_keys,
    )


def intrinsics_of(template: Mapping[str, Any], known: Known) -> Intrinsics:
    """Make what resolves values of a template."""
    resources, ids = template["Resources"], known.physical_ids
    pseudo = {
        **regional(known.region),
        "AWS::AccountId": known.account_id,
        "AWS::StackName": known.stack_name,
    }

    names = {**ids, **pseudo, **typed(template, known.parameters)}
    mappings = template.get("Mappings") or {}
    compared = Intrinsics(names, _no_attribute, lambda _: None, mappings)
    conditions = Conditions(template.get("Conditions") or {}, compared.resolve)
    without_attributes = Intrinsics(names, _no_attribute, conditions.holds, mappings)

    def attribute_of(logical_id: str, name: str) -> str | None:
        if logical_id not in ids or not (resource := resources.get(logical_id)):
            return None
        if name.startswith(_OUTPUT):
            return known.nested_outputs.get(logical_id, {}).get(name.removeprefix(_OUTPUT))
        path = without_attributes.resolve((resource.get("Properties") or {}).get("Path", "/"))
        return attribute(str(resource.get("Type")), name, ids[logical_id], path, pseudo)

    return Intrinsics(names, attribute_of, conditions.holds, mappings)


def _no_attribute(_logical_id: str, _name: str) -> None:
    return None


def regional(region: str) -> dict[str, Any]:
    """Give the pseudo parameters that follow from a region ("Pseudo parameters reference")."""
    partition = partition_of(region)
    return {
        "AWS::NoValue": NO_VALUE,
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::URLSuffix": "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com",
    }
