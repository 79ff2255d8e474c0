"""What an API configures of the gateway's own answers (api-gateway.md X2 to X5).

Its document may replace status, headers and template of a type, or of all types of a class with
DEFAULT_4XX and DEFAULT_5XX. Templates are no Velocity: variables in them are replaced, that is all.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.media_types import first_accepted
from visitplannr.gateway.request import Response
from visitplannr.gateway.rest_api.event import event_without_route
from visitplannr.gateway.rest_api.gateway_responses import Default, GatewayError
from visitplannr.gateway.rest_api.mapping import RequestSource, mapped_headers
from visitplannr.model.application import RestApi

_DOCUMENT_KEY = "x-amazon-apigateway-gateway-responses"
_HEADER_PREFIX = "gatewayresponse.header."
_JSON = "application/json"
_VARIABLE = re.compile(
    r"\$(?P<open>\{)?(?P<name>(?:context|stageVariables|method\.request)(?:\.[\w-]+)+)(?(open)\})"
)


@dataclass(frozen=True, slots=True)
class _Configured:
    status: int | None
    headers: Mapping[str, Any]
    templates: Mapping[str, str]


class GatewayResponses:
    """Renders gateway responses as an API configures them."""

    def __init__(self, api: RestApi) -> None:
        self._api = api
        self._configured = {
            name: _configured(settings)
            for name, settings in (api.document.get(_DOCUMENT_KEY) or {}).items()
            if isinstance(settings, Mapping)
        }

    def render(self, error: GatewayError, exchange: Exchange) -> Response:
        """Make the answer to an error: the type's configuration, else its class's, else default."""
        default = error.response.value
        found = self._found(error, default)
        if found is None:
            return _with_type(default, default.content_type, _filled(default.template, error, None))
        source = self._source(error, exchange)
        headers = mapped_headers(found.headers, _HEADER_PREFIX, source)
        kind, template = _template(found.templates, first_accepted(exchange.request), default)
        answer = _with_type(default, kind, _filled(template, error, source))
        named = {name.lower() for name, _ in headers}
        kept = tuple(pair for pair in answer.headers if pair[0].lower() not in named)
        return Response(found.status or default.status, (*kept, *headers), answer.body)

    def _found(self, error: GatewayError, default: Default) -> _Configured | None:
        """Find what is configured for an error; 413 stays as it is (X4)."""
        if default.configured_as is None:
            return None
        name = default.configured_as or error.response.name
        family = f"DEFAULT_{default.status // 100}XX"
        return self._configured.get(name) or self._configured.get(family)

    def _source(self, error: GatewayError, exchange: Exchange) -> RequestSource:
        """Give what headers and templates can name; `context.error` is what went wrong (X3)."""
        event = exchange.event or event_without_route(exchange.request, self._api, exchange.ids)
        known = {
            "message": error.message or "null",
            "messageString": error.message,
            "responseType": error.response.value.configured_as or error.response.name,
            "validationErrorString": f"[{', '.join(error.faults)}]" if error.faults else None,
        }
        context = {**event["requestContext"], "error": known}
        return RequestSource(exchange.request, {**event, "requestContext": context})


def _with_type(default: Default, content_type: str, body: str) -> Response:
    headers = (("Content-Type", content_type), ("x-amzn-ErrorType", default.error_type))
    return Response(default.status, headers, body.encode(errors="replace"))


def _template(templates: Mapping[str, str], accepted: str, default: Default) -> tuple[str, str]:
    """Choose a template by the type that the client accepts, else that for JSON, else the first."""
    for kind in (accepted.partition(";")[0].strip(), _JSON, *templates):
        if kind in templates:
            return kind, templates[kind]
    return default.content_type, default.template


def _filled(template: str, error: GatewayError, source: RequestSource | None) -> str:
    """Put values in the place of variables; what nobody knows is nothing."""

    def value(found: re.Match[str]) -> str:
        name = found["name"]
        if name == "context.error.messageString":
            return json.dumps(error.message)
        if name == "context.error.message":
            return error.message or "null"
        return ", ".join(source(name)) if source else ""

    return _VARIABLE.sub(value, template)


def _configured(settings: Mapping[str, Any]) -> _Configured:
    status = str(settings.get("statusCode") or "")
    templates = settings.get("responseTemplates") or {}
    return _Configured(
        status=int(status) if status.isdecimal() else None,
        headers=settings.get("responseParameters") or {},
        templates={kind: text for kind, text in templates.items() if isinstance(text, str)},
    )
