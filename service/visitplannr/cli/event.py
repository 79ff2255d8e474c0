"""`visitplannr event`: the event that a request, or another source, would give a function."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from visitplannr.backend.endpoint import Backend
from visitplannr.cli.command import CommandError
from visitplannr.deployment.deploy import read_back
from visitplannr.deployment.outline import outline
from visitplannr.gateway.event_of import event_of
from visitplannr.gateway.kinds import readers
from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import NoRouteError
from visitplannr.model.application import Application
from visitplannr.template.inputs import Inputs
from visitplannr.up.announcement import find_running

_SAMPLES = Path(__file__).with_name("samples")
_URL = "http://localhost:8000"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Where a sample has what its producer wrote; the other samples have no such place.
_CARRIERS = {
    "eventbridge": ("detail",),
    "sns": ("Records", 0, "Sns", "Message"),
    "sqs": ("Records", 0, "body"),
    "test-invoke": ("body",),
}


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
        raise CommandError(str(error)) from error


def sample_event(source: str, data: str | None) -> dict[str, Any]:
    """Give the sample of a source, with `data` where its producer's own words are.

    Raises:
        CommandError: there is no such sample, or no place for data in it.
    """
    path = _SAMPLES / f"{source}.json"
    if source not in samples():
        raise CommandError(
            f"{source} is no method and no source; there are: {', '.join((*METHODS, *samples()))}"
        )
    event: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if data is None:
        return event
    if source not in _CARRIERS:
        raise CommandError(f"an event of {source} carries no data; change what this prints")
    *way, last = _CARRIERS[source]
    place: Any = event
    for step in way:
        place = place[step]
    place[last] = _detail(data) if source == "eventbridge" else data
    if source == "sqs":
        place["md5OfBody"] = hashlib.md5(data.encode(), usedforsecurity=False).hexdigest()
    return event


def samples() -> list[str]:
    """Name the sources that there are samples of."""
    return sorted(path.stem for path in _SAMPLES.glob("*.json"))


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


def _detail(data: str) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise CommandError(f"the detail of an EventBridge event is JSON: {error}") from error
