"""The event that a request would give a function, without giving it to one."""

import time
from collections.abc import Iterator
from typing import Any

from service.gateway.http_api import event as http_event
from service.gateway.http_api.routing import match_route as match_http_route
from service.gateway.identifiers import new_ids
from service.gateway.request import Request
from service.gateway.rest_api import event as rest_event
from service.gateway.rest_api.routing import match_route as match_rest_route
from service.gateway.routing import Router
from service.template.model import Application


class NoRouteError(Exception):
    """No API has a route for the request; the message names those there are."""


def event_of(application: Application, request: Request) -> dict[str, Any]:
    """Build the proxy event of a request, without what an authorizer or an API key would add.

    Raises:
        NoRouteError: no route matches.
    """
    ids = new_ids(request.header("x-amzn-trace-id"), time.time())
    for rest_api in application.rest_apis:
        if match := match_rest_route(Router(rest_api.document), request.method, request.path):
            return rest_event.build_event(request, match, rest_api, ids)
    for http_api in application.http_apis:
        if match := match_http_route(Router(http_api.document), request.method, request.path):
            return http_event.build_event(request, match, http_api, ids)
    there = ", ".join(_routes(application)) or "none"
    raise NoRouteError(f"no route for {request.method} {request.path}; there are: {there}")


def _routes(application: Application) -> Iterator[str]:
    for api in (*application.rest_apis, *application.http_apis):
        yield from map(str, Router(api.document).routes)
