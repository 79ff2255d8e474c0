"""What of an HTTP API is not as on AWS."""

from collections.abc import Iterator

from visitplannr.gateway.http_api.integrations import is_run
from visitplannr.gateway.http_api.parameter_mapping import reserved_header
from visitplannr.gateway.notices import no_function, not_run, one_stage, without_role
from visitplannr.model.application import HttpApi
from visitplannr.model.http_integrations import SUBTYPES, subtype_of
from visitplannr.model.routes import Route, routes_in


def notices(api: HttpApi) -> Iterator[str]:
    """Yield a line for each route whose integration or authorization is not as on AWS."""
    yield from one_stage(api)
    for route in routes_in(api.document):
        if (name := subtype_of(route)) and name not in SUBTYPES:
            yield f"{route}: there is no integration subtype {name}; it is answered with 501"
        elif not is_run(route):
            yield from not_run(route, {"AWS_PROXY"})
            yield from no_function(route, api)
        if name in SUBTYPES:
            yield from without_role(route)
        yield from _reserved(route)


def _reserved(route: Route) -> Iterator[str]:
    for target in route.integration.get("requestParameters") or ():
        if header := reserved_header(str(target)):
            yield f"{route}: AWS refuses its mapping to the reserved header {header}"
