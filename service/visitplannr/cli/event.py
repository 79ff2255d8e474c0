"""`visitplannr event`: the event that a request, or another source, would give a function."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from visitplannr.backend.endpoint import Backend
from visitplannr.cli.command import CommandError
from visitplannr.cli.suggestion import like
from visitplannr.deployment.deploy import read_back
from visitplannr.deployment.outline import outline
from visitplannr.gateway.event_of import event_of
from visitplannr.gateway.kinds import readers
from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import NoRouteError
from visitplannr.model.application import Application
from visitplannr.template.inputs import Inputs
from visitplannr.up.announcement import find_running
from visitplannr.up.report import routes_of

_URL = "http://localhost:8000"


def proxy_event(
    inputs: Inputs, state: Path, request_to: Callable[[str], Request]
) -> dict[str, Any]:
    """Build the event of the request to a gateway's URL, with the running stack's ids if it runs.

    Raises:
        CommandError: no route matches.
        DeploymentError, TemplateError: the stack or its template cannot be read.
    """
    application, url = _application(inputs, state)
    try:
        return event_of(application, request_to(url))
    except NoRouteError as error:
        raise CommandError(f"{error}{did_you_mean(application, request_to(url))}") from error


def did_you_mean(application: Application, request: Request) -> str:
    """Ask whether a route was meant that is like the request's; empty if none is."""
    routes = [f"{method} {path}" for method, path, _ in routes_of(application)]
    meant = like(routes, f"{request.method} {request.path}")
    return f"; did you mean {meant}?" if meant else ""


def print_event(event: dict[str, Any]) -> None:
    """Print it as JSON."""
    sys.stdout.write(f"{json.dumps(event, indent=2)}\n")


def _application(inputs: Inputs, state: Path) -> tuple[Application, str]:
    running = find_running(state)
    given = inputs.read()
    if running is None:
        given.project.check()
        return outline(given.project, readers(), parameters=given.ssm_values()), _URL
    backend = Backend(running.endpoint_url, region=running.region)
    return read_back(backend, given.project, running.stack_name, readers()), running.url
