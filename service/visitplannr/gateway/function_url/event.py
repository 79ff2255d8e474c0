"""The event of a function URL, payload format 2.0 (function-url.md U1 to U8)."""

from typing import Any

from visitplannr.gateway.event_v2 import http_part, request_part, time_part
from visitplannr.gateway.function_url.routing import host_of
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.routing import Match
from visitplannr.model.application import FunctionUrl
from visitplannr.model.routes import DEFAULT

_ANYBODY = "anonymous"


def build_event(match: Match, api: FunctionUrl, ids: RequestIds) -> dict[str, Any]:
    """Build the event of a request, without its caller; what is absent has no key (U1)."""
    request = match.request
    return {
        **request_part(request, ids, {}),
        "routeKey": DEFAULT,
        "rawPath": request.path,
        "requestContext": _context(match, api, ids),
    }


def _context(match: Match, api: FunctionUrl, ids: RequestIds) -> dict[str, Any]:
    """Give a context whose names agree as on AWS: the domain's first label is the API's id (U3).

    The request id is that of the invocation (U4).
    """
    domain_name = host_of(api)
    prefix = domain_name.partition(".")[0]
    return {
        "accountId": _ANYBODY if api.auth_type == "NONE" else api.account_id,
        "apiId": prefix,
        "domainName": domain_name,
        "domainPrefix": prefix,
        "http": http_part(match.request, match.request.path),
        "requestId": ids.request_id,
        "routeKey": DEFAULT,
        "stage": DEFAULT,
        **time_part(ids),
    }
