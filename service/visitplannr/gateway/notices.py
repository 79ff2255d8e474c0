"""What a developer has to know of an API before its first request: what the gateway does not do."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from visitplannr.model.application import Api
from visitplannr.model.routes import Route


def one_stage(api: Api) -> Iterator[str]:
    """Yield a line for an API that has more stages than the one that is served."""
    if api.further_stages:
        others = ", ".join(api.further_stages)
        yield f"{api.logical_id}: of its stages only {api.stage} is served, not {others}"


def not_run(route: Route, run: Collection[str]) -> Iterator[str]:
    """Yield a line for a route whose type of integration is not among those that are run."""
    if route.is_private:
        yield f"{route}: its integration is in a private network; it is answered with 501"
    elif route.integration_type not in run:
        yield f"{route}: integrations of type {route.integration_type} are answered with 501"


def no_function(route: Route, api: Api) -> Iterator[str]:
    """Yield a line for a route whose function is not of this stack, or whose URI names none."""
    if route.is_private or (route.resource, route.method) in api.integrations:
        return
    if route.integration_type in {"AWS", "AWS_PROXY"}:
        uri = route.integration.get("uri")
        yield f"{route}: no function of this stack is behind it ({uri}); it is answered with 500"


def without_role(route: Route) -> Iterator[str]:
    """Yield a line for a route that calls a service of AWS as nobody."""
    if not route.integration.get("credentials"):
        yield f"{route}: it calls AWS without a role, which AWS refuses; here it is the account"


def not_verified(route: Route, api: Api, verified: Collection[str]) -> Iterator[str]:
    """Yield a line for each way to authorise a route that is not among the verified ones."""
    schemes = _schemes(api)
    for item in route.operation.get("security") or ():
        for name in item:
            if name in schemes and name not in verified and (kind := _kind(schemes[name])):
                yield f"{route}: {kind} accepted, not verified locally"


def _schemes(api: Api) -> dict[str, Any]:
    components = api.document.get("components") or {}
    return components.get("securitySchemes") or api.document.get("securityDefinitions") or {}


def _kind(definition: Mapping[str, str]) -> str | None:
    return "AWS_IAM is" if definition.get("x-amazon-apigateway-authtype") == "awsSigv4" else None
