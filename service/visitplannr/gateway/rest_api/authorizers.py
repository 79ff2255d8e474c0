"""Lambda authorizers, TOKEN and REQUEST (api-gateway.md X53, E31).

A decision is cached by its identity for the authorizer's time to live, and its policy is evaluated
anew for each method.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

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


@dataclass(frozen=True, slots=True)
class Decision:
    """What an authorizer's function returned: who it is, the policy, the context as strings.

    `usage_key` is the API key that it names, for APIs whose keys come from their authorizer.
    """

    principal_id: str
    policy: Mapping[str, Any]
    context: Mapping[str, str]
    integration_latency_ms: int
    usage_key: str | None = None

    def request_context(self) -> dict[str, Any]:
        """Give `requestContext.authorizer`."""
        return {
            **self.context,
            "principalId": self.principal_id,
            "integrationLatency": self.integration_latency_ms,
        }


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
    names = [name for item in route.operation.get("security") or () for name in item]
    return next((authorizers[name] for name in names if name in authorizers), None)


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


def read_decision(authorizer: Authorizer, result: InvocationResult, latency_ms: int) -> Decision:
    """Read what an authorizer's function returned.

    Raises:
        GatewayError: UNAUTHORIZED if it raised the text "Unauthorized", else
            AUTHORIZER_CONFIGURATION_ERROR for anything that is no policy.
    """
    try:
        answer = json.loads(result.payload)
    except ValueError:
        answer = None
    if result.function_error:
        message = answer.get("errorMessage") if isinstance(answer, dict) else None
        if message == "Unauthorized":
            raise _unauthorized(f'{authorizer.name}: its function raised "Unauthorized"')
        raise misconfigured(authorizer, f"its function failed: {message}")
    if not isinstance(answer, dict) or not isinstance(answer.get("principalId"), str):
        raise misconfigured(authorizer, "its answer is no object with a principalId")
    if not isinstance(answer.get("policyDocument"), dict):
        raise misconfigured(authorizer, "its answer has no policyDocument")
    context = _context(authorizer, answer.get("context"))
    usage_key = answer.get("usageIdentifierKey")
    return Decision(answer["principalId"], answer["policyDocument"], context, latency_ms, usage_key)


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


def _context(authorizer: Authorizer, context: Any) -> dict[str, str]:
    """Turn the context's numbers and booleans into strings (E31); it holds nothing else."""
    if context is None:
        return {}
    if not isinstance(context, dict) or any(
        not isinstance(value, str | int | float) for value in context.values()
    ):
        raise misconfigured(authorizer, "its context is no map of strings, numbers and booleans")
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in context.items()
    }


def _unauthorized(explanation: str) -> GatewayError:
    return GatewayError(GatewayResponse.UNAUTHORIZED, f"{explanation} [X53]")


def misconfigured(authorizer: Authorizer, explanation: str) -> GatewayError:
    """Make the error for an authorizer that is itself at fault."""
    return GatewayError(
        GatewayResponse.AUTHORIZER_CONFIGURATION_ERROR,
        f"{authorizer.name}: {explanation} [X53]",
    )
