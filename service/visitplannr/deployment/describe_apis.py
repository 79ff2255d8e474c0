"""Read the stages of a stack's APIs back from the backend."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.backend.endpoint import Backend
from visitplannr.deployment.integrations import authorizer_functions, functions_behind
from visitplannr.model.application import HttpApi, Resource, RestApi, Throttle, UsagePlan


@dataclass(frozen=True, slots=True)
class ApiReader:
    """Reads APIs; `documents` are the OpenAPI documents, `names` the functions' physical names."""

    backend: Backend
    account_id: str
    resources: tuple[Resource, ...]
    documents: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]

    def rest_apis(self) -> Iterator[RestApi]:
        """Yield the REST APIs that have a stage."""
        apis = list(self._of_type("AWS::ApiGateway::RestApi"))
        if not apis:
            return
        client = self.backend.client("apigateway")
        made = {item.physical_id for item in self._of_type("AWS::ApiGateway::Stage")}
        plans = list(self._usage_plans(client))
        for api in apis:
            stages = client.get_stages(restApiId=api.physical_id).get("item", [])
            stage = _made_by_the_stack(stages, "stageName", made)
            if stage is None:
                continue
            settings = client.get_rest_api(restApiId=api.physical_id)
            place = {"apiId": api.physical_id, "stage": stage["stageName"]}
            yield RestApi(
                **self._shared(api, stage["stageName"]),
                stage_variables=stage.get("variables", {}),
                throttles=dict(
                    _throttles(
                        stage.get("methodSettings", {}),
                        "throttlingRateLimit",
                        "throttlingBurstLimit",
                    )
                ),
                binary_media_types=tuple(settings.get("binaryMediaTypes", [])),
                usage_plans=tuple(plan for plan, places in plans if place in places),
            )

    def http_apis(self) -> Iterator[HttpApi]:
        """Yield the HTTP APIs that have a stage."""
        apis = [
            api
            for api in self._of_type("AWS::ApiGatewayV2::Api")
            if "openapi" in self.documents[api.logical_id]
        ]
        if not apis:
            return
        client = self.backend.client("apigatewayv2")
        made = {item.physical_id for item in self._of_type("AWS::ApiGatewayV2::Stage")}
        for api in apis:
            stages = client.get_stages(ApiId=api.physical_id).get("Items", [])
            stage = _made_by_the_stack(stages, "StageName", made)
            if stage is None:
                continue
            limits = {"*/*": stage.get("DefaultRouteSettings", {})}
            for route, settings in stage.get("RouteSettings", {}).items():
                method, _, path = route.partition(" ")
                limits[f"{path.replace('/', '~1')}/{method}" if path else "$default/ANY"] = settings
            yield HttpApi(
                **self._shared(api, stage["StageName"]),
                stage_variables=stage.get("StageVariables", {}),
                throttles=dict(_throttles(limits, "ThrottlingRateLimit", "ThrottlingBurstLimit")),
            )

    def _shared(self, api: Resource, stage: str) -> dict[str, Any]:
        document = self.documents[api.logical_id]
        return {
            "logical_id": api.logical_id,
            "api_id": api.physical_id,
            "account_id": self.account_id,
            "stage": stage,
            "document": document,
            "integrations": functions_behind(document, self.names),
            "authorizers": authorizer_functions(document, self.names),
            "region": self.backend.region,
        }

    def _of_type(self, kind: str) -> Iterator[Resource]:
        return (resource for resource in self.resources if resource.type == kind)

    def _usage_plans(self, client: Any) -> Iterator[tuple[UsagePlan, list[Mapping[str, str]]]]:
        """Yield the stack's usage plans, each with the API stages that it is for."""
        for resource in self._of_type("AWS::ApiGateway::UsagePlan"):
            plan = client.get_usage_plan(usagePlanId=resource.physical_id)
            pages = client.get_paginator("get_usage_plan_keys").paginate(usagePlanId=plan["id"])
            found = [
                client.get_api_key(apiKey=item["id"], includeValue=True)
                for page in pages
                for item in page.get("items", [])
            ]
            throttle, quota = plan.get("throttle") or {}, plan.get("quota") or {}
            yield (
                UsagePlan(
                    plan_id=plan["id"],
                    keys={key["value"]: key["id"] for key in found if key.get("enabled")},
                    throttle=_throttle(throttle.get("rateLimit"), throttle.get("burstLimit")),
                    quota=quota.get("limit"),
                    period=quota.get("period", "MONTH"),
                ),
                [
                    {"apiId": place["apiId"], "stage": place["stage"]}
                    for place in plan.get("apiStages", [])
                ],
            )


def _made_by_the_stack(
    stages: Iterable[Mapping[str, Any]], key: str, made: set[str]
) -> Mapping[str, Any] | None:
    """Choose the stage that the stack itself made; SAM's transform may leave one named "Stage"."""
    return next((stage for stage in stages if stage[key] in made), None)


def _throttles(
    settings: Mapping[str, Mapping[str, Any]], rate: str, burst: str
) -> Iterator[tuple[str, Throttle]]:
    """Read the limits of routes; the service writes `~1users/GET` for `/users` and GET.

    MiniStack keeps the slash before it that templates have.
    """
    for place, values in settings.items():
        if throttle := _throttle(values.get(rate), values.get(burst)):
            resource, _, method = place.rpartition("/")
            yield f"{resource.removeprefix('/').replace('~1', '/')}/{method}", throttle


def _throttle(rate: float | None, burst: int | None) -> Throttle | None:
    """Make limits of what the service gives; negative numbers stand for none."""
    if rate is None or burst is None or rate < 0:
        return None
    return Throttle(float(rate), int(burst))
