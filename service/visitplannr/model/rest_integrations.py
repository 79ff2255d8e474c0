"""The integrations of a REST API's methods that are no Lambda proxies, as its document has them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.model.routes import Route

WHEN_NO_MATCH = "WHEN_NO_MATCH"
WHEN_NO_TEMPLATES = "WHEN_NO_TEMPLATES"
# "integration.uri" in API Gateway's API reference: a service with an action of it, or a path.
_SERVICE = re.compile(
    r"arn:[\w-]+:apigateway:[\w-]*:(?:(?P<subdomain>[^:]+)\.)?(?P<service>[\w-]+):"
    r"(?:action/(?P<action>\w+)|path/(?P<path>.*))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """How one outcome is answered; `pattern` is a regular expression, "" for all other outcomes."""

    pattern: str
    status: int
    parameters: Mapping[str, Any]
    templates: Mapping[str, Any]
    content_handling: str


@dataclass(frozen=True, slots=True)
class RestIntegration:
    """What a method asks of what is behind it, and how it answers with what that gave.

    `kind` is MOCK, HTTP, HTTP_PROXY or AWS, `method` is that of the call, "ANY" the client's own.
    """

    kind: str
    method: str
    uri: str
    credentials: str
    parameters: Mapping[str, Any]
    templates: Mapping[str, Any]
    passthrough: str
    content_handling: str
    responses: tuple[IntegrationResponse, ...]


@dataclass(frozen=True, slots=True)
class ServiceUri:
    """Which service a URI names; a path begins with a slash."""

    service: str
    subdomain: str
    action: str
    path: str


def rest_integration(route: Route) -> RestIntegration:
    """Read the integration of a route."""
    found = route.integration
    return RestIntegration(
        kind=route.integration_type,
        method=str(found.get("httpMethod") or "ANY").upper(),
        uri=str(found.get("uri") or ""),
        credentials=str(found.get("credentials") or ""),
        parameters=_mapping(found.get("requestParameters")),
        templates=_mapping(found.get("requestTemplates")),
        passthrough=str(found.get("passthroughBehavior") or WHEN_NO_MATCH).upper(),
        content_handling=str(found.get("contentHandling") or ""),
        responses=tuple(_responses(_mapping(found.get("responses")))),
    )


def service_uri(uri: str) -> ServiceUri | None:
    """Take the URI of a service apart; None if it is none."""
    match = _SERVICE.fullmatch(uri)
    if match is None:
        return None
    path = f"/{(match['path'] or '').removeprefix('/')}"
    return ServiceUri(match["service"], match["subdomain"] or "", match["action"] or "", path)


def _responses(responses: Mapping[str, Any]) -> Iterator[IntegrationResponse]:
    for pattern, given in responses.items():
        response = _mapping(given)
        status = str(response.get("statusCode") or "200")
        yield IntegrationResponse(
            pattern="" if pattern == "default" else str(pattern),
            status=int(status) if status.isdecimal() else 200,
            parameters=_mapping(response.get("responseParameters")),
            templates=_mapping(response.get("responseTemplates")),
            content_handling=str(response.get("contentHandling") or ""),
        )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
