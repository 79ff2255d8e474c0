"""Read a SAM template from its file, and find the local code that its functions are made of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from samtranslator.yaml_helper import yaml_parse

from visitplannr.template.inclusions import with_inclusions

CODE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Lambda::Function": "Code",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Lambda::LayerVersion": "Content",
}


class TemplateError(Exception):
    """The template cannot be used; the message names the file, the place and what to do."""


def load(path: Path) -> dict[str, Any]:
    """Parse a template, YAML or JSON, its short intrinsics (`!Ref`) in their long form.

    Local OpenAPI documents and files of AWS::Include are put in their places.

    Raises:
        TemplateError: the file is missing, is no YAML, or has no Resources.
    """
    document = _parsed(path, hint="; name a template with --template")
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise TemplateError(f"{path}: is no SAM template: it has no Resources")
    return with_inclusions(document, lambda location: _parsed(path.parent / location))


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


def _parsed(path: Path, hint: str = "") -> Any:
    try:
        return yaml_parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read ({error.strerror}){hint}") from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path}: is not UTF-8 text") from error
    except yaml.YAMLError as error:
        raise TemplateError(f"{path}{_place(error)}") from error


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


def _place(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        return f":{mark.line + 1}:{mark.column + 1}: {error.problem}"
    return f": {error}"
