"""How an HTTP API chooses a route: by path and method together, `$default` last.

The order is that of "Create routes for HTTP APIs" in API Gateway's developer guide.
"""

from urllib.parse import unquote

from visitplannr.gateway.cors import CORS, Cors
from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import Match, Router, route_of
from visitplannr.model.application import HttpApi
from visitplannr.model.routes import DEFAULT


class HttpRouter(Router):
    """The routes of an HTTP API."""

    def __init__(self, api: HttpApi) -> None:
        super().__init__(api)
        self._cors = Cors(api.document.get(CORS))
        self._default = next((route for route in self.routes if route.resource == DEFAULT), None)

    def match(self, request: Request) -> Match | None:
        """Match the raw path; its parts and the parameters are percent-decoded (H6).

        A trailing slash counts, but for the root (H33). A preflight that the API answers itself is
        for the route of the request that is to come, or another one of its path (H40).
        """
        path, announced = request.path, self._cors.announced(request)
        segments = [unquote(part) for part in path.removeprefix("/").split("/")]
        for resource in self.resources(segments if path != "/" else []):
            route = route_of(resource.methods, announced or request.method)
            if announced:
                route = route or next(iter(resource.methods.values()))
            if route:
                return Match(request, route, resource.path_parameters)
        return Match(request, self._default, {}) if self._default else None
