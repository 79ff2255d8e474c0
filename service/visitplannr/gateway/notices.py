"""What a developer has to know of an API before its first request: what the gateway does not do."""

from collections.abc import Iterator
from typing import Any

from visitplannr.gateway.http_api import authorization as http_authorization
from visitplannr.gateway.rest_api import authorizers as rest_authorizers
from visitplannr.gateway.routing import Router
from visitplannr.model.application import Api, HttpApi, RestApi
from visitplannr.model.routes import Route

_RUN = {RestApi: {"AWS_PROXY", "MOCK"}, HttpApi: {"AWS_PROXY"}}


def notices(api: RestApi | HttpApi) -> Iterator[str]:
    """Yield a line for each route whose integration or authorization is not as on AWS."""
    schemes = _schemes(api)
    verified = set(
        rest_authorizers.authorizers_of(api)
        if isinstance(api, RestApi)
        else http_authorization.authorizers_of(api)
    )
    for route in Router(api.document).routes:
        if route.integration_type not in _RUN[type(api)]:
            yield f"{route}: integrations of type {route.integration_type} are answered with 501"
        if isinstance(api, HttpApi) and _mappings(route):
            yield f"{route}: its parameter mappings are not applied"
        for name in _security(route):
            if name in schemes and name not in verified and (kind := _kind(name, schemes[name])):
                yield f"{route}: {kind} accepted, not verified locally"


def _schemes(api: Api) -> dict[str, Any]:
    components = api.document.get("components") or {}
    return components.get("securitySchemes") or api.document.get("securityDefinitions") or {}


def _mappings(route: Route) -> bool:
    integration = route.integration
    return bool(integration.get("requestParameters") or integration.get("responseParameters"))


def _security(route: Route) -> Iterator[str]:
    for item in route.operation.get("security") or ():
        yield from item


def _kind(name: str, definition: dict[str, str]) -> str | None:
    match definition.get("x-amazon-apigateway-authtype"):
        case "awsSigv4":
            return "AWS_IAM is"
        case "cognito_user_pools":
            return f"the Cognito authorizer {name} is"
        case _:
            return None
