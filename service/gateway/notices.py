"""What a developer has to know of an API before its first request: what the gateway does not do."""

from collections.abc import Iterator

from service.gateway.rest_api.authorizers import authorizers_of
from service.gateway.routing import Route, Router
from service.template.model import RestApi

_RUN = frozenset({"AWS_PROXY", "MOCK"})


def notices(api: RestApi) -> Iterator[str]:
    """Yield a line for each route whose integration or authorization is not as on AWS."""
    authorizers = authorizers_of(api)
    definitions = api.document.get("securityDefinitions") or {}
    for route in Router(api.document).routes:
        place = f"{route.method} {route.resource}"
        if route.integration_type not in _RUN:
            yield f"{place}: integrations of type {route.integration_type} are answered with 501"
        for name in _security(route):
            if name in definitions and name not in authorizers:
                yield f"{place}: {_kind(name, definitions[name])} accepted, not verified locally"


def _security(route: Route) -> Iterator[str]:
    for item in route.operation.get("security") or ():
        yield from item


def _kind(name: str, definition: dict[str, str]) -> str:
    match definition.get("x-amazon-apigateway-authtype"):
        case "awsSigv4":
            return "AWS_IAM is"
        case "cognito_user_pools":
            return f"the Cognito authorizer {name} is"
        case _:
            return "any API key, or none, is"
