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


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What of a stack its template does not say.

    `parameters` are the values that were given: for the others their defaults hold. The rest is
    as in `ResolvedStack`.
    """

    stack_name: str
    region: str
    account_id: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    physical_ids: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[Resource, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    api_keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


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
    pseudo = _pseudo_parameters(known)

    def attribute_of(logical_id: str, name: str) -> str | None:
        if logical_id not in ids or not resources.get(logical_id):
            return None
        return attribute(resources[logical_id], name, ids[logical_id], pseudo)

    names = {**ids, **pseudo, **_parameters(template, known.parameters)}
    mappings = template.get("Mappings") or {}
    compared = Intrinsics(names, attribute_of, lambda _: None, mappings)
    conditions = Conditions(template.get("Conditions") or {}, compared.resolve)
    return Intrinsics(names, attribute_of, conditions.holds, mappings)


def _pseudo_parameters(known: Known) -> dict[str, Any]:
    """Give the values of CloudFormation's pseudo parameters ("Pseudo parameters reference")."""
    partition = partition_of(known.region)
    return {
        "AWS::AccountId": known.account_id,
        "AWS::NoValue": NO_VALUE,
        "AWS::Partition": partition,
        "AWS::Region": known.region,
        "AWS::StackName": known.stack_name,
        "AWS::URLSuffix": "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com",
    }


def _parameters(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Give the parameters' values; those of list types are lists ("Parameters", Type)."""
    found: dict[str, Any] = {}
    for name, declaration in (template.get("Parameters") or {}).items():
        declared = declaration or {}
        value, kind = given.get(name, declared.get("Default")), str(declared.get("Type"))
        if value is None:
            continue
        if kind == "CommaDelimitedList" or "List<" in kind:
            found[name] = [part.strip() for part in str(value).split(",")]
        else:
            found[name] = value
    return found
