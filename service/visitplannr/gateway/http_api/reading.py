"""Read the HTTP APIs of a stack from its resolved template."""

from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.model.application import HttpApi, Throttle, throttle_of
from visitplannr.model.integrations import authorizer_functions, functions_behind
from visitplannr.model.stack import ResolvedStack


def read(stack: ResolvedStack) -> Iterator[HttpApi]:
    """Yield the HTTP APIs that have an OpenAPI document and a stage of this stack."""
    for logical_id, properties in stack.of_type("AWS::ApiGatewayV2::Api"):
        document, api_id = properties.get("Body"), stack.physical_ids[logical_id]
        stage = _stage(stack, api_id)
        if not isinstance(document, Mapping) or "openapi" not in document or stage is None:
            continue
        variables = stage.get("StageVariables") or {}
        yield HttpApi(
            logical_id=logical_id,
            api_id=api_id,
            account_id=stack.account_id,
            stage=str(stage.get("StageName", "")),
            document=document,
            integrations=functions_behind(stack, document, variables),
            authorizers=authorizer_functions(stack, document, variables),
            region=stack.region,
            stage_variables=variables,
            throttles=dict(_throttles(stage)),
        )


def _stage(stack: ResolvedStack, api_id: str) -> Mapping[str, Any] | None:
    """Choose the first stage that the template makes of an API."""
    stages = (stage for _, stage in stack.of_type("AWS::ApiGatewayV2::Stage"))
    return next((stage for stage in stages if stage.get("ApiId") == api_id), None)


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
