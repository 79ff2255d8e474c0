"""What of a REST API is not as on AWS."""

from collections.abc import Iterator

from visitplannr.gateway.notices import no_function, not_run, one_stage, without_role
from visitplannr.gateway.rest_api.integrations import KINDS
from visitplannr.model.application import RestApi
from visitplannr.model.rest_integrations import rest_integration, service_uri
from visitplannr.model.routes import Route, routes_in


def notices(api: RestApi) -> Iterator[str]:
    """Yield a line for each route whose integration or authorization is not as on AWS."""
    yield from one_stage(api)
    for route in routes_in(api.document):
        yield from not_run(route, {"AWS_PROXY", *KINDS})
        if _is_of_function(route):
            yield from no_function(route, api)
        elif route.integration_type == "AWS":
            yield from without_role(route)


def _is_of_function(route: Route) -> bool:
    if route.integration_type != "AWS":
        return route.integration_type == "AWS_PROXY"
    uri = service_uri(rest_integration(route).uri)
    return uri is not None and uri.service == "lambda"
