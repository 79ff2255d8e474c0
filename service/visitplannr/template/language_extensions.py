"""The transform AWS::LanguageExtensions: loops, and functions that need the template alone.

Afterwards the template is one for backends that know nothing of it. What only a deployed stack
knows stays an intrinsic function. ("AWS::LanguageExtensions transform", "Fn::ForEach" and the pages
of the other functions in CloudFormation's template reference)
"""

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from visitplannr.template.intrinsics import NO_VALUE, Intrinsics, is_intrinsic, references, text
from visitplannr.template.problems import TemplateError

NAME = "AWS::LanguageExtensions"
LOOP = "Fn::ForEach::"
_SECTIONS = ("Conditions", "Resources", "Outputs")
_PLACEHOLDER = re.compile(r"([$&])\{([^!}][^}]*)\}")
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+")
_MOST = 5_000  # of what loops make; a template has 500 resources at most ("CloudFormation quotas")
_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")

Steps = tuple[str | int, ...]
Names = Mapping[str, str]
Refuse = Callable[[Steps, str], TemplateError]


def is_declared(template: Mapping[str, Any]) -> bool:
    """Say whether a template declares the transform."""
    declared = template.get("Transform")
    return NAME in (declared if isinstance(declared, list) else [declared])


def expanded(template: Mapping[str, Any], intrinsics: Intrinsics, refuse: Refuse) -> dict[str, Any]:
    """Apply the transform; `intrinsics` resolves what the template and its parameters say.

    Raises:
        TemplateError: what `refuse` makes of a place and of what is wrong there.
    """
    expansion = _Expansion(intrinsics, refuse)
    found = dict(template)
    for name in _SECTIONS:
        if isinstance(template.get(name), dict):
            found[name] = expansion.section(template[name], (name,))
    for resource in (found.get("Resources") or {}).values():
        if isinstance(resource, dict):
            policies = {name: resource[name] for name in _POLICIES if name in resource}
            resource.update(intrinsics.resolve(policies))
    declared = template["Transform"]
    others = [one for one in declared if one != NAME] if isinstance(declared, list) else []
    found.pop("Transform")
    return {**found, "Transform": others} if others else found


@dataclass(frozen=True, slots=True)
class _Expansion:
    intrinsics: Intrinsics
    refuse: Refuse
    made: Iterator[int] = field(default_factory=itertools.count)

    def section(self, members: Mapping[str, Any], place: Steps) -> dict[str, Any]:
        """Expand a section, whose keys are logical ids."""
        found = self._mapping(members, {}, place)
        for key in found:
            if not _ALPHANUMERIC.fullmatch(key) and key not in members:
                raise self._failed(place, f"{key} is not alphanumeric")
        return found

    def _expand(self, node: Any, names: Names, place: Steps) -> Any:
        if isinstance(node, str):
            return _filled(node, names)
        if isinstance(node, list):
            return [self._expand(item, names, (*place, index)) for index, item in enumerate(node)]
        if not isinstance(node, dict):
            return node
        if is_intrinsic(node) and isinstance(name := node.get("Ref"), str) and name in names:
            return names[name]
        found = self._mapping(node, names, place)
        return self._function(found, place) if is_intrinsic(found) else found

    def _mapping(self, node: Mapping[str, Any], names: Names, place: Steps) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.items():
            here = (*place, key)
            loop = key.startswith(LOOP)
            pairs = self._loop(value, names, here) if loop else [(key, value, names)]
            for produced, item, bound in pairs:
                if loop and (produced in found or produced in node):
                    raise self._failed(here, f"{produced} is there twice")
                found[produced] = self._expand(item, bound, here)
        return found

    def _loop(self, loop: Any, names: Names, place: Steps) -> Iterator[tuple[str, Any, Names]]:
        """Yield what a loop produces: key, value, and what its identifiers stand for."""
        match loop:
            case [str(identifier), collection, dict(fragment)] if fragment:
                pass
            case _:
                raise self._failed(place, "Fn::ForEach layout is incorrect")
        for item in self._collection(collection, names, place):
            bound = {**names, identifier: item}
            for key, value in fragment.items():
                if key.startswith(LOOP):
                    yield from self._loop(value, bound, (*place, 2, key))
                elif not any(name == identifier for _, name in _PLACEHOLDER.findall(key)):
                    raise self._failed(place, f"the key {key} has no ${{{identifier}}}")
                elif next(self.made) >= _MOST:
                    raise self._failed(place, f"loops make more than {_MOST:,} things")
                else:
                    yield _filled(key, bound), value, bound

    def _collection(self, collection: Any, names: Names, place: Steps) -> list[str]:
        given = self.intrinsics.resolve(self._expand(collection, names, (*place, 1)))
        items = [text(item) for item in given] if isinstance(given, list) else [None]
        known = [item for item in items if item is not None]
        if len(known) < len(items):
            what = "Could not find a collection or could not be resolved for Fn::ForEach"
            raise self._failed((*place, 1), what)
        return known

    def _function(self, node: Mapping[str, Any], place: Steps) -> Any:
        """Resolve the transform's own functions, and arguments that are functions."""
        ((function, argument),) = node.items()
        match function:
            case "Fn::Length":
                return self._length(argument, place)
            case "Fn::ToJsonString":
                return self._json(argument)
            case "Fn::FindInMap":
                found = self.intrinsics.resolve(node)
                return dict(node) if any(references(found)) else found
            case "Ref" | "Fn::GetAtt" if not isinstance(argument, str):
                return {function: self.intrinsics.resolve(argument)}
            case "Fn::Sub" if isinstance(argument, str) and "${" not in argument:
                return argument
        return dict(node)

    def _length(self, argument: Any, place: Steps) -> int:
        found = self.intrinsics.resolve(argument)
        if not isinstance(found, list):
            raise self._failed(place, "The Fn::Length value could not be resolved for properties")
        return len(found)

    def _json(self, argument: Any) -> Any:
        """Write JSON; what only the stack knows is filled in by Fn::Sub."""
        variables: dict[str, Any] = {}
        marked = _marked(self.intrinsics.resolve(argument), variables)
        written = json.dumps(marked, separators=(",", ":"))
        if not variables:
            return written
        escaped = written.replace("${", "${!")
        for name in variables:
            escaped = escaped.replace(f"<{name}>", f"${{{name}}}")
        return {"Fn::Sub": [escaped, variables]}

    def _failed(self, place: Steps, why: str) -> TemplateError:
        return self.refuse(place, f"Transform {NAME} failed with: {why}")


def _filled(written: str, names: Names) -> str:
    """Put what identifiers stand for into `${Name}`, and its letters and digits into `&{Name}`."""

    def one(found: re.Match[str]) -> str:
        form, name = found.groups()
        if name not in names:
            return found[0]
        return names[name] if form == "$" else re.sub(r"[^A-Za-z0-9]", "", names[name])

    return _PLACEHOLDER.sub(one, written) if names else written


def _marked(value: Any, variables: dict[str, Any]) -> Any:
    """Put a mark in the place of each intrinsic function, and note what it stands for."""
    if is_intrinsic(value):
        name = f"Json{len(variables)}"
        variables[name] = value
        return f"<{name}>"
    if isinstance(value, dict):
        return {
            key: _marked(item, variables) for key, item in value.items() if item is not NO_VALUE
        }
    return [_marked(item, variables) for item in value] if isinstance(value, list) else value
