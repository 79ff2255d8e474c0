"""Read a SAM template from its file, and find the local code that its functions are made of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from visitplannr.template.problems import TemplateError
from visitplannr.template.project import read_project

__all__ = ["CODE_PROPERTIES", "TemplateError", "function_setting", "load", "local_code"]

CODE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Lambda::Function": "Code",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Lambda::LayerVersion": "Content",
}


def load(path: Path) -> dict[str, Any]:
    """Read a template with its files in it; parameters have their defaults.

    Raises:
        TemplateError: as for `read_project`.
    """
    return read_project(path).template


def local_code(template: Mapping[str, Any], folder: Path) -> dict[str, Path]:
    """Map the logical id of each function and layer to the absolute folder or file in `folder`.

    Those whose code is not local (an S3 address) are left out.

    Raises:
        TemplateError: a CodeUri does not exist, or a function has no code that can run locally.
    """
    shared = template.get("Globals", {}).get("Function", {}).get("CodeUri")
    found = {}
    for logical_id, resource in template["Resources"].items():
        if (resource or {}).get("Type") not in CODE_PROPERTIES:
            continue
        location = _code_location(
            logical_id, resource, shared if "Function" in resource["Type"] else None
        )
        if isinstance(location, str) and not location.startswith("s3://"):
            found[logical_id] = _existing(logical_id, (folder / location).resolve())
    return found


def function_setting(template: Mapping[str, Any], logical_id: str, name: str) -> Any:
    """Give a property of a function, or what Globals has for all."""
    shared = (template.get("Globals") or {}).get("Function") or {}
    own = template["Resources"][logical_id].get("Properties") or {}
    return own.get(name, shared.get(name))


def _code_location(logical_id: str, resource: Mapping[str, Any], shared: Any) -> Any:
    properties = resource.get("Properties") or {}
    for foreign in ("InlineCode", "ImageUri"):
        if foreign in properties:
            message = f"{logical_id}: {foreign} cannot be run locally; put the code in a CodeUri"
            raise TemplateError(message)
    location = properties.get(CODE_PROPERTIES[resource["Type"]], shared)
    if location is None:
        wanted = CODE_PROPERTIES[resource["Type"]]
        raise TemplateError(f"{logical_id}: has no {wanted}; name the folder of its code")
    return location


def _existing(logical_id: str, path: Path) -> Path:
    if not path.exists():
        raise TemplateError(f"{logical_id}: its CodeUri {path} does not exist")
    return path
