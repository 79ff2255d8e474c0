"""What of a REST API is not as on AWS."""

from collections.abc import Iterator

from visitplannr.gateway.notices import not_run, not_verified
from visitplannr.gateway.rest_api.authorizers import authorizers_of
from visitplannr.model.application import RestApi
from visitplannr.model.routes import routes_in


def notices(api: RestApi) -> Iterator[str]:
    """Yield a line for each route whose integration or authorization is not as on AWS."""
    for route in routes_in(api.document):
        yield from not_run(route, {"AWS_PROXY", "MOCK"})
        yield from not_verified(route, api, authorizers_of(api))
