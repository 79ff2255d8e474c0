"""Read the REST APIs of a stack from its resolved template."""

from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.gateway.declared import further_stages, mapping, objects
from visitplannr.gateway.rest_api.declared import document_of, settings_of, stage_of
from visitplannr.model.application import RestApi, Throttle, UsagePlan, throttle_of
from visitplannr.model.integrations import authorizer_functions, functions_behind
from visitplannr.model.stack import ResolvedStack

_BINARY = "x-amazon-apigateway-binary-media-types"


def read(stack: ResolvedStack) -> Iterator[RestApi]:
    """Yield the REST APIs that have a document or methods, and a stage of this stack."""
    for logical_id, properties in stack.of_type("AWS::ApiGateway::RestApi"):
        document, api_id = (
            document_of(stack, logical_id, properties),
            stack.physical_ids[logical_id],
        )
        stage = stage_of(stack, api_id)
        if document is None or stage is None:
            continue
        name, variables = str(stage.get("StageName", "")), mapping(stage.get("Variables"))
        yield RestApi(
            logical_id=logical_id,
            api_id=api_id,
            account_id=stack.account_id,
            stage=name,
            document=document,
            integrations=functions_behind(stack, document, variables),
            authorizers=authorizer_functions(stack, document, variables),
            region=stack.region,
            stage_variables=variables,
            throttles=dict(_throttles(stage)),
            further_stages=further_stages(stack, "AWS::ApiGateway::Stage", "RestApiId", api_id),
            binary_media_types=_binary_media_types(properties, document),
            usage_plans=tuple(_usage_plans(stack, api_id, name)),
        )


def _binary_media_types(
    properties: Mapping[str, Any], document: Mapping[str, Any]
) -> tuple[str, ...]:
    """Read them from both places that may have them, each once; `~1` is a slash."""
    given = (*(document.get(_BINARY) or ()), *(properties.get("BinaryMediaTypes") or ()))
    return tuple(dict.fromkeys(str(one).replace("~1", "/") for one in given))


def _throttles(stage: Mapping[str, Any]) -> Iterator[tuple[str, Throttle]]:
    """Read the limits of methods: `/~1users` and GET for `/users/GET`, `/*` and * for all."""
    for setting in settings_of(stage):
        limits = throttle_of(
            setting.get("ThrottlingRateLimit"), setting.get("ThrottlingBurstLimit")
        )
        if limits:
            path = str(setting.get("ResourcePath", "/*"))
            resource = "/" if path == "/" else path.removeprefix("/").replace("~1", "/")
            yield f"{resource}/{setting.get('HttpMethod', '*')}", limits


def _usage_plans(stack: ResolvedStack, api_id: str, stage: str) -> Iterator[UsagePlan]:
    """Yield the usage plans that are for a stage."""
    for logical_id, plan in stack.of_type("AWS::ApiGateway::UsagePlan"):
        places = [
            (place.get("ApiId"), place.get("Stage")) for place in objects(plan.get("ApiStages"))
        ]
        if (api_id, stage) not in places:
            continue
        plan_id = stack.physical_ids[logical_id]
        throttle, quota = plan.get("Throttle") or {}, plan.get("Quota") or {}
        limit = str(quota.get("Limit"))
        yield UsagePlan(
            plan_id=plan_id,
            keys=stack.api_keys.get(plan_id, {}),
            throttle=throttle_of(throttle.get("RateLimit"), throttle.get("BurstLimit")),
            quota=int(limit) if limit.isdecimal() else None,
            period=str(quota.get("Period", "MONTH")),
        )
