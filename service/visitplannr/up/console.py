"""The console of a running stack."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.logs import log_events
from visitplannr.backend.tables import TableReader
from visitplannr.console.console import Console, Served
from visitplannr.deployment.permissions import permissions
from visitplannr.model.application import Application
from visitplannr.model.invocation import Invoker
from visitplannr.runtime.recorder import Recorder


def console_of(
    application: Application,
    invoker: Invoker,
    backend: Backend,
    recorder: Recorder,
    served: Served,
) -> Console:
    """Give the console what it shows."""
    functions = [item for item in application.resources if item.type == "AWS::Lambda::Function"]

    def read_permissions() -> Mapping[str, Any]:
        found = permissions(backend, functions)
        return {one.logical_id: {**asdict(one), "warnings": one.warnings} for one in found}

    logs = functools.cache(lambda: backend.client("logs"))

    def read_logs(
        groups: Mapping[str, str], since_ms: int, text: str | None
    ) -> Iterable[Mapping[str, Any]]:
        return log_events(logs(), groups, since_ms, text)

    return Console(
        name=recorder.begin_application(),
        application=application,
        invoker=invoker,
        invocations=recorder,
        tables=TableReader(lambda: backend.client("dynamodb")),
        read_logs=read_logs,
        read_permissions=read_permissions,
        endpoint_url=backend.endpoint_url,
        served=served,
    )
