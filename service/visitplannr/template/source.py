"""Read a SAM template from its file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from visitplannr.template.problems import TemplateError
from visitplannr.template.project import read_project

__all__ = ["TemplateError", "function_setting", "load"]


def load(path: Path) -> dict[str, Any]:
    """Read a template with its files in it; parameters have their defaults.

    Raises:
        TemplateError: as for `read_project`.
    """
    return read_project(path).template


def function_setting(template: Mapping[str, Any], logical_id: str, name: str) -> Any:
    """Give a property of a function, or what Globals has for all."""
    shared = (template.get("Globals") or {}).get("Function") or {}
    own = template["Resources"][logical_id].get("Properties") or {}
    return own.get(name, shared.get(name))
