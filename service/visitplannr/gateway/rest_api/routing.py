"""How a REST API chooses a route: the most specific resource that has the method."""

from dataclasses import replace

from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import Match, Router, route_of


class RestRouter(Router):
    """The routes of a REST API."""

    def match(self, request: Request) -> Match | None:
        """Match the raw path (api-gateway.md X32, X35): the most specific resource with the method.

        Slashes at both ends are ignored (E5, E6, X37); `%2F` splits nothing (E7). The method may
        be overridden by a header (E50).
        """
        asked = _overridden(request)
        path = request.path.strip("/")
        for resource in self.resources(path.split("/") if path else []):
            if route := route_of(resource.methods, asked.method):
                return Match(asked, route, resource.path_parameters)
        return None


def _overridden(request: Request) -> Request:
    """Let X-HTTP-Method-Override name the method."""
    method = request.header("x-http-method-override")
    return replace(request, method=method.strip().upper()) if method else request
