"""Routes, compiled once from the OpenAPI document into a tree of path segments.

At one level a static part beats `{param}`, which beats `{proxy+}` (api-gateway.md X30).
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from visitplannr.gateway.request import RefusedError, Request
from visitplannr.model.application import Api
from visitplannr.model.routes import DEFAULT, METHODS, Route, routes_in


class NoRouteError(RefusedError):
    """No route is for the request; the text names those there are."""


@dataclass(frozen=True, slots=True)
class Match:
    """A route, the text of its path parameters, and the request as the API sees it.

    The request is the client's, or without the part of its path that chose the API.
    """

    request: Request
    route: Route
    path_parameters: Mapping[str, str]


class ApiRouter(Protocol):
    """Tells which requests an API is for, by whatever of the request its kind goes by."""

    @property
    def routes(self) -> tuple[Route, ...]:
        """Give the API's routes."""

    def match(self, request: Request) -> Match | None:
        """Find the route of a request; None if it has none here."""


@dataclass(frozen=True, slots=True)
class Resource:
    """The routes of one path pattern, by method, and what its parameters stand for."""

    methods: Mapping[str, Route]
    path_parameters: dict[str, str]


@dataclass(slots=True)
class _Node:
    static: dict[str, "_Node"] = field(default_factory=dict)
    parameter: tuple[str, "_Node"] | None = None
    greedy: tuple[str, "_Node"] | None = None
    methods: dict[str, Route] = field(default_factory=dict)


class Router:
    """The routes of an API's OpenAPI document, found by path."""

    def __init__(self, api: Api) -> None:
        self._root = _Node()
        self.routes = routes_in(api.document)
        for route in self.routes:
            if route.resource != DEFAULT:
                _insert(self._root, route)

    def resources(self, segments: list[str]) -> Iterator["Resource"]:
        """Yield the resources that a path matches, the most specific first."""
        return _find(self._root, segments, 0)


def route_of(methods: Mapping[str, Route], method: str) -> Route | None:
    """Choose a resource's route: the exact method beats ANY (X32)."""
    return methods.get(method) or (methods.get("ANY") if method in METHODS else None)


def no_route(routes: tuple[Route, ...], request: Request) -> NoRouteError:
    """Make the error that says which routes there are, and which is the nearest."""
    names = [str(route) for route in routes]
    nearest = difflib.get_close_matches(f"{request.method} {request.path}", names, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    return NoRouteError(f"no such route; there are: {', '.join(names) or 'none'}{hint}")


def _insert(root: _Node, route: Route) -> None:
    node = root
    for segment in route.resource.strip("/").split("/"):
        if segment.startswith("{") and segment.endswith("+}"):
            node.greedy = node.greedy or (segment[1:-2], _Node())
            node = node.greedy[1]
        elif segment.startswith("{") and segment.endswith("}"):
            node.parameter = node.parameter or (segment[1:-1], _Node())
            node = node.parameter[1]
        elif segment:
            node = node.static.setdefault(segment, _Node())
    node.methods[route.method] = route


def _find(node: _Node, segments: list[str], at: int) -> Iterator[Resource]:
    """Walk the tree, stepping back out of dead ends."""
    if at == len(segments):
        if node.methods:
            yield Resource(node.methods, {})
        return
    segment = segments[at]
    if child := node.static.get(segment):
        yield from _find(child, segments, at + 1)
    if node.parameter and segment:
        name, child = node.parameter
        for found in _find(child, segments, at + 1):
            yield Resource(found.methods, {name: segment, **found.path_parameters})
    if node.greedy:
        name, child = node.greedy
        yield Resource(child.methods, {name: "/".join(segments[at:])})
