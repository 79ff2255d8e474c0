"""Lambda authorizers, TOKEN and REQUEST (api-gateway.md X53, E31).

A decision is cached by its identity for the authorizer's time to live, and its policy is evaluated
anew for each method.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from visitplannr.gateway.decisions import (
    Decision,
    NoDecisionError,
    UnauthorizedError,
    read_decision,
)
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.iam.evaluation import Verdict
from visitplannr.model.application import RestApi
from visitplannr.model.invocation import InvocationResult
from visitplannr.model.routes import Route

_DEFAULT_TTL_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Authorizer:
    """One authorizer of an API; `sources` says where the identity of a request is."""

    name: str
    kind: str
    function: str | None
    sources: tuple[str, ...]
    validation: re.Pattern[str] | None
    ttl_seconds: int


def authorizers_of(api: RestApi) -> dict[str, Authorizer]:
    """Read an API's Lambda authorizers from its document: name → authorizer."""
    found = {}
    for name, definition in (api.document.get("securityDefinitions") or {}).items():
        if definition.get("x-amazon-apigateway-authtype") == "custom":
            settings = definition.get("x-amazon-apigateway-authorizer") or {}
            kind = str(settings.get("type", "token")).upper()
            found[name] = Authorizer(
                name=name,
                kind=kind,
                function=api.authorizers.get(name),
                sources=_sources(kind, definition, settings),
                validation=_validation(settings.get("identityValidationExpression")),
                ttl_seconds=_ttl(settings.get("authorizerResultTtlInSeconds")),
            )
    return found


def authorizer_of(route: Route, authorizers: Mapping[str, Authorizer]) -> Authorizer | None:
    """Find the authorizer that a route's `security` names, if any."""
    return next((authorizers[name] for name, _ in route.security if name in authorizers), None)


def identity(authorizer: Authorizer, request: Request, api: RestApi) -> tuple[str, ...]:
    """Read the identity that a request carries.

    Raises:
        GatewayError: UNAUTHORIZED, a source is missing or the token has not the form it must have.
    """
    values = [(source, _value(source, request, api)) for source in authorizer.sources]
    missing = [source for source, value in values if not value]
    if missing:
        raise _unauthorized(f"{authorizer.name}: the request has no {', '.join(missing)}")
    found = tuple(value for _, value in values if value)
    if authorizer.validation and found and not authorizer.validation.match(found[0]):
        raise _unauthorized(
            f"{authorizer.name}: the token does not match {authorizer.validation.pattern}"
        )
    return found


def decision_of(authorizer: Authorizer, result: InvocationResult, latency_ms: int) -> Decision:
    """Read what an authorizer's function returned.

    Raises:
        GatewayError: UNAUTHORIZED if it raised the text "Unauthorized", else
            AUTHORIZER_CONFIGURATION_ERROR for anything that is no policy.
    """
    try:
        return read_decision(result, latency_ms)
    except UnauthorizedError as error:
        raise _unauthorized(f"{authorizer.name}: {error}") from error
    except NoDecisionError as error:
        raise misconfigured(authorizer, str(error)) from error


def enforce(authorizer: Authorizer, verdict: Verdict, method_arn: str) -> None:
    """Let an allowed request pass.

    Raises:
        GatewayError: ACCESS_DENIED.
    """
    if verdict is not Verdict.ALLOW:
        explicit = " with an explicit deny" if verdict is Verdict.EXPLICIT_DENY else ""
        raise GatewayError(
            GatewayResponse.ACCESS_DENIED,
            f"{authorizer.name}: {method_arn} is {verdict.value} [X53]",
            f"User is not authorized to access this resource{explicit}",
        )


def _sources(
    kind: str, definition: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[str, ...]:
    text = settings.get("identitySource")
    if text is None and kind == "TOKEN":
        text = f"method.request.header.{definition.get('name', 'Authorization')}"
    return tuple(source.strip() for source in (text or "").split(",") if source.strip())


def _ttl(given: Any) -> int:
    """Read a time to live, which templates may have as text."""
    text = str(given)
    return int(text) if text.isdecimal() else _DEFAULT_TTL_SECONDS


def _validation(expression: str | None) -> re.Pattern[str] | None:
    return re.compile(expression) if expression else None


def _value(source: str, request: Request, api: RestApi) -> str | None:
    """Read one identity source, e.g. `method.request.header.Authorization`."""
    fixed = {
        "context.httpMethod": request.method,
        "context.identity.sourceIp": request.source_ip,
        "context.path": f"/{api.stage}{request.path}",
        "context.sourceIp": request.source_ip,
    }
    place, _, name = source.rpartition(".")
    if place == "method.request.header":
        return request.header(name.lower())
    if place == "method.request.querystring":
        values = parse_qs(request.query).get(name)
        return values[-1] if values else None
    if place == "stageVariables":
        return api.stage_variables.get(name)
    return fixed.get(source)


def _unauthorized(explanation: str) -> GatewayError:
    return GatewayError(GatewayResponse.UNAUTHORIZED, f"{explanation} [X53]")


def misconfigured(authorizer: Authorizer, explanation: str) -> GatewayError:
    """Make the error for an authorizer that is itself at fault."""
    return GatewayError(
        GatewayResponse.AUTHORIZER_CONFIGURATION_ERROR,
        f"{authorizer.name}: {explanation} [X53]",
    )
