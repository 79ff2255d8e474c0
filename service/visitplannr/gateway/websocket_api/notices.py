"""What of a WebSocket API is not as on AWS."""

from collections.abc import Iterator

from visitplannr.gateway.declared_routes import IAM
from visitplannr.gateway.notices import no_function, one_stage
from visitplannr.gateway.websocket_api.integrations import RUN
from visitplannr.model.application import WebSocketApi
from visitplannr.model.routes import routes_in


def notices(api: WebSocketApi) -> Iterator[str]:
    """Yield a line for each route whose integration or authorization is not as on AWS."""
    yield from one_stage(api)
    for route in routes_in(api.document):
        if route.is_private or route.integration_type not in RUN:
            kind = (
                "in a private network" if route.is_private else f"of type {route.integration_type}"
            )
            yield f"{api.logical_id}: the integration of {route.resource} is {kind}; it is not run"
        else:
            yield from no_function(route, api)
        if any(IAM in item for item in route.operation.get("security") or ()):
            yield f"{api.logical_id}: AWS_IAM of {route.resource} is accepted, not verified locally"
