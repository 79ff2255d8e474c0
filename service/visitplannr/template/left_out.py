"""A template without some of its resources, for a backend that cannot make them.

What refers to them gets values of the shape that Ref and Fn::GetAtt give on AWS.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

_ARN = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:%s/%s"
_OF_AWS = re.compile(r"https://[^/]*\.amazonaws\.com(\.cn)?/")
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_TRANSFORMS = ("AWS::Serverless-2016-10-31",)
# Ref gives the ARN of these ("Return values" of each in CloudFormation's resource reference).
_NAMED_BY_ARN = frozenset(
    {
        "AWS::ACMPCA::CertificateAuthority",
        "AWS::AppConfig::Extension",
        "AWS::AppSync::GraphQLApi",
        "AWS::Batch::JobDefinition",
        "AWS::Batch::JobQueue",
        "AWS::CertificateManager::Certificate",
        "AWS::CloudFormation::Stack",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::SecretsManager::Secret",
        "AWS::Serverless::Application",
        "AWS::SNS::Topic",
        "AWS::StepFunctions::StateMachine",
    }
)


def without(template: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """Give a template without the resources of some logical ids."""
    resources = template["Resources"]
    texts = {name: _Stand(name, resources[name]) for name in gone if name in resources}
    kept = {
        name: _independent(_replaced(resource, texts), gone)
        for name, resource in resources.items()
        if name not in gone
    }
    found = {**template, "Resources": kept}
    if "Outputs" in template:
        found["Outputs"] = _replaced(template["Outputs"], texts)
    return found


def of_types(template: Mapping[str, Any], types: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the logical ids, and the types, of the resources of some types."""
    for name, resource in template["Resources"].items():
        if resource.get("Type") in types:
            yield name, resource["Type"]


def macros(template: Mapping[str, Any]) -> list[str]:
    """Name the macros that a template wants and that only an account has."""
    wanted = template.get("Transform") or []
    names = [
        str(one.get("Name")) if isinstance(one, dict) else str(one)
        for one in (wanted if isinstance(wanted, list) else [wanted])
    ]
    return [name for name in names if name not in _TRANSFORMS]


def without_macros(template: Mapping[str, Any]) -> dict[str, Any]:
    """Give a template that wants nothing but AWS's own transforms."""
    wanted = template.get("Transform") or []
    kept = [one for one in (wanted if isinstance(wanted, list) else [wanted]) if one in _TRANSFORMS]
    others = {key: value for key, value in template.items() if key != "Transform"}
    return {**others, "Transform": kept} if kept else others


def remote_applications(template: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the logical ids of nested applications that only AWS has, and where they are."""
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties") or {}
        match resource.get("Type"), properties.get("Location", properties.get("TemplateURL")):
            case "AWS::Serverless::Application", {"ApplicationId": application}:
                yield name, str(application)
            case (("AWS::Serverless::Application" | "AWS::CloudFormation::Stack"), str(url)):
                if _OF_AWS.match(url):
                    yield name, url


class _Stand:
    """What stands for a resource: texts as Fn::Sub takes them."""

    def __init__(self, logical_id: str, resource: Mapping[str, Any]) -> None:
        kind = str(resource.get("Type"))
        _, self._service, self._kind = (*kind.lower().split("::"), "", "")[:3]
        properties = resource.get("Properties") or {}
        named = [properties.get(key) for key in ("Name", f"{kind.rpartition('::')[2]}Name")]
        given = next((one for one in named if isinstance(one, str)), None)
        self._name = given or f"${{AWS::StackName}}-{logical_id}"
        self.ref = self.attribute("Arn") if kind in _NAMED_BY_ARN else self._name

    def attribute(self, name: str) -> str:
        if name.lower().endswith("arn"):
            return _ARN % (self._service, self._kind, self._name)
        if name.lower().endswith(("url", "uri", "endpoint")):
            return f"https://{self._service}.${{AWS::Region}}.${{AWS::URLSuffix}}/{self._name}"
        return f"{self._name}-{name}" if name.startswith("Outputs.") else self._name


def _replaced(value: Any, texts: Mapping[str, _Stand]) -> Any:
    match value:
        case list():
            return [_replaced(item, texts) for item in value]
        case {"Ref": str(named)} if len(value) == 1:
            return {"Fn::Sub": _given(named, texts)} if named in texts else value
        case {"Fn::GetAtt": [*_] | str(_) as wanted}:
            named = wanted if isinstance(wanted, str) else ".".join(map(str, wanted))
            return {"Fn::Sub": _given(named, texts)} if _of(named) in texts else value
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": _substituted(text, texts)}
        case {"Fn::Sub": [str(text), dict(names)]}:
            others = {name: one for name, one in texts.items() if name not in names}
            return {"Fn::Sub": [_substituted(text, others), _replaced(names, texts)]}
    members = value.items() if isinstance(value, dict) else ()
    return {key: _replaced(item, texts) for key, item in members} if members else value


def _substituted(text: str, texts: Mapping[str, _Stand]) -> str:
    def one(found: re.Match[str]) -> str:
        return _given(found[1], texts) if _of(found[1]) in texts else found[0]

    return _VARIABLE.sub(one, text)


def _given(named: str, texts: Mapping[str, _Stand]) -> str:
    """Give what stands for NAME or NAME.ATTRIBUTE."""
    name, dot, attribute = named.partition(".")
    return texts[name].attribute(attribute) if dot else texts[name].ref


def _of(named: str) -> str:
    return named.partition(".")[0]


def _independent(resource: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    after = resource.get("DependsOn", [])
    left = [one for one in (after if isinstance(after, list) else [after]) if one not in gone]
    others = {key: value for key, value in resource.items() if key != "DependsOn"}
    return {**others, "DependsOn": left} if left else others
