"""The console of a running stack."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from visitplannr.backend.endpoint import Backend
from visitplannr.console.console import Console
from visitplannr.deployment.permissions import permissions
from visitplannr.model.application import Application
from visitplannr.model.invocation import Invoker
from visitplannr.runtime.recorder import Recorder


def console_of(
    application: Application,
    invoker: Invoker,
    backend: Backend,
    recorder: Recorder,
    template: Path,
) -> Console:
    """Give the console what it shows; events are saved beside the template."""
    functions = [item for item in application.resources if item.type == "AWS::Lambda::Function"]

    def read_permissions() -> Mapping[str, Any]:
        found = permissions(backend, functions)
        return {one.logical_id: {**asdict(one), "warnings": one.warnings} for one in found}

    folder = template.resolve().parent
    return Console(application, invoker, recorder, backend, read_permissions, folder)
