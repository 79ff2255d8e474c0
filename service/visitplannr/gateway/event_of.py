"""The event that a request would give a function, without giving it to one."""

import time
from typing import Any

from visitplannr.gateway.identifiers import new_ids
from visitplannr.gateway.kinds import KINDS, Kinds
from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import NoRouteError
from visitplannr.model.application import Application


def event_of(application: Application, request: Request, kinds: Kinds = KINDS) -> dict[str, Any]:
    """Build the proxy event of a request, without what an authorizer or an API key would add.

    Raises:
        NoRouteError: no route matches; the message names those there are.
    """
    ids = new_ids(request.header("x-amzn-trace-id"), time.time())
    known: list[str] = []
    for api in application.apis:
        kind = kinds[type(api)]
        router = kind.router(api)
        if match := router.match(request):
            return kind.event(match, api, ids)
        known += map(str, router.routes)
    there = ", ".join(known) or "none"
    raise NoRouteError(f"no route for {request.method} {request.path}; there are: {there}")
