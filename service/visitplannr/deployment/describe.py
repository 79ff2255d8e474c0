"""Read a deployed stack: what its template says, and what the backend alone knows of it.

That is physical ids, parameters' values, outputs, the values of API keys, and what the backend
made of the references in functions' settings.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.stack_resources import list_resources
from visitplannr.deployment.stack_state import deployed_template
from visitplannr.model.application import Resource
from visitplannr.model.stack import FUNCTION, FUNCTION_URL, ResolvedStack, url_qualifier, url_target
from visitplannr.template.intrinsics import references
from visitplannr.template.resolution import Known, resolve_stack
from visitplannr.template.transform import transform

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from mypy_boto3_lambda import LambdaClient

_HIDDEN = "****"  # the value of a parameter with NoEcho
_NESTED = "AWS::CloudFormation::Stack"
_USAGE_PLAN = "AWS::ApiGateway::UsagePlan"
# The settings of a function that CloudFormation and Lambda call the same.
_SETTINGS = ("Environment", "Handler", "LoggingConfig", "MemorySize", "Runtime", "Timeout")


def read_stack(
    backend: Backend, stack_name: str, given: Mapping[str, str] | None = None
) -> ResolvedStack:
    """Read a stack by its name or id; `given` has the values of parameters that it hides.

    Errors are botocore's, or those of `transform` for what is not transformed.
    """
    cloudformation = backend.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    resources = list_resources(cloudformation, stack_name)
    template = _transformed(deployed_template(cloudformation, stack_name, processed=True), backend)
    known = Known(
        stack_name=stack["StackId"].split("/")[1],
        region=backend.region,
        account_id=stack["StackId"].split(":")[4],
        parameters=dict(_parameters(stack, given or {})),
        physical_ids={item.logical_id: item.physical_id for item in resources if item.physical_id},
        resources=resources,
        outputs={item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])},
        api_keys=_api_keys(backend, resources),
        nested_outputs={
            item.logical_id: _outputs(cloudformation, item.physical_id)
            for item in resources
            if item.type == _NESTED and item.physical_id
        },
    )
    resolved = resolve_stack(template, known)
    settings = dict(_function_settings(backend, resolved))
    return resolved.with_properties({**settings, **dict(_function_urls(backend, resolved))})


def _transformed(template: Mapping[str, Any], backend: Backend) -> Mapping[str, Any]:
    """Transform what a backend gives back as it was, although it was asked for the other."""
    if "Transform" not in template:
        return template
    return transform(dict(template), backend.region)


def _parameters(stack: "StackTypeDef", given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for item in stack.get("Parameters", []):
        name = item["ParameterKey"]
        value = item.get("ResolvedValue", item.get("ParameterValue"))
        if value is not None:
            yield name, given.get(name, value) if value == _HIDDEN else value


def _outputs(cloudformation: "CloudFormationClient", stack: str) -> dict[str, str]:
    found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {item["OutputKey"]: item["OutputValue"] for item in found}


def _api_keys(backend: Backend, resources: tuple[Resource, ...]) -> dict[str, Mapping[str, str]]:
    """Map the physical ids of usage plans to the values and ids of their enabled keys."""
    plans = [item.physical_id for item in resources if item.type == _USAGE_PLAN]
    if not plans:
        return {}
    client = backend.client("apigateway")
    return {plan: dict(_keys(client, plan)) for plan in plans}


def _keys(client: "APIGatewayClient", plan: str) -> Iterator[tuple[str, str]]:
    for page in client.get_paginator("get_usage_plan_keys").paginate(usagePlanId=plan):
        for item in page.get("items", []):
            key = client.get_api_key(apiKey=item["id"], includeValue=True)
            if key.get("enabled"):
                yield key["value"], key["id"]


def _function_settings(
    backend: Backend, stack: ResolvedStack
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what the backend made of functions' settings, where references have to be resolved."""
    asked = [
        (logical_id, properties)
        for logical_id, properties in stack.of_type(FUNCTION)
        if "Environment" in properties or any(references(properties))
    ]
    if asked:
        client = backend.client("lambda")
        for logical_id, properties in asked:
            found = _settings(client, stack.physical_ids[logical_id])
            yield logical_id, {name: found[name] for name in properties if name in found}


def _function_urls(
    backend: Backend, stack: ResolvedStack
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the addresses that the backend has made for function URLs."""
    client = backend.reading_client()
    for logical_id, properties in stack.of_type(FUNCTION_URL):
        asked = {"FunctionName": url_target(properties)}
        if qualifier := url_qualifier(properties):
            asked["Qualifier"] = qualifier
        found = client.get_function_url_config(**asked)
        yield logical_id, {"FunctionUrl": found["FunctionUrl"]}


def _settings(client: "LambdaClient", function: str) -> Mapping[str, Any]:
    found = client.get_function_configuration(FunctionName=function)
    settings = {name: found.get(name) for name in _SETTINGS}
    return {name: value for name, value in settings.items() if value is not None}
