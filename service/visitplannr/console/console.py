"""What the console is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from visitplannr.console.sources import Invocations, ReadLogs, Tables
from visitplannr.model.application import Application, Function
from visitplannr.model.invocation import Invoker
from visitplannr.model.secrets import SECRETS, Secrets


@dataclass(frozen=True, slots=True)
class Served:
    """Where an application is: its template's folder, and the host and port that answer."""

    folder: Path
    host: str
    port: int


@dataclass(frozen=True)
class Console:
    """One application as the console sees it.

    `name` is that under which `invocations` know it: the page follows them until there is another.
    `read_permissions` reads what functions may do, by logical id.
    `endpoint_url` is the backend's, or "AWS". Pages see no `secrets`; programs see all.
    """

    name: str
    application: Application
    invoker: Invoker
    invocations: Invocations
    tables: Tables
    read_logs: ReadLogs
    read_permissions: Callable[[], Mapping[str, Any]]
    endpoint_url: str
    served: Served
    secrets: Secrets = SECRETS

    @property
    def events(self) -> Path:
        """Where events are saved."""
        return self.served.folder / "events"

    @cached_property
    def permissions(self) -> Mapping[str, Any]:
        return self.read_permissions()


def function_named(application: Application, name: str) -> Function | None:
    """Find a function by its physical name, or by one that CloudFormation gave it before."""
    for one in application.functions:
        if one.name == name:
            return one
    for one in application.functions:
        if name.startswith(f"{application.stack_name}-{one.logical_id}-"):
            return one
    return None
