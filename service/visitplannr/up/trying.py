"""The curl line that `up` prints: one that its stack answers with 2xx, as far as that is known."""

import json
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from visitplannr.console.samples import sample_of
from visitplannr.gateway.kinds import KINDS, Kinds
from visitplannr.model.application import Application
from visitplannr.model.routes import DEFAULT, Route, routes_in

_WITH_BODY = ("POST", "PUT", "PATCH")
_ALWAYS = "/_local/health"
_SAVED = ("events", "tests/events")  # below the template's folder; SAM's habit, and pytest's

Open = tuple[Route, Mapping[str, Any]]


def tried(
    application: Application,
    url: str,
    function_urls: Sequence[str],
    saved: Sequence[Mapping[str, Any]],
    not_run: Collection[str] = (),
) -> str:
    """Give a line to copy: a GET, a body that fits its route, or what always answers.

    `saved` are events of requests that somebody has kept; functions `not_run` are left out.
    """
    routes = list(_open(application, set(not_run), KINDS))
    for candidate in (
        *_gets(routes, ("GET",)),
        *_with_samples(routes),
        *_as_saved(routes, saved),
        *_gets(routes, ("ANY",)),
    ):
        return _curl(url, *candidate)
    if function_urls:
        return f"curl -i {function_urls[0]}"
    return f"curl -i {url}{_ALWAYS}"


def saved_events(folder: Path) -> list[Mapping[str, Any]]:
    """Read the events of requests that are kept beside a template; what cannot be read is none."""
    found = []
    for file in (file for name in _SAVED for file in sorted((folder / name).glob("*.json"))):
        try:
            event = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(event, Mapping):
            found.append(event)
    return found


def _open(application: Application, not_run: set[str], kinds: Kinds) -> Iterator[Open]:
    """Yield the routes that everybody may call at their own path, without parameters."""
    broken = {one.name for one in application.functions if one.logical_id in not_run}
    for api in application.apis:
        if kinds[type(api)].prefix(api):
            continue
        for route in routes_in(api.document):
            guarded = route.operation.get("security") or api.document.get("security")
            mocked = route.integration_type == "MOCK"
            behind = api.integrations.get((route.resource, route.method), "")
            if not (guarded or mocked or "{" in route.resource or behind in broken):
                yield route, api.document


def _gets(routes: Sequence[Open], methods: Sequence[str]) -> Iterator[tuple[str, str, str | None]]:
    for route, _ in routes:
        if route.method in methods:
            yield "GET", route.resource, None


def _with_samples(routes: Sequence[Open]) -> Iterator[tuple[str, str, str | None]]:
    for route, document in routes:
        sample = sample_of(route, document) if route.method in _WITH_BODY else None
        if sample is not None:
            yield route.method, route.resource, json.dumps(sample)


def _as_saved(
    routes: Sequence[Open], saved: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str, str | None]]:
    known = {(route.method, route.resource) for route, _ in routes}
    for event in saved:
        method, resource = event.get("httpMethod"), event.get("resource", event.get("path"))
        body = event.get("body")
        if (method, resource) in known and isinstance(body, str):
            yield str(method), str(resource), body


def _curl(url: str, method: str, resource: str, body: str | None) -> str:
    address = f"{url}{'/' if resource == DEFAULT else resource}"
    if body is None:
        return f"curl -i {address}"
    typed = "-H 'Content-Type: application/json'"
    return f"curl -i -X {method} {address} {typed} -d {shlex.quote(body)}"
