"""What of an HTTP API is not as on AWS."""

from collections.abc import Iterator

from visitplannr.gateway.http_api.authorization import authorizers_of
from visitplannr.gateway.notices import not_run, not_verified
from visitplannr.model.application import HttpApi
from visitplannr.model.routes import Route, routes_in


def notices(api: HttpApi) -> Iterator[str]:
    """Yield a line for each route whose integration or authorization is not as on AWS."""
    for route in routes_in(api.document):
        yield from not_run(route, {"AWS_PROXY"})
        if _has_mappings(route):
            yield f"{route}: its parameter mappings are not applied"
        yield from not_verified(route, api, authorizers_of(api))


def _has_mappings(route: Route) -> bool:
    integration = route.integration
    return bool(integration.get("requestParameters") or integration.get("responseParameters"))
