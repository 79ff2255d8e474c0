"""Read the HTTP APIs of a stack from its resolved template."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from visitplannr.gateway.declared_routes import stage_as
from visitplannr.gateway.http_api.declared import document_of, stage_of
from visitplannr.model.application import HttpApi, Throttle, throttle_of
from visitplannr.model.stack import ResolvedStack


def read(stack: ResolvedStack) -> Iterator[HttpApi]:
    """Yield the HTTP APIs that have a document or routes, and a stage of this stack."""
    for logical_id, properties in stack.of_type("AWS::ApiGatewayV2::Api"):
        document = document_of(stack, logical_id, properties)
        stage = stage_of(stack, stack.physical_ids[logical_id], properties)
        if document is not None and stage is not None:
            api = stage_as(HttpApi, stack, logical_id, stage, document)
            yield replace(api, throttles=dict(_throttles(stage)))


def _throttles(stage: Mapping[str, Any]) -> Iterator[tuple[str, Throttle]]:
    """Read the limits of the stage, `*/*`, and of its routes, e.g. `/users/GET`."""
    settings = {"*/*": stage.get("DefaultRouteSettings") or {}}
    for route, given in (stage.get("RouteSettings") or {}).items():
        method, _, path = route.partition(" ")
        settings[f"{path}/{method}" if path else "$default/ANY"] = given
    for place, given in settings.items():
        limits = throttle_of(given.get("ThrottlingRateLimit"), given.get("ThrottlingBurstLimit"))
        if limits:
            yield place, limits
