"""What functions' requirements.txt name, installed for the platform that Lambda has for each."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from visitplannr.deployment.requirements import Requirements
from visitplannr.template.source import function_setting

Install = Callable[[Mapping[str, Any], Mapping[str, Path]], dict[str, Path]]


def without_packages(_template: Mapping[str, Any], _code: Mapping[str, Path]) -> dict[str, Path]:
    """Install nothing: what is deployed is not what is run."""
    return {}


def for_lambda(requirements: Requirements) -> Install:
    """Make what installs the requirements of the functions of a template, given their code.

    It maps logical ids to the folders of what is installed.

    Raises:
        TemplateError: it cannot be installed.
    """

    def install(template: Mapping[str, Any], code: Mapping[str, Path]) -> dict[str, Path]:
        found = {}
        for logical_id, path in code.items():
            runtime = str(function_setting(template, logical_id, "Runtime"))
            if not (version := re.fullmatch(r"python(3\.\d+)", runtime)):
                continue
            architectures = function_setting(template, logical_id, "Architectures") or ["x86_64"]
            if folder := requirements.install(path, version[1], str(architectures[0])):
                found[logical_id] = folder
        return found

    return install
