"""Read the HTTP APIs of a stack from its resolved template."""

from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.gateway.declared import further_stages, mapping
from visitplannr.gateway.http_api.declared import document_of, stage_of
from visitplannr.model.application import HttpApi, Throttle, throttle_of
from visitplannr.model.integrations import authorizer_functions, functions_behind
from visitplannr.model.stack import ResolvedStack


def read(stack: ResolvedStack) -> Iterator[HttpApi]:
    """Yield the HTTP APIs that have a document or routes, and a stage of this stack."""
    for logical_id, properties in stack.of_type("AWS::ApiGatewayV2::Api"):
        document, api_id = (
            document_of(stack, logical_id, properties),
            stack.physical_ids[logical_id],
        )
        stage = stage_of(stack, api_id, properties)
        if document is None or stage is None:
            continue
        variables = mapping(stage.get("StageVariables"))
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
            further_stages=further_stages(stack, "AWS::ApiGatewayV2::Stage", "ApiId", api_id),
        )


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
