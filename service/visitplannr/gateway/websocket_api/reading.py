"""Read the WebSocket APIs of a stack from its resolved template.

`AWS::ApiGatewayV2::Route`, `Integration` and `Authorizer` become what an OpenAPI document would
say, with a route's key in the place of a path.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from visitplannr.gateway.declared import (
    AUTHORIZER,
    AUTHTYPE,
    SIGV4,
    parts_of,
    with_small_initials,
)
from visitplannr.gateway.declared_routes import (
    API,
    AUTHORIZERS,
    IAM,
    ROUTE,
    first_stage,
    operations,
    stage_as,
)
from visitplannr.model.application import WebSocketApi
from visitplannr.model.routes import ANY
from visitplannr.model.stack import ResolvedStack


def read(stack: ResolvedStack) -> Iterator[WebSocketApi]:
    """Yield the WebSocket APIs that have a route, and a stage of this stack."""
    for logical_id, properties in stack.of_type("AWS::ApiGatewayV2::Api"):
        if str(properties.get("ProtocolType")).upper() != "WEBSOCKET":
            continue
        api_id = stack.physical_ids[logical_id]
        stage, document = first_stage(stack, api_id), _document(stack, api_id)
        if stage is not None and document["paths"]:
            yield replace(
                stage_as(WebSocketApi, stack, logical_id, stage, document),
                selection=str(properties.get("RouteSelectionExpression") or ""),
                two_way=frozenset(_two_way(stack, api_id)),
            )


def _document(stack: ResolvedStack, api_id: str) -> dict[str, Any]:
    return {
        "paths": {key: {ANY: operation} for key, operation in operations(stack, api_id)},
        "components": {"securitySchemes": dict(_schemes(stack, api_id))},
    }


def _two_way(stack: ResolvedStack, api_id: str) -> Iterator[str]:
    """Yield the keys of routes that have a route response."""
    answered = {
        response.get("RouteId")
        for _, response in parts_of(stack, "AWS::ApiGatewayV2::RouteResponse", API, api_id)
    }
    for logical_id, route in parts_of(stack, ROUTE, API, api_id):
        if stack.physical_ids[logical_id] in answered:
            yield str(route.get("RouteKey", ""))


def _schemes(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, Any]]:
    for logical_id, given in parts_of(stack, AUTHORIZERS, API, api_id):
        settings = with_small_initials(given, "AuthorizerUri", "IdentitySource")
        yield logical_id, {AUTHORIZER: {**settings, "type": "request"}}
    yield IAM, {AUTHTYPE: SIGV4}
