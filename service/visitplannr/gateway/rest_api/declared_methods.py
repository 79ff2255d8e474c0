"""Methods of `AWS::ApiGateway::Method` as operations of an OpenAPI document."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.gateway.declared import (
    INTEGRATION,
    Properties,
    is_true,
    mapping,
    objects,
    with_small_initials,
)

_PLACES = {"header": "header", "path": "path", "querystring": "query"}


@dataclass(frozen=True, slots=True)
class Names:
    """What authorizers and validators are called in the document, by their physical ids."""

    authorizers: Mapping[str, str]
    validators: Mapping[str, str]


def operation(given: Properties, names: Names) -> dict[str, Any]:
    """Make a method's operation."""
    made: dict[str, Any] = {
        "responses": {
            str(response.get("StatusCode", "200")): {"description": ""}
            for response in objects(given.get("MethodResponses"))
        },
        INTEGRATION: _integration(mapping(given.get("Integration"))),
    }
    if parameters := [*_parameters(given), *_body(given)]:
        made["parameters"] = parameters
    if security := _security(given, names):
        made["security"] = security
    validator = given.get("RequestValidatorId")
    if isinstance(validator, str) and validator in names.validators:
        made["x-amazon-apigateway-request-validator"] = names.validators[validator]
    return made


def _integration(given: Properties) -> dict[str, Any]:
    made = with_small_initials(
        given,
        "Uri",
        "Credentials",
        "RequestParameters",
        "RequestTemplates",
        "PassthroughBehavior",
        "ContentHandling",
        "ConnectionType",
        "TimeoutInMillis",
    )
    made["type"] = str(given.get("Type", "none")).lower()
    if method := given.get("IntegrationHttpMethod"):
        made["httpMethod"] = method
    responses = {
        str(response.get("SelectionPattern") or "default"): with_small_initials(
            response, "StatusCode", "ResponseParameters", "ResponseTemplates", "ContentHandling"
        )
        for response in reversed(objects(given.get("IntegrationResponses")))
    }
    return {**made, "responses": dict(reversed(responses.items()))}


def _security(given: Properties, names: Names) -> list[Mapping[str, list[Any]]]:
    kind = str(given.get("AuthorizationType") or "NONE").upper()
    security: list[Mapping[str, list[Any]]] = []
    authorizer = given.get("AuthorizerId")
    if kind == "AWS_IAM":
        security.append({"sigv4": []})
    elif kind != "NONE" and isinstance(authorizer, str) and authorizer in names.authorizers:
        scopes = given.get("AuthorizationScopes")
        security.append({names.authorizers[authorizer]: scopes if isinstance(scopes, list) else []})
    if is_true(given.get("ApiKeyRequired")):
        security.append({"api_key": []})
    return security


def _parameters(given: Properties) -> list[dict[str, Any]]:
    """Read e.g. {"method.request.querystring.page": true}: where, and whether it is required."""
    found = []
    for target, required in mapping(given.get("RequestParameters")).items():
        place, _, name = str(target).removeprefix("method.request.").partition(".")
        if place in _PLACES and name:
            found.append(
                {
                    "name": name,
                    "in": _PLACES[place],
                    "required": is_true(required),
                    "type": "string",
                }
            )
    return found


def _body(given: Properties) -> list[dict[str, Any]]:
    """Give the model of JSON bodies as a parameter."""
    model = mapping(given.get("RequestModels")).get("application/json")
    if not isinstance(model, str):
        return []
    return [{"name": model, "in": "body", "schema": {"$ref": f"#/definitions/{model}"}}]
