"""The document of an HTTP API that is put together of routes, integrations and authorizers.

`AWS::ApiGatewayV2::Route`, `Integration` and `Authorizer` become what an OpenAPI document says in
their place, and so does the Target of a quick create; a Body has what it says, too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.gateway.cors import CORS
from visitplannr.gateway.declared import (
    AUTHORIZER,
    AUTHTYPE,
    INTEGRATION,
    SIGV4,
    Properties,
    is_true,
    mapping,
    merged,
    parts_of,
    with_small_initials,
)
from visitplannr.gateway.declared_routes import API, AUTHORIZERS, IAM, first_stage, operations
from visitplannr.gateway.imported import imported
from visitplannr.model.routes import ANY, DEFAULT
from visitplannr.model.stack import ResolvedStack


def document_of(
    stack: ResolvedStack, logical_id: str, properties: Properties
) -> dict[str, Any] | None:
    """Make the document of an API; None if it is no HTTP API, or has neither Body nor route."""
    body = imported(properties.get("Body"), stack)
    protocol = str(properties.get("ProtocolType") or "HTTP").upper()
    if protocol != "HTTP" or (isinstance(body, Mapping) and "openapi" not in body):
        return None
    api_id = stack.physical_ids[logical_id]
    paths: dict[str, dict[str, Any]] = {}
    for key, operation in (*_quick(properties), *operations(stack, api_id)):
        path, method = _place(key)
        paths.setdefault(path, {})[method] = operation
    if not paths and not isinstance(body, Mapping):
        return None
    parts: dict[str, Any] = {"openapi": "3.0.1", "paths": paths} if paths else {}
    if schemes := dict(_schemes(stack, api_id, iam=bool(paths))):
        parts["components"] = {"securitySchemes": schemes}
    if cors := mapping(properties.get("CorsConfiguration")):
        parts[CORS] = _cors(cors)
    return merged(body, parts)


def stage_of(stack: ResolvedStack, api_id: str, properties: Properties) -> Properties | None:
    """Choose the first stage of an API; a quick create makes one, `$default`."""
    made = {"StageName": DEFAULT} if properties.get("Target") else None
    return first_stage(stack, api_id) or made


def _quick(properties: Properties) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the one route of a quick create: to a function, or to a URL."""
    target = properties.get("Target")
    if not isinstance(target, str):
        return
    is_url = target.startswith(("http://", "https://"))
    integration = {
        "type": "http_proxy" if is_url else "aws_proxy",
        "uri": target,
        "httpMethod": "ANY" if is_url else "POST",
        "payloadFormatVersion": "1.0" if is_url else "2.0",
    }
    yield str(properties.get("RouteKey") or DEFAULT), {INTEGRATION: integration}


def _place(key: str) -> tuple[str, str]:
    """Take a route key apart: "GET /users", "ANY /users", "$default"."""
    method, _, path = key.strip().partition(" ")
    if not path:
        return DEFAULT, ANY
    return path.strip(), ANY if method.upper() == "ANY" else method.lower()


def _schemes(stack: ResolvedStack, api_id: str, *, iam: bool) -> Iterator[tuple[str, Any]]:
    for logical_id, given in parts_of(stack, AUTHORIZERS, API, api_id):
        settings = with_small_initials(
            given,
            "AuthorizerUri",
            "AuthorizerPayloadFormatVersion",
            "AuthorizerResultTtlInSeconds",
            "IdentitySource",
        )
        jwt = mapping(given.get("JwtConfiguration"))
        configured = with_small_initials(jwt, "Audience", "Issuer")
        settings["type"] = str(given.get("AuthorizerType", "")).lower()
        settings["enableSimpleResponses"] = is_true(given.get("EnableSimpleResponses"))
        yield logical_id, {AUTHORIZER: {**settings, "jwtConfiguration": configured}}
    if iam:
        yield IAM, {AUTHTYPE: SIGV4}


def _cors(given: Properties) -> dict[str, Any]:
    made = with_small_initials(
        given, "AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders", "MaxAge"
    )
    return {**made, "allowCredentials": is_true(given.get("AllowCredentials"))}
