"""The MOCK integration, as far as SAM's CORS needs it (api-gateway.md X40)."""

import json
from collections.abc import Mapping
from typing import Any

from visitplannr.gateway.request import Response
from visitplannr.gateway.rest_api.mapping import mapped_headers
from visitplannr.gateway.routing import Match
from visitplannr.model.routes import Route

_HEADER_PREFIX = "method.response.header."


def is_mock(route: Route) -> bool:
    """Say whether a route has a MOCK integration."""
    return route.integration_type == "MOCK"


def mock_response(match: Match) -> Response:
    """Answer with the integration response for the status that the request template names."""
    integration = match.route.integration
    status = _status(integration)
    responses = integration.get("responses") or {}
    found = next(
        (
            response
            for pattern, response in responses.items()
            if str(response.get("statusCode", pattern)) == str(status)
        ),
        responses.get("default") or {},
    )
    templates = found.get("responseTemplates") or {}
    headers = mapped_headers(found.get("responseParameters") or {}, _HEADER_PREFIX, match.request)
    body = templates.get("application/json") or ""
    return Response(status, (("Content-Type", "application/json"), *headers), body.encode())


def _status(integration: Mapping[str, Any]) -> int:
    """Read {"statusCode": N} from the request template for JSON; 200 if it says nothing."""
    template = (integration.get("requestTemplates") or {}).get("application/json") or "{}"
    try:
        return int(json.loads(template)["statusCode"])
    except (ValueError, TypeError, KeyError):
        return 200
