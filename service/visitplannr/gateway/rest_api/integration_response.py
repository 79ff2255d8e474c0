"""From what an integration gave to the method's answer (api-gateway.md X68 to X71)."""

import base64
import binascii
import re

from visitplannr.gateway.media_types import first_accepted, is_binary
from visitplannr.gateway.request import Headers, Response
from visitplannr.gateway.rest_api import headers as treatment
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.rest_api.mapping import AnswerSource, mapped_headers
from visitplannr.gateway.rest_api.method_request import MethodRequest
from visitplannr.gateway.rest_api.template_variables import TemplateVariables
from visitplannr.model.endpoints import EndpointAnswer
from visitplannr.model.rest_integrations import IntegrationResponse, RestIntegration

_JSON = "application/json"
_PREFIX = "method.response.header."
_STATUSES = range(100, 600)


def proxied_response(answer: EndpointAnswer) -> Response:
    """Pass an answer on as it is, but for headers that are the gateway's own to set (R13)."""
    return Response(answer.status, treatment.proxied_headers(answer.headers), answer.body)


def integration_response(
    integration: RestIntegration, outcome: str, answer: EndpointAnswer, asked: MethodRequest
) -> Response:
    """Answer as the integration response says that is for an outcome.

    `outcome` is the status as text, or the error message of a function.

    Raises:
        GatewayError: API_CONFIGURATION_ERROR, none is for it.
    """
    chosen, variables = select(integration.responses, outcome), asked.variables
    source = AnswerSource(answer, asked.source)
    headers = mapped_headers(chosen.parameters, _PREFIX, source)
    body = _converted(chosen, answer, asked)
    if template := _template(chosen, first_accepted(asked.request)):
        body = variables.rendered(template, body.decode("utf-8", errors="replace")).encode()
    set_there = variables.override("responseOverride", "header")
    overridden = tuple((name, str(value)) for name, value in set_there.items())
    return Response(_status(chosen, variables), _headers(headers, overridden), body)


def select(responses: tuple[IntegrationResponse, ...], outcome: str) -> IntegrationResponse:
    """Choose the response whose pattern matches the whole outcome, else the one without."""
    for response in responses:
        if response.pattern and _matches(response.pattern, outcome):
            return response
    for response in responses:
        if not response.pattern:
            return response
    raise GatewayError(
        GatewayResponse.API_CONFIGURATION_ERROR,
        f"no integration response is for the outcome {outcome!r}, and there is no default [X68]",
    )


def _matches(pattern: str, outcome: str) -> bool:
    try:
        return re.fullmatch(pattern, outcome) is not None
    except re.error:
        return False


def _template(response: IntegrationResponse, accept: str) -> str | None:
    """Choose a template by the type that the client accepts; else that for JSON, else the first."""
    templates = {kind: text for kind, text in response.templates.items() if isinstance(text, str)}
    accepted = accept.partition(";")[0].strip()
    for kind in (accepted, _JSON, *templates):
        if kind in templates:
            return templates[kind]
    return None


def _converted(
    response: IntegrationResponse, answer: EndpointAnswer, asked: MethodRequest
) -> bytes:
    """Convert a body between bytes and base64, as contentHandling or the client asks (X71)."""
    types, handling = asked.api.binary_media_types, response.content_handling
    binary = is_binary(answer.header("content-type") or _JSON, types)
    accepts_binary = is_binary(first_accepted(asked.request), types)
    as_text = handling == "CONVERT_TO_TEXT" or (not handling and not accepts_binary)
    if binary:
        return base64.b64encode(answer.body) if as_text else answer.body
    if as_text:
        return answer.body
    try:
        return base64.b64decode(answer.body, validate=True)
    except binascii.Error as error:
        reason = f"the answer is to be bytes, and is no base64: {error} [X71]"
        raise GatewayError(GatewayResponse.API_CONFIGURATION_ERROR, reason) from None


def _status(response: IntegrationResponse, variables: TemplateVariables) -> int:
    """Give the response's status, or the one that the template has set."""
    status = (variables.context.get("responseOverride") or {}).get("status")
    text = str(status)
    if text.isdecimal() and int(text) in _STATUSES:
        return int(text)
    return response.status


def _headers(mapped: Headers, overridden: Headers) -> Headers:
    replaced = {name.lower() for name, _ in overridden}
    kept = (*(pair for pair in mapped if pair[0].lower() not in replaced), *overridden)
    if not any(name.lower() == "content-type" for name, _ in kept):
        kept = (("Content-Type", _JSON), *kept)
    return treatment.mapped_headers(kept)
