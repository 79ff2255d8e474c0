"""The document of a REST API that is put together of resources, methods and the like.

`AWS::ApiGateway::Resource`, `Method`, `Authorizer`, `Model`, `RequestValidator` and
`GatewayResponse` become what an OpenAPI document says in their place; a Body has what it says, too.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.gateway.declared import (
    AUTHORIZER,
    AUTHTYPE,
    Properties,
    is_true,
    mapping,
    merged,
    objects,
    parts_of,
    with_small_initials,
)
from visitplannr.gateway.imported import imported
from visitplannr.gateway.rest_api.declared_methods import Names, operation
from visitplannr.model.routes import ANY
from visitplannr.model.stack import ResolvedStack

_API = "RestApiId"
_RESOURCE = "AWS::ApiGateway::Resource"
_METHOD = "AWS::ApiGateway::Method"
_AUTHTYPES = {"COGNITO_USER_POOLS": "cognito_user_pools"}
_MODELS: Mapping[str, Any] = {"Empty": {}, "Error": {"type": "object"}}


def document_of(
    stack: ResolvedStack, logical_id: str, properties: Properties
) -> dict[str, Any] | None:
    """Make the document of an API; None if it has neither a Body nor a method."""
    api_id = stack.physical_ids[logical_id]
    body = imported(properties.get("Body"), stack)
    names = Names(
        authorizers=dict(_named(stack, "AWS::ApiGateway::Authorizer", api_id)),
        validators=dict(_named(stack, "AWS::ApiGateway::RequestValidator", api_id)),
    )
    paths: dict[str, dict[str, Any]] = {}
    for path, method, given in _methods(stack, api_id):
        key = ANY if method == "ANY" else method.lower()
        paths.setdefault(path, {})[key] = operation(given, names)
    if not paths and not isinstance(body, Mapping):
        return None
    document = merged(body, {"paths": paths, **dict(_parts(stack, api_id))})
    if source := properties.get("ApiKeySourceType"):
        document.setdefault("x-amazon-apigateway-api-key-source", source)
    return document


def _parts(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a document beside its paths, those that there are."""
    schemes = dict(_schemes(stack, api_id))
    if any(parts_of(stack, _METHOD, _API, api_id)):
        schemes |= {
            "sigv4": {**_header("Authorization"), AUTHTYPE: "awsSigv4"},
            "api_key": _header("x-api-key"),
        }
        yield "definitions", {**_MODELS, **dict(_models(stack, api_id))}
    elif models := dict(_models(stack, api_id)):
        yield "definitions", models
    if schemes:
        yield "securityDefinitions", schemes
    if validators := dict(_validators(stack, api_id)):
        yield "x-amazon-apigateway-request-validators", validators
    if responses := dict(_gateway_responses(stack, api_id)):
        yield "x-amazon-apigateway-gateway-responses", responses


def _methods(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, str, Properties]]:
    places = {
        stack.physical_ids[logical_id]: (given.get("ParentId"), str(given.get("PathPart", "")))
        for logical_id, given in parts_of(stack, _RESOURCE, _API, api_id)
    }
    for _, given in parts_of(stack, _METHOD, _API, api_id):
        path = "".join(_segments(places, given.get("ResourceId"))) or "/"
        yield path, str(given.get("HttpMethod", "ANY")).upper(), given


def _segments(places: Mapping[str, tuple[Any, str]], resource: Any) -> list[str]:
    """Give the parts of a resource's path; whatever is no resource of the stack is the root."""
    segments: list[str] = []
    while isinstance(resource, str) and resource in places and len(segments) <= len(places):
        resource, part = places[resource]
        segments.insert(0, f"/{part}")
    return segments


def _named(stack: ResolvedStack, kind: str, api_id: str) -> Iterator[tuple[str, str]]:
    """Yield what methods call a part, its physical id, and what the document calls it."""
    for logical_id, _ in parts_of(stack, kind, _API, api_id):
        yield stack.physical_ids[logical_id], logical_id


def _schemes(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, Any]]:
    for logical_id, given in parts_of(stack, "AWS::ApiGateway::Authorizer", _API, api_id):
        kind = str(given.get("Type", "TOKEN")).upper()
        settings = with_small_initials(
            given,
            "AuthorizerUri",
            "AuthorizerCredentials",
            "AuthorizerResultTtlInSeconds",
            "IdentitySource",
            "IdentityValidationExpression",
        )
        pools = {"providerARNs": given["ProviderARNs"]} if "ProviderARNs" in given else {}
        yield (
            logical_id,
            {
                **_header("Authorization"),
                AUTHTYPE: _AUTHTYPES.get(kind, "custom"),
                AUTHORIZER: {"type": kind.lower(), **settings, **pools},
            },
        )


def _header(name: str) -> dict[str, Any]:
    return {"type": "apiKey", "name": name, "in": "header"}


def _validators(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, Any]]:
    for logical_id, given in parts_of(stack, "AWS::ApiGateway::RequestValidator", _API, api_id):
        yield (
            logical_id,
            {
                "validateRequestBody": is_true(given.get("ValidateRequestBody")),
                "validateRequestParameters": is_true(given.get("ValidateRequestParameters")),
            },
        )


def _models(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, Any]]:
    """Yield the schemas of models by their names, which methods and other models know them by."""
    for logical_id, given in parts_of(stack, "AWS::ApiGateway::Model", _API, api_id):
        schema = given.get("Schema")
        if isinstance(schema, str):
            try:
                schema = json.loads(schema)
            except ValueError:
                continue
        yield str(given.get("Name") or stack.physical_ids[logical_id]), _local(schema)


def _local(schema: Any) -> Any:
    """Let references to an API's models lead to where they are in its document."""
    if isinstance(schema, list):
        return [_local(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: f"#/definitions/{value.rpartition('/')[2]}"
        if key == "$ref" and isinstance(value, str) and "/models/" in value
        else _local(value)
        for key, value in schema.items()
    }


def _gateway_responses(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, Any]]:
    for _, given in parts_of(stack, "AWS::ApiGateway::GatewayResponse", _API, api_id):
        settings = with_small_initials(
            given, "StatusCode", "ResponseParameters", "ResponseTemplates"
        )
        yield str(given.get("ResponseType", "")), settings


def stage_of(stack: ResolvedStack, api_id: str) -> Properties | None:
    """Choose the first stage of an API, with the properties of `AWS::ApiGateway::Stage`.

    A deployment makes the one that it names, with what its StageDescription says. That which SAM's
    transform leaves with a deployment, named "Stage", has a stage of its own beside it.
    """
    for _, stage in parts_of(stack, "AWS::ApiGateway::Stage", _API, api_id):
        return stage
    for _, deployment in parts_of(stack, "AWS::ApiGateway::Deployment", _API, api_id):
        if name := deployment.get("StageName"):
            return {**mapping(deployment.get("StageDescription")), "StageName": name}
    return None


def settings_of(stage: Properties) -> list[Properties]:
    """Give the settings of methods; a StageDescription has those of all beside them."""
    shared = {
        name: stage[name]
        for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit")
        if name in stage
    }
    everything = [{"ResourcePath": "/*", "HttpMethod": "*", **shared}] if shared else []
    return [*everything, *objects(stage.get("MethodSettings"))]
