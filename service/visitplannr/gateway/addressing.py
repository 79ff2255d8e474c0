"""Which API of a stack a request is for: by its host, its route, or a stage at the path's front.

Routes are served at their own paths. Below `/<stage>` an API is where no route of its own has that
path, and at AWS's hosts, `<api-id>.execute-api.localhost` (and with a region or AWS's own domain
behind it), below nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import ApiRouter, Match
from visitplannr.model.application import Api
from visitplannr.model.routes import DEFAULT, Route

_HOST = ".execute-api."


@dataclass(frozen=True, slots=True)
class Addressed:
    """An API with its router; `at_paths` says that its routes are at their own paths."""

    api: Api
    router: ApiRouter
    at_paths: bool


class Addressing:
    """Finds the API that a request is for."""

    def __init__(self, apis: Iterable[Addressed]) -> None:
        self._apis: Sequence[Addressed] = tuple(apis)
        at_paths = [at for at, one in enumerate(self._apis) if one.at_paths]
        self._speaks = at_paths[0] if at_paths else 0
        self._by_id = {self._apis[at].api.api_id.lower(): at for at in reversed(at_paths)}
        self._by_stage: dict[str, list[int]] = {}
        for at in at_paths:
            if self._apis[at].api.stage != DEFAULT:
                self._by_stage.setdefault(self._apis[at].api.stage, []).append(at)
        self._catching = {
            route for at in at_paths for route in self._apis[at].router.routes if _takes_all(route)
        }

    def find(self, request: Request) -> tuple[int, Match | None]:
        """Give the place of the API, and the match that its router made.

        Without a match it is the API that says so: the one of the host, else the first that
        serves routes at their own paths. This is on the way of every request.
        """
        for name, value in request.headers:
            if _HOST in value and name.lower() == "host":
                at = self._by_id.get(value.partition(".")[0].lower())
                if at is not None:
                    return at, self._at_host(at, request)
        last: tuple[int, Match] | None = None
        for at, one in enumerate(self._apis):
            if match := one.router.match(request):
                if match.route not in self._catching or match.request.path != request.path:
                    return at, match
                last = last or (at, match)
        stage = _first_part(request)
        if stage in self._by_stage:
            last = self._below_stage(stage, request) or last
        return last or (self._speaks, None)

    def _below_stage(self, stage: str, request: Request) -> tuple[int, Match] | None:
        below = _without(stage, request)
        for at in self._by_stage[stage]:
            if match := self._apis[at].router.match(below):
                return at, match
        return None

    def _at_host(self, at: int, request: Request) -> Match | None:
        one = self._apis[at]
        if one.api.stage == DEFAULT:
            return one.router.match(request)
        if _first_part(request) != one.api.stage:
            return None
        return one.router.match(_without(one.api.stage, request))


def _takes_all(route: Route) -> bool:
    """Say whether a route takes every path: `$default`, or one that is greedy from its start.

    An API that has one comes last, and what is below a stage is for that.
    """
    resource = route.resource
    greedy = resource.startswith("/{") and resource.find("/", 1) < 0 and resource.endswith("+}")
    return resource == DEFAULT or greedy


def _first_part(request: Request) -> str:
    return request.path.lstrip("/").partition("/")[0]


def _without(stage: str, request: Request) -> Request:
    """Give the request below a stage; slashes before the stage do not count (E6)."""
    return replace(request, path=request.path.lstrip("/").removeprefix(stage) or "/")
