"""Routes, compiled once from the OpenAPI document into a tree of path segments.

At one level a static part beats `{param}`, which beats `{proxy+}` (api-gateway.md X30); the
resource is chosen by the path alone, then the method on it (X32, X35).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ANY = "x-amazon-apigateway-any-method"
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_INTEGRATION = "x-amazon-apigateway-integration"


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One method of one resource. `method` is "ANY" or a method in upper case."""

    resource: str
    method: str
    operation: Mapping[str, Any]

    @property
    def integration(self) -> Mapping[str, Any]:
        return self.operation.get(_INTEGRATION) or {}

    @property
    def integration_type(self) -> str:
        return str(self.integration.get("type", "none")).upper()


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the raw text of its path parameters."""

    route: Route
    path_parameters: Mapping[str, str]


@dataclass(slots=True)
class _Node:
    static: dict[str, "_Node"] = field(default_factory=dict)
    parameter: tuple[str, "_Node"] | None = None
    greedy: tuple[str, "_Node"] | None = None
    methods: dict[str, Route] = field(default_factory=dict)


class Router:
    """Finds the route of a request; built from an OpenAPI document's `paths`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._root = _Node()
        self.routes = tuple(_routes(document))
        for route in self.routes:
            _insert(self._root, route)

    def match(self, method: str, path: str) -> Match | None:
        """Match a raw path; a trailing slash is ignored (E5, X37), `%2F` splits nothing (E7)."""
        segments = path.removeprefix("/").split("/")
        if segments[-1] == "":
            segments.pop()
        found = _find(self._root, segments, 0)
        if found is None:
            return None
        node, parameters = found
        route = node.methods.get(method)
        if route is None and method in METHODS:
            route = node.methods.get("ANY")
        return Match(route, parameters) if route else None


def _routes(document: Mapping[str, Any]) -> Iterator[Route]:
    for resource, operations in document.get("paths", {}).items():
        for key, operation in operations.items():
            if key == ANY or key.upper() in METHODS:
                method = "ANY" if key == ANY else key.upper()
                yield Route(resource, method, operation or {})


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


def _find(node: _Node, segments: list[str], at: int) -> tuple[_Node, dict[str, str]] | None:
    """Look for a node with methods, most specific first, stepping back out of dead ends."""
    if at == len(segments):
        return (node, {}) if node.methods else None
    segment = segments[at]
    if (child := node.static.get(segment)) and (found := _find(child, segments, at + 1)):
        return found
    if node.parameter and segment:
        name, child = node.parameter
        if found := _find(child, segments, at + 1):
            return found[0], {name: segment, **found[1]}
    if node.greedy:
        name, child = node.greedy
        return child, {name: "/".join(segments[at:])}
    return None
