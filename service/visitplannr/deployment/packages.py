"""What is uploaded as the code of functions and layers: as it lies here, or built for Lambda."""

import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from visitplannr.deployment.build.archive import is_archive
from visitplannr.deployment.build.builder import Builder
from visitplannr.deployment.build.part import Part, Parts, Target
from visitplannr.deployment.bundle import Bundle, build_bundle, bundle_of_archive
from visitplannr.model.code import BuildError, Code
from visitplannr.template.code import is_image
from visitplannr.template.source import TemplateError, function_setting

Package = Callable[[Mapping[str, Any], Mapping[str, Code]], dict[str, Bundle]]
_BESIDE = frozenset({"node_modules"})


def as_it_lies(_template: Mapping[str, Any], code: Mapping[str, Code]) -> dict[str, Bundle]:
    """Bundle code without what it requires: what is deployed is not what is run.

    What does not exist is an empty bundle.
    """
    bundle = functools.cache(_as_it_lies)
    return {
        logical_id: bundle(one.path, is_here=one.fault is None)
        for logical_id, one in code.items()
        if one.is_packaged
    }


def for_lambda(builder: Builder) -> Package:
    """Make what builds the functions and layers of a template for the runtimes they name.

    Raises:
        TemplateError: something cannot be built, or is not here.
    """

    def package(template: Mapping[str, Any], code: Mapping[str, Code]) -> dict[str, Bundle]:
        for line in _missing(template, code):
            raise TemplateError(line)
        made: dict[tuple[Part, ...], Bundle] = {}
        found = {}
        for logical_id, one in code.items():
            if one.is_packaged:
                try:
                    found[logical_id] = _built(template, logical_id, one, builder, made)
                except BuildError as error:
                    raise TemplateError(f"{logical_id}: {error}") from error
        return found

    return package


def _as_it_lies(path: Path, *, is_here: bool) -> Bundle:
    if is_here and is_archive(path):
        return bundle_of_archive(path)
    return build_bundle([Part(path, without=_BESIDE)] if is_here else [])


def _built(
    template: Mapping[str, Any],
    logical_id: str,
    code: Code,
    builder: Builder,
    made: dict[tuple[Part, ...], Bundle],
) -> Bundle:
    """Build one for Lambda; what consists of the same parts is one bundle."""
    if is_archive(code.path):
        return bundle_of_archive(code.path)
    parts = _parts(template, logical_id, code, builder).parts
    if parts not in made:
        made[parts] = build_bundle(parts)
    return made[parts]


def _parts(template: Mapping[str, Any], logical_id: str, code: Code, builder: Builder) -> Parts:
    resource = template["Resources"][logical_id]
    properties = resource.get("Properties") or {}
    if resource["Type"].endswith("::LayerVersion"):
        compatible = properties.get("CompatibleArchitectures") or ["x86_64"]
        return builder.layer_parts(code, Target(code.build.method, str(compatible[0])))
    architectures = function_setting(template, logical_id, "Architectures") or ["x86_64"]
    runtime = str(function_setting(template, logical_id, "Runtime"))
    return builder.parts(code, Target(runtime, str(architectures[0])))


def _missing(template: Mapping[str, Any], code: Mapping[str, Code]) -> Iterator[str]:
    """Yield a line for each whose code is not here, and has no address that AWS knows."""
    for logical_id, one in code.items():
        if one.fault and one.is_packaged:
            yield f"{logical_id}: {one.fault}"
        elif is_image(template, logical_id) and not _has_uri(template, logical_id):
            yield f"{logical_id}: has no ImageUri: push its image, and name it"


def _has_uri(template: Mapping[str, Any], logical_id: str) -> bool:
    location = (template["Resources"][logical_id].get("Properties") or {}).get("Code")
    named = isinstance(location, Mapping) and "ImageUri" in location
    return named or function_setting(template, logical_id, "ImageUri") is not None
