"""What a WebSocket API is for: handshakes, and requests about its connections (W1, W2, W50).

Below `/_ws/<LogicalId>`, with or without the stage, below the stage alone, and at AWS's host.
"""

import re

from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import Match
from visitplannr.model.application import WebSocketApi
from visitplannr.model.routes import Route

CONNECTION = "connectionId"
_MANAGED = re.compile(r"(?P<before>.*)/(?:@|%40)connections/(?P<id>[^/]+)")
_OF_CONNECTIONS = Route(f"/@connections/{{{CONNECTION}}}", "ANY", {})
_OF_ITSELF = Route("/", "ANY", {})


class WebSocketRouter:
    """Finds requests about connections, and those that should have been handshakes."""

    def __init__(self, api: WebSocketApi) -> None:
        self.routes: tuple[Route, ...] = (_OF_CONNECTIONS,)
        self._stage = f"/{api.stage}"
        self._prefix = api.prefix
        self._host = f"{api.api_id.lower()}.execute-api."

    def match(self, request: Request) -> Match | None:
        """Match a request about a connection, or one that is for the API and is no handshake."""
        if found := _MANAGED.fullmatch(request.path):
            if found["before"] in {"", self._stage} or self._is_ours(request, found["before"]):
                return Match(request, _OF_CONNECTIONS, {CONNECTION: found["id"]})
            return None
        return Match(request, _OF_ITSELF, {}) if self._is_ours(request, request.path) else None

    def takes(self, request: Request) -> bool:
        """Say whether a handshake is for the API, wherever in it."""
        return request.path.rstrip("/") == self._stage or self._is_ours(request, request.path)

    def is_at_its_place(self, request: Request) -> bool:
        """Say whether a handshake that is for the API is where connections are made."""
        path = request.path.rstrip("/").removeprefix(self._prefix)
        return path in {"", self._stage} and (path != "" or not self._is_host(request))

    def _is_ours(self, request: Request, path: str) -> bool:
        below = path.startswith(f"{self._prefix}/") or path == self._prefix
        return below or self._is_host(request)

    def _is_host(self, request: Request) -> bool:
        return (request.header("host") or "").lower().startswith(self._host)
