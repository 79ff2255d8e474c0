"""The event of an HTTP API in the payload format that the route's integration has."""

from typing import Any

from visitplannr.gateway.http_api import event_v1, event_v2
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.routing import Match
from visitplannr.model.application import HttpApi
from visitplannr.model.routes import Route


def payload_format(route: Route) -> str:
    """Give "2.0" or "1.0", the default of documents that name none."""
    return str(route.integration.get("payloadFormatVersion", "1.0"))


def build_event(match: Match, api: HttpApi, ids: RequestIds) -> dict[str, Any]:
    """Build the event of a matched request, without its caller."""
    build = event_v2.build_event if payload_format(match.route) == "2.0" else event_v1.build_event
    return build(match, api, ids)
