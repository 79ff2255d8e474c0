"""The assets of a template that the AWS CDK synthesised: files beside it, instead of addresses.

The CDK writes where its files will be in the bucket of a bootstrapped account, and which they are
into metadata of the resource (AWS SAM guide, "Locally testing AWS CDK applications"), and into
`<stack>.assets.json` (AWS CDK, cloud assembly schema).
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_PATH = "aws:asset:path"
_PROPERTY = "aws:asset:property"
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_ADDRESSES = frozenset({"Code", "Content", "TemplateURL", "BodyS3Location", "DefinitionS3Location"})
_BOOTSTRAP = re.compile(r"/cdk-bootstrap/[^/]+/version")
_METADATA = "AWS::CDK::Metadata"


def manifests(folder: Path) -> list[Path]:
    """List the files that say which assets there are."""
    return sorted(folder.glob("*.assets.json"))


def with_assets(template: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Give a template whose code, documents and nested templates are the files in a folder.

    What the CDK wants of an account before that is left out: nothing is fetched from its bucket.
    Other templates stay as they are.
    """
    resources = template.get("Resources")
    if not isinstance(resources, Mapping):
        return dict(template)
    files = _Assets(folder)
    kept = {name: one for name, one in resources.items() if _type(one) != _METADATA}
    found = {**template, "Resources": {name: files.put_into(one) for name, one in kept.items()}}
    return _without_bootstrap(found)


class _Assets:
    """The files of assets in a folder, by their hashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_hash: Mapping[str, str] | None = None

    def put_into(self, resource: Any) -> Any:
        """Give a resource with the paths of its assets; they are relative to the folder."""
        properties = resource.get("Properties") if isinstance(resource, Mapping) else None
        if not isinstance(properties, Mapping):
            return resource
        paths = dict(self._paths(resource, properties))
        return {**resource, "Properties": {**properties, **paths}} if paths else resource

    def _paths(
        self, resource: Mapping[str, Any], properties: Mapping[str, Any]
    ) -> Iterator[tuple[str, str]]:
        metadata = resource.get("Metadata")
        said: Mapping[str, Any] = metadata if isinstance(metadata, Mapping) else {}
        for name in _ADDRESSES & properties.keys():
            if said.get(_PROPERTY) == name and isinstance(said.get(_PATH), str):
                yield name, said[_PATH]
            elif not isinstance(properties[name], str) and (path := self._named(properties[name])):
                yield name, path

    def _named(self, address: Any) -> str | None:
        """Find the asset whose hash is in an address."""
        hashes = _HASH.findall(json.dumps(address, default=str))
        return next((self._all()[one] for one in hashes if one in self._all()), None)

    def _all(self) -> Mapping[str, str]:
        if self._by_hash is None:
            self._by_hash = {
                name: path for file in manifests(self._folder) for name, path in _files(file)
            }
        return self._by_hash


def _files(manifest: Path) -> Iterator[tuple[str, str]]:
    """Yield hashes and paths; a manifest that cannot be read has none."""
    try:
        listed = json.loads(manifest.read_text(encoding="utf-8"))["files"].items()
        found = [(name, one["source"]["path"]) for name, one in listed if "path" in one["source"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return
    yield from found


def _without_bootstrap(template: dict[str, Any]) -> dict[str, Any]:
    """Leave out the parameter, and the rule, that ask whether an account is bootstrapped."""
    parameters = template.get("Parameters")
    if not isinstance(parameters, Mapping):
        return template
    asked = {
        name
        for name, one in parameters.items()
        if isinstance(one, Mapping) and _BOOTSTRAP.fullmatch(str(one.get("Default")))
    }
    if not asked:
        return template
    rules = template.get("Rules")
    kept = {
        name: rule
        for name, rule in (rules if isinstance(rules, Mapping) else {}).items()
        if not any(f'"Ref": "{one}"' in json.dumps(rule) for one in asked)
    }
    others = {name: one for name, one in parameters.items() if name not in asked}
    sections = {"Parameters": others, "Rules": kept}
    left = {name: section for name, section in template.items() if name not in sections}
    return {**left, **{name: section for name, section in sections.items() if section}}


def _type(resource: Any) -> Any:
    return resource.get("Type") if isinstance(resource, Mapping) else None
