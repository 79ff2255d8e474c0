"""How a REST API chooses a route: the resource by the path alone, then the method on it."""

from visitplannr.gateway.routing import Match, Router, route_of


def match_route(router: Router, method: str, path: str) -> Match | None:
    """Match a raw path (api-gateway.md X32, X35).

    A trailing slash is ignored (E5, X37); `%2F` splits nothing (E7).
    """
    segments = path.removeprefix("/").split("/")
    if segments[-1] == "":
        segments.pop()
    resource = next(router.resources(segments), None)
    if resource is None:
        return None
    route = route_of(resource.methods, method)
    return Match(route, resource.path_parameters) if route else None
