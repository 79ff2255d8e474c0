"""How an HTTP API chooses a route: by path and method together, `$default` last.

The order is that of "Create routes for HTTP APIs" in API Gateway's developer guide.
"""

from urllib.parse import unquote

from visitplannr.gateway.routing import Match, Router, route_of
from visitplannr.model.routes import DEFAULT


def match_route(router: Router, method: str, path: str) -> Match | None:
    """Match a raw path; its parts and the parameters are percent-decoded (H6).

    A trailing slash counts, but for the root (H33).
    """
    segments = [unquote(part) for part in path.removeprefix("/").split("/")] if path != "/" else []
    for resource in router.resources(segments):
        if route := route_of(resource.methods, method):
            return Match(route, resource.path_parameters)
    default = next((route for route in router.routes if route.resource == DEFAULT), None)
    return Match(default, {}) if default else None
