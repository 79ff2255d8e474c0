"""Request validators: required parameters and body models (api-gateway.md X50, X51).

And the request parameters that an integration may not have (X15): they fail a request here, too.
"""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.rest_api.mapping import forbidden_header
from visitplannr.gateway.rest_api.query import pairs_of
from visitplannr.model.routes import Route

if TYPE_CHECKING:
    from jsonschema import Draft4Validator

_VALIDATOR = "x-amazon-apigateway-request-validator"
_PLACES = ("header", "path", "query")


class RequestValidation:
    """What one route asks of its requests; compiled once from the OpenAPI document."""

    def __init__(self, route: Route, document: Mapping[str, Any]) -> None:
        name = route.operation.get(_VALIDATOR) or document.get(_VALIDATOR)
        settings = document.get(f"{_VALIDATOR}s", {}).get(name) or {}
        parameters = route.operation.get("parameters") or []
        self._route = route
        self._forbidden = forbidden_header(
            route.integration.get("requestParameters") or {}, route.integration_type
        )
        self._required = _required(parameters) if settings.get("validateRequestParameters") else {}
        self._model = _model(parameters, document) if settings.get("validateRequestBody") else None

    def check(self, request: Request) -> None:
        """Let a request pass, parameters first, then the body.

        Raises:
            GatewayError: BAD_REQUEST_PARAMETERS with all missing names, BAD_REQUEST_BODY, or
                API_CONFIGURATION_ERROR for a mapping to a forbidden header.
        """
        if missing := list(self._missing(request)):
            message = f"Missing required request parameters: [{', '.join(missing)}]"
            raise GatewayError(GatewayResponse.BAD_REQUEST_PARAMETERS, f"{message} [X50]", message)
        if self._model is not None and _is_json(request):
            _check_body(self._model, request.body)
        if self._forbidden:
            raise GatewayError(
                GatewayResponse.API_CONFIGURATION_ERROR,
                f"{self._route} maps to the header {self._forbidden}, "
                "which no mapping may set [X15]",
            )

    def _missing(self, request: Request) -> Iterator[str]:
        for name in self._required.get("header", ()):
            if not (request.header(name.lower()) or "").strip():
                yield name
        sent = dict(pair for pair in pairs_of(request.query) if pair[1])
        for name in self._required.get("query", ()):
            if name not in sent:
                yield name


def _required(parameters: list[Mapping[str, Any]]) -> dict[str, list[str]]:
    return {
        place: [
            parameter["name"]
            for parameter in parameters
            if parameter.get("in") == place and parameter.get("required")
        ]
        for place in _PLACES
    }


def _model(
    parameters: list[Mapping[str, Any]], document: Mapping[str, Any]
) -> "Draft4Validator | None":
    schema = next((item.get("schema") for item in parameters if item.get("in") == "body"), None)
    if schema is None:
        return None
    from jsonschema import Draft4Validator  # noqa: PLC0415 - takes a fifth of a second

    return Draft4Validator({**schema, "definitions": document.get("definitions", {})})


def _is_json(request: Request) -> bool:
    """Say whether the model for JSON applies; a request without Content-Type counts as JSON."""
    media_type = (request.header("content-type") or "application/json").partition(";")[0]
    return media_type.strip().lower() == "application/json"


def _check_body(model: "Draft4Validator", body: bytes) -> None:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        reason = f"it is no JSON ({error})"
        raise _invalid(reason, reason) from None
    faults = tuple(f"{fault.json_path}: {fault.message}" for fault in model.iter_errors(value))
    if faults:
        raise _invalid("; ".join(faults), *faults)


def _invalid(reason: str, *faults: str) -> GatewayError:
    return GatewayError(
        GatewayResponse.BAD_REQUEST_BODY,
        f"the body does not satisfy the model: {reason} [X51]",
        faults=faults,
    )
