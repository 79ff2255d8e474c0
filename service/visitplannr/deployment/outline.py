"""The application as its template alone says: nothing is deployed, so ids are made up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from visitplannr.deployment.plan import packaged_template, stack_name_of
from visitplannr.model.application import Application
from visitplannr.model.code import NO_LAYERS, Code
from visitplannr.model.nesting import joined
from visitplannr.model.stack import ApiReader
from visitplannr.template.build import build
from visitplannr.template.code import local_code
from visitplannr.template.intrinsics import references
from visitplannr.template.made_up import made_up
from visitplannr.template.parameters import as_text
from visitplannr.template.problems import odd_values
from visitplannr.template.project import Project
from visitplannr.template.resolution import Known, intrinsics_of, resolve_stack
from visitplannr.template.transform import transform
from visitplannr.template.translation import Translate, translated
from visitplannr.template.unresolved import check_references


def outline(  # noqa: PLR0913 - a project, and what stands for what is not in it
    project: Project,
    readers: Sequence[ApiReader],
    region: str = "us-east-1",
    parameters: Mapping[str, str] | None = None,
    layers: Mapping[str, Code] = NO_LAYERS,
    *,
    translate: Translate = translated,
) -> Application:
    """Build the application of a project; `parameters` adds values of SSM parameters.

    `layers` maps ARNs of layers that are not the stack's own to what stands for them; `translate`
    translates SAM templates.

    Raises:
        TemplateError: the template cannot be transformed, or code is missing.
    """
    given = {**project.given, **(parameters or {})}
    with odd_values(project.path):
        stack_name = stack_name_of(project.folder)
        return _outlined(project, stack_name, readers, region, given, layers, translate)[0]


def _outlined(  # noqa: PLR0913, PLR0917 - what a nested application has from those around it
    project: Project,
    stack_name: str,
    readers: Sequence[ApiReader],
    region: str,
    given: Mapping[str, str],
    layers: Mapping[str, Code],
    translate: Translate,
) -> tuple[Application, dict[str, str]]:
    """Give an application and the outputs of its stack."""
    code = local_code(project.template, project.folder)
    bundled = [logical_id for logical_id, one in code.items() if one.is_packaged]
    packaged = packaged_template(project.template, "outline", dict.fromkeys(bundled, "outline.zip"))
    for name in project.nested:
        properties = packaged["Resources"][name]["Properties"]
        properties.update(dict.fromkeys({"Location", "TemplateURL"} & properties.keys(), _URL))
    transformed = transform(packaged, region, given, translate)
    check_references(project.document, transformed)
    known = made_up(transformed, stack_name=stack_name, region=region, parameters=given)
    nested: dict[str, Application] = {}
    for name in _in_order(project.nested, transformed):
        texts = _parameters(transformed, known, name)
        nested[name], outputs = _outlined(
            project.nested[name], f"{stack_name}-{name}", readers, region, texts, layers, translate
        )
        known = replace(known, nested_outputs={**known.nested_outputs, name: outputs})
    application = build(resolve_stack(transformed, known), {**code, **layers}, readers)
    ordered = {name: nested[name] for name in project.nested}
    return joined(application, ordered), _outputs(transformed, known)


_URL = "https://s3.amazonaws.com/outline/template"


def _in_order(nested: Mapping[str, Project], template: Mapping[str, Any]) -> list[str]:
    """Order nested stacks so that those come first whose outputs others take."""
    left, ordered = list(nested), []
    while left:
        free = [one for one in left if not _needs(template["Resources"][one], {*left} - {one})]
        ordered += free or left
        left = [one for one in left if one not in ordered]
    return ordered


def _needs(resource: Mapping[str, Any], others: set[str]) -> bool:
    written = str((resource.get("Properties") or {}).get("Parameters"))
    return any(f"'{one}'" in written or f"{one}.Outputs" in written for one in others)


def _parameters(template: Mapping[str, Any], known: Known, name: str) -> dict[str, str]:
    properties = template["Resources"][name].get("Properties") or {}
    given = intrinsics_of(template, known).resolve(properties.get("Parameters") or {})
    texts = {key: as_text(value) for key, value in given.items() if not any(references(value))}
    return {key: value for key, value in texts.items() if value is not None}


def _outputs(template: Mapping[str, Any], known: Known) -> dict[str, str]:
    resolved = intrinsics_of(template, known).resolve(template.get("Outputs") or {})
    texts = {key: as_text(one.get("Value")) for key, one in resolved.items()}
    return {key: value for key, value in texts.items() if value is not None}
