"""The event that a request would give a function, without giving it to one."""

import time
from typing import Any

from visitplannr.gateway.addressing import Addressed, Addressing
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
    addressed = [
        Addressed(api, kind.router(api), not kind.prefix(api))
        for api in application.apis
        for kind in (kinds[type(api)],)
    ]
    at, match = Addressing(addressed).find(request) if addressed else (0, None)
    if match:
        api = addressed[at].api
        return kinds[type(api)].event(match, api, ids)
    known = [str(route) for one in addressed for route in one.router.routes]
    there = ", ".join(known) or "none"
    raise NoRouteError(f"no route for {request.method} {request.path}; there are: {there}")
