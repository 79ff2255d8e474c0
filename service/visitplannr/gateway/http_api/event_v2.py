"""The event of an HTTP API, payload format 2.0 (api-gateway.md H1 to H8)."""

from typing import Any
from urllib.parse import unquote

from visitplannr.gateway.event_parts import domain
from visitplannr.gateway.event_v2 import http_part, request_part, time_part
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import Match
from visitplannr.model.application import HttpApi
from visitplannr.model.routes import DEFAULT


def build_event(match: Match, api: HttpApi, ids: RequestIds) -> dict[str, Any]:
    """Build the event of a matched request; what is absent has no key (H1)."""
    optional = {
        "pathParameters": match.path_parameters,
        "stageVariables": api.stage_variables,
    }
    return {
        **request_part(match.request, ids, {"content-length": ["0"]}),
        "routeKey": str(match.route),
        "rawPath": staged_path(match.request, api),
        "requestContext": _context(match, api, ids),
        **{key: value for key, value in optional.items() if value},
    }


def staged_path(request: Request, api: HttpApi) -> str:
    """Give the path as HTTP APIs do: percent-decoded, and cut at a decoded "?" (H5)."""
    path = unquote(request.path).partition("?")[0]
    return path if api.stage == DEFAULT else f"/{api.stage}{path}"


def _context(match: Match, api: HttpApi, ids: RequestIds) -> dict[str, Any]:
    domain_name = domain(match.request)
    return {
        "accountId": api.account_id,
        "apiId": api.api_id,
        "domainName": domain_name,
        "domainPrefix": domain_name.partition(".")[0],
        "http": http_part(match.request, staged_path(match.request, api)),
        "requestId": ids.extended_request_id,
        "routeKey": str(match.route),
        "stage": api.stage,
        **time_part(ids),
    }
