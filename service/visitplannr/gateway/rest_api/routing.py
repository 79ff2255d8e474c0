"""How a REST API chooses a route: the resource by the path alone, then the method on it."""

from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import Match, Router, route_of


class RestRouter(Router):
    """The routes of a REST API."""

    def match(self, request: Request) -> Match | None:
        """Match the raw path (api-gateway.md X32, X35).

        A trailing slash is ignored (E5, X37); `%2F` splits nothing (E7).
        """
        segments = request.path.removeprefix("/").split("/")
        if segments[-1] == "":
            segments.pop()
        resource = next(self.resources(segments), None)
        if resource is None:
            return None
        route = route_of(resource.methods, request.method)
        return Match(request, route, resource.path_parameters) if route else None
