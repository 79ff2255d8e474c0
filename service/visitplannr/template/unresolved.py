"""References to what a template does not have, as CloudFormation refuses them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.template.document import Document
from visitplannr.template.problems import Problem, refused

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_PSEUDO = "AWS::"

Steps = tuple[str | int, ...]


def check_references(document: Document, template: Mapping[str, Any]) -> None:
    """Check a template, transformed, that was read from a document.

    Raises:
        TemplateError: something refers to what is not there.
    """
    found = tuple(_problems(document, template))
    if found:
        raise refused(found)


def _problems(document: Document, template: Mapping[str, Any]) -> Iterator[Problem]:
    if "Transform" in template:
        return  # a macro may still make what is referred to
    resources = template["Resources"]
    names = resources.keys() | (template.get("Parameters") or {}).keys()
    for section in ("Resources", "Outputs"):
        for name, member in (template.get(section) or {}).items():
            shown = {key: value for key, value in member.items() if key != "Metadata"}
            for place, missing, attribute in _references(shown, (section, name)):
                if missing in (resources if attribute else names) or missing.startswith(_PSEUDO):
                    continue
                yield document.problem(
                    place, "error", "reference", _said(missing, section, attribute)
                )


def _said(name: str, section: str, attribute: bool) -> str:  # noqa: FBT001 - which of two texts
    if attribute:
        return f"Template error: instance of Fn::GetAtt references undefined resource {name}"
    return (
        f"Template format error: Unresolved resource dependencies [{name}] "
        f"in the {section} block of the template"
    )


def _references(value: Any, place: Steps) -> Iterator[tuple[Steps, str, bool]]:
    """Yield where something is referred to, what, and whether it is an attribute of it."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, (*place, index))
    elif isinstance(value, Mapping):
        yield from _named(value, place)
        for key, item in value.items():
            yield from _references(item, (*place, key))


def _named(value: Mapping[str, Any], place: Steps) -> Iterator[tuple[Steps, str, bool]]:
    match value:
        case {"Ref": str(name)} if len(value) == 1:
            yield place, name, False
        case {"Fn::GetAtt": [str(name), *_]}:
            yield place, name, True
        case {"Fn::GetAtt": str(dotted)}:
            yield place, dotted.partition(".")[0], True
        case {"Fn::Sub": str(text) | [str(text)]}:
            yield from ((place, *one) for one in _variables(text, {}))
        case {"Fn::Sub": [str(text), dict(names)]}:
            yield from ((place, *one) for one in _variables(text, names))
        case {"DependsOn": after} if len(place) == 2:
            for name in after if isinstance(after, list) else [after]:
                yield (*place, "DependsOn"), name, False


def _variables(text: str, names: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for variable in _VARIABLE.findall(text):
        name, dot, _ = variable.strip().partition(".")
        if variable not in names:
            yield name, bool(dot)
