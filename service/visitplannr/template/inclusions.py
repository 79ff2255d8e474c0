"""Put local files that a template refers to into it: definitions, documents, AWS::Include.

`aws cloudformation package` uploads such files and lets CloudFormation put them in; here it is done
before the deployment, so the one path serves backends that don't do it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

from visitplannr.template.intrinsics import text
from visitplannr.template.problems import TemplateError

_INCLUDE = "AWS::Include"
_DEEPEST = 10
_REMOTE = ("s3://", "https://", "http://")

Steps = tuple[str | int, ...]
# By type: the property that may name a file, the one that takes what is in it.
_DOCUMENTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "AWS::Serverless::Api": (("DefinitionUri", "DefinitionBody"),),
    "AWS::Serverless::HttpApi": (("DefinitionUri", "DefinitionBody"),),
    "AWS::Serverless::StateMachine": (("DefinitionUri", "Definition"),),
    "AWS::ApiGateway::RestApi": (("BodyS3Location", "Body"),),
    "AWS::ApiGatewayV2::Api": (("BodyS3Location", "Body"),),
    "AWS::StepFunctions::StateMachine": (("DefinitionS3Location", "Definition"),),
}
_MAPPING_TEMPLATES = (
    ("RequestMappingTemplateS3Location", "RequestMappingTemplate"),
    ("ResponseMappingTemplateS3Location", "ResponseMappingTemplate"),
    ("CodeS3Location", "Code"),
)
_TEXTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "AWS::AppSync::GraphQLSchema": (("DefinitionS3Location", "Definition"),),
    "AWS::AppSync::Resolver": _MAPPING_TEMPLATES,
    "AWS::AppSync::FunctionConfiguration": _MAPPING_TEMPLATES,
}


NO_VALUES: Mapping[str, str] = MappingProxyType({})


class Files(Protocol):
    """The files that a template may name, by paths as it has them."""

    def document(self, location: str, values: Mapping[str, str] = NO_VALUES) -> Any:
        """Parse a file, after values took the places of `${NAME}` that are not in quotes."""

    def text(self, location: str) -> str:
        """Read a file."""


def is_local(location: Any) -> bool:
    """Say whether a location is the path of a file."""
    return isinstance(location, str) and not location.startswith(_REMOTE)


def with_inclusions(
    template: Mapping[str, Any],
    files: Files,
    resolve: Callable[[Any], Any],
    refuse: Callable[[Steps, str], TemplateError],
) -> dict[str, Any]:
    """Give the template with every local file in its place.

    `resolve` resolves references in the paths.

    Raises:
        TemplateError: what `refuse` makes of the place of a path and of what is wrong there.
    """
    inclusion = _Inclusion(files, resolve, refuse)
    included: dict[str, Any] = inclusion.included(inclusion.at_top(template), (), 0)
    resources = included.get("Resources")
    for logical_id, resource in (resources if isinstance(resources, dict) else {}).items():
        if isinstance(resource, dict) and isinstance(
            properties := resource.get("Properties"), dict
        ):
            kind = str(resource.get("Type"))
            inclusion.fill(kind, properties, ("Resources", logical_id, "Properties"))
    return included


@dataclass(frozen=True, slots=True)
class _Inclusion:
    files: Files
    resolve: Callable[[Any], Any]
    refuse: Callable[[Steps, str], TemplateError]

    def at_top(self, template: Mapping[str, Any]) -> dict[str, Any]:
        """Put in what a template's own `Transform` includes: its sections win."""
        declared = template.get("Transform")
        listed = declared if isinstance(declared, list) else [declared]
        found: dict[str, Any] = {}
        for one in listed:
            if location := self._location(one):
                content = self._read(self.files.document, location, ("Transform",))
                found.update(content if isinstance(content, dict) else {})
        kept = [one for one in listed if one is not None and not self._location(one)]
        own = {key: value for key, value in template.items() if key != "Transform"}
        merged = {**found, **own}
        if not kept:
            return merged
        return {**merged, "Transform": kept if isinstance(declared, list) else kept[0]}

    def included(self, value: Any, place: Steps, depth: int) -> Any:
        if isinstance(value, list):
            return [self.included(item, (*place, n), depth) for n, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if location := self._location(value.get("Fn::Transform")):
            here = (*place, "Fn::Transform")
            if depth > _DEEPEST:
                raise self.refuse(here, f"{location} includes itself")
            found = self.included(self._read(self.files.document, location, here), here, depth + 1)
            others = {key: item for key, item in value.items() if key != "Fn::Transform"}
            if not isinstance(found, dict):
                return found
            return {**found, **self.included(others, place, depth)}
        return {key: self.included(item, (*place, key), depth) for key, item in value.items()}

    def fill(self, kind: str, properties: dict[str, Any], place: Steps) -> None:
        for named, taking in _DOCUMENTS.get(kind, ()):
            if location := self._local(properties.get(named)):
                here = (*place, named)
                values = self._substitutions(properties)
                content = self._read(partial(self.files.document, values=values), location, here)
                properties[taking] = self.included(content, here, 1)
                properties.pop(named)
        for named, taking in _TEXTS.get(kind, ()):
            if location := self._local(properties.get(named)):
                properties[taking] = self._read(self.files.text, location, (*place, named))
                properties.pop(named)

    def _substitutions(self, properties: Mapping[str, Any]) -> dict[str, str]:
        """Give the values of a state machine's DefinitionSubstitutions that are known by now."""
        given = properties.get("DefinitionSubstitutions")
        found = self.resolve(given) if isinstance(given, dict) else {}
        return {name: one for name, value in found.items() if (one := text(value)) is not None}

    def _location(self, transform: Any) -> str | None:
        match transform:
            case {"Name": name, "Parameters": {"Location": location}} if name == _INCLUDE:
                return self._local(location)
        return None

    def _local(self, location: Any) -> str | None:
        found = self.resolve(location)
        return found if is_local(found) and found else None

    def _read(self, read: Callable[[str], Any], location: str, place: Steps) -> Any:
        try:
            return read(location)
        except TemplateError as error:
            if error.problems:
                raise
            raise self.refuse(place, str(error)) from error
