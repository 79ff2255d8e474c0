"""What the console is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from visitplannr.backend.endpoint import Backend
from visitplannr.model.application import Application, Function
from visitplannr.model.invocation import Invoker
from visitplannr.runtime.recorder import Recorder


@dataclass(frozen=True)
class Console:
    """One application as the console sees it.

    `read_permissions` reads what functions may do, by logical id; `folder` is the template's.
    """

    application: Application
    invoker: Invoker
    recorder: Recorder
    backend: Backend
    read_permissions: Callable[[], Mapping[str, Any]]
    folder: Path

    @property
    def events(self) -> Path:
        """Where events are saved."""
        return self.folder / "events"

    @cached_property
    def permissions(self) -> Mapping[str, Any]:
        return self.read_permissions()

    @cached_property
    def dynamodb(self) -> Any:
        return self.backend.client("dynamodb")

    @cached_property
    def logs(self) -> Any:
        return self.backend.client("logs")


def function_named(application: Application, name: str) -> Function | None:
    """Find a function by its physical name, or by one that CloudFormation gave it before."""
    for one in application.functions:
        if one.name == name:
            return one
    for one in application.functions:
        if name.startswith(f"{application.stack_name}-{one.logical_id}-"):
            return one
    return None
