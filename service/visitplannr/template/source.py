"""Read a SAM template from its file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from samtranslator.yaml_helper import yaml_parse

from visitplannr.template.inclusions import with_inclusions


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


def _place(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        return f":{mark.line + 1}:{mark.column + 1}: {error.problem}"
    return f": {error}"
