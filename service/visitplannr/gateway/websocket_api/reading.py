"""Read the WebSocket APIs of a stack from its resolved template.

`AWS::ApiGatewayV2::Route`, `Integration` and `Authorizer` become what an OpenAPI document would
say, with a route's key in the place of a path.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.gateway.declared import (
    AUTHORIZER,
    AUTHTYPE,
    INTEGRATION,
    SIGV4,
    Properties,
    further_stages,
    mapping,
    parts_of,
    with_small_initials,
)
from visitplannr.model.application import WebSocketApi
from visitplannr.model.integrations import authorizer_functions, functions_behind
from visitplannr.model.routes import ANY
from visitplannr.model.stack import ResolvedStack

_API = "ApiId"
_ROUTE = "AWS::ApiGatewayV2::Route"
_STAGE = "AWS::ApiGatewayV2::Stage"
_AUTHORIZER = "AWS::ApiGatewayV2::Authorizer"
_IAM = "aws_iam"


def read(stack: ResolvedStack) -> Iterator[WebSocketApi]:
    """Yield the WebSocket APIs that have a route, and a stage of this stack."""
    for logical_id, properties in stack.of_type("AWS::ApiGatewayV2::Api"):
        api_id = stack.physical_ids[logical_id]
        stage = next((one for _, one in parts_of(stack, _STAGE, _API, api_id)), None)
        document = _document(stack, api_id)
        is_one = str(properties.get("ProtocolType")).upper() == "WEBSOCKET"
        if not is_one or stage is None or not document["paths"]:
            continue
        variables = mapping(stage.get("StageVariables"))
        yield WebSocketApi(
            logical_id=logical_id,
            api_id=api_id,
            account_id=stack.account_id,
            stage=str(stage.get("StageName", "")),
            document=document,
            integrations=functions_behind(stack, document, variables),
            authorizers=authorizer_functions(stack, document, variables),
            region=stack.region,
            stage_variables=variables,
            further_stages=further_stages(stack, _STAGE, _API, api_id),
            selection=str(properties.get("RouteSelectionExpression") or ""),
            two_way=frozenset(_two_way(stack, api_id)),
        )


def _document(stack: ResolvedStack, api_id: str) -> dict[str, Any]:
    return {
        "paths": {key: {ANY: operation} for key, operation in _routes(stack, api_id)},
        "components": {"securitySchemes": dict(_schemes(stack, api_id))},
    }


def _routes(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    integrations = {
        stack.physical_ids[logical_id]: _integration(given)
        for logical_id, given in parts_of(stack, "AWS::ApiGatewayV2::Integration", _API, api_id)
    }
    names = {
        stack.physical_ids[logical_id]: logical_id
        for logical_id, _ in parts_of(stack, _AUTHORIZER, _API, api_id)
    }
    for _, given in parts_of(stack, _ROUTE, _API, api_id):
        target = str(given.get("Target", "")).removeprefix("integrations/")
        operation: dict[str, Any] = {INTEGRATION: integrations.get(target, {})}
        if scheme := _scheme_of(given, names):
            operation["security"] = [{scheme: []}]
        yield str(given.get("RouteKey", "")), operation


def _scheme_of(given: Properties, names: Mapping[str, str]) -> str | None:
    if str(given.get("AuthorizationType", "")).upper() == "AWS_IAM":
        return _IAM
    authorizer = given.get("AuthorizerId")
    return names.get(authorizer) if isinstance(authorizer, str) else None


def _integration(given: Properties) -> dict[str, Any]:
    named = {
        "type": str(given.get("IntegrationType", "none")).lower(),
        "uri": given.get("IntegrationUri"),
        "httpMethod": given.get("IntegrationMethod"),
    }
    made = with_small_initials(given, "ConnectionType", "TimeoutInMillis")
    return {**made, **{name: value for name, value in named.items() if value}}


def _two_way(stack: ResolvedStack, api_id: str) -> Iterator[str]:
    """Yield the keys of routes that have a route response."""
    answered = {
        response.get("RouteId")
        for _, response in parts_of(stack, "AWS::ApiGatewayV2::RouteResponse", _API, api_id)
    }
    for logical_id, route in parts_of(stack, _ROUTE, _API, api_id):
        if stack.physical_ids[logical_id] in answered:
            yield str(route.get("RouteKey", ""))


def _schemes(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, Any]]:
    for logical_id, given in parts_of(stack, _AUTHORIZER, _API, api_id):
        settings = with_small_initials(given, "AuthorizerUri", "IdentitySource")
        yield logical_id, {AUTHORIZER: {**settings, "type": "request"}}
    yield _IAM, {AUTHTYPE: SIGV4}
