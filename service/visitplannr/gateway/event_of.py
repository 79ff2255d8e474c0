"""The event that a request would give a function, without giving it to one."""

import time
from collections.abc import Iterator
from typing import Any

from visitplannr.gateway.http_api import event as http_event
from visitplannr.gateway.http_api.routing import match_route as match_http_route
from visitplannr.gateway.identifiers import new_ids
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api import event as rest_event
from visitplannr.gateway.rest_api.routing import match_route as match_rest_route
from visitplannr.gateway.routing import Router
from visitplannr.model.application import Application, HttpApi, RestApi


class NoRouteError(Exception):
    """No API has a route for the request; the message names those there are."""


def event_of(application: Application, request: Request) -> dict[str, Any]:
    """Build the proxy event of a request, without what an authorizer or an API key would add.

    Raises:
        NoRouteError: no route matches.
    """
    ids = new_ids(request.header("x-amzn-trace-id"), time.time())
    for api in application.apis:
        router = Router(api.document)
        choose = match_rest_route if isinstance(api, RestApi) else match_http_route
        match = choose(router, request.method, request.path)
        if match and isinstance(api, RestApi):
            return rest_event.build_event(request, match, api, ids)
        if match and isinstance(api, HttpApi):
            return http_event.build_event(request, match, api, ids)
    there = ", ".join(_routes(application)) or "none"
    raise NoRouteError(f"no route for {request.method} {request.path}; there are: {there}")


def _routes(application: Application) -> Iterator[str]:
    for api in application.apis:
        yield from map(str, Router(api.document).routes)
