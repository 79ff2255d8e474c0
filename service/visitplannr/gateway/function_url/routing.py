"""Which requests a function URL is for: those below its path, and those to its host."""

from dataclasses import replace

from visitplannr.gateway.event_parts import domain
from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import Match
from visitplannr.model.application import Application, FunctionUrl
from visitplannr.model.routes import routes_in


class FunctionUrlRouter:
    """Takes every method and path of its own: a function URL has one route.

    They are `/_urls/<LogicalId>/…` on any host, and everything on the host
    `<logicalid>.lambda-url.localhost`; the function does not see which of them it was.
    """

    def __init__(self, api: FunctionUrl) -> None:
        self.routes = routes_in(api.document)
        self._prefix = api.prefix
        self._host = host_of(api)

    def match(self, request: Request) -> Match | None:
        """Match the request as the function sees it, which is without the prefix (U2)."""
        if domain(request).lower() == self._host:
            return Match(request, self.routes[0], {})
        before, found, path = request.path.partition(self._prefix)
        if before or not found or path[:1] not in {"", "/"}:
            return None
        return Match(replace(request, path=path or "/"), self.routes[0], {})


def host_of(api: FunctionUrl) -> str:
    """Give the local host name that stands for AWS's `<url-id>.lambda-url.<region>.on.aws`."""
    return f"{api.logical_id.lower()}.lambda-url.localhost"


def hosts_of(application: Application) -> frozenset[str]:
    """Give the host names that are function URLs' own."""
    return frozenset(host_of(api) for api in application.apis if isinstance(api, FunctionUrl))
