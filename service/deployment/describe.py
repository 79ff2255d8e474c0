"""Read a deployed stack back from the backend's own APIs as the application model.

Physical names, environment variables, timeouts and which function is behind which route are the
backend's answers, so nothing here resolves CloudFormation intrinsics.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service.backend.endpoint import Backend
from service.template.model import Application, Function, Resource, RestApi

_FUNCTION_IN_URI = re.compile(r":function:([^:/]+)")


def describe(backend: Backend, stack_name: str, code: Mapping[str, Path]) -> Application:
    """Describe a stack; `code` maps the logical id of each local function to its folder."""
    cloudformation = backend.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    resources = tuple(
        Resource(
            summary["LogicalResourceId"],
            summary["ResourceType"],
            summary.get("PhysicalResourceId", ""),
            summary["ResourceStatus"],
        )
        for page in pages
        for summary in page["StackResourceSummaries"]
    )
    template = _deployed_template(cloudformation, stack_name)
    account_id = stack["StackId"].split(":")[4]
    return Application(
        stack_name=stack_name,
        region=backend.region,
        account_id=account_id,
        functions=_functions(backend, resources, code),
        rest_apis=_rest_apis(backend, resources, account_id, template),
        resources=resources,
        outputs={item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])},
    )


def _deployed_template(cloudformation: Any, stack_name: str) -> Mapping[str, Any]:
    body = cloudformation.get_template(StackName=stack_name, TemplateStage="Processed")
    template: Mapping[str, Any] | str = body["TemplateBody"]
    return json.loads(template) if isinstance(template, str) else template


def _functions(
    backend: Backend, resources: tuple[Resource, ...], code: Mapping[str, Path]
) -> tuple[Function, ...]:
    client = backend.client("lambda")
    return tuple(
        _function(client, resource, code[resource.logical_id])
        for resource in resources
        if resource.type == "AWS::Lambda::Function" and resource.logical_id in code
    )


def _function(client: Any, resource: Resource, code: Path) -> Function:
    found = client.get_function_configuration(FunctionName=resource.physical_id)
    concurrency = client.get_function_concurrency(FunctionName=resource.physical_id)
    return Function(
        logical_id=resource.logical_id,
        name=found["FunctionName"],
        arn=found["FunctionArn"],
        handler=found["Handler"],
        runtime=found["Runtime"],
        code=code,
        timeout=found["Timeout"],
        memory=found["MemorySize"],
        environment=found.get("Environment", {}).get("Variables", {}),
        reserved_concurrency=concurrency.get("ReservedConcurrentExecutions"),
    )


def _rest_apis(
    backend: Backend,
    resources: tuple[Resource, ...],
    account_id: str,
    template: Mapping[str, Any],
) -> tuple[RestApi, ...]:
    client = backend.client("apigateway")
    return tuple(
        _rest_api(client, api, account_id, _stage_name(client, api, resources), template)
        for api in resources
        if api.type == "AWS::ApiGateway::RestApi"
    )


def _rest_api(
    client: Any, resource: Resource, account_id: str, stage_name: str, template: Mapping[str, Any]
) -> RestApi:
    properties = template["Resources"][resource.logical_id].get("Properties", {})
    found = client.get_rest_api(restApiId=resource.physical_id)
    stage = client.get_stage(restApiId=resource.physical_id, stageName=stage_name)
    return RestApi(
        logical_id=resource.logical_id,
        api_id=resource.physical_id,
        account_id=account_id,
        stage=stage_name,
        document=properties.get("Body", {}),
        integrations=_integrations(client, resource.physical_id),
        stage_variables=stage.get("variables", {}),
        binary_media_types=tuple(found.get("binaryMediaTypes", [])),
    )


def _stage_name(client: Any, api: Resource, resources: tuple[Resource, ...]) -> str:
    """Choose the stage that the stack itself made; SAM's transform may leave one named "Stage"."""
    made = [item.physical_id for item in resources if item.type == "AWS::ApiGateway::Stage"]
    stages = client.get_stages(restApiId=api.physical_id)["item"]
    names: list[str] = [stage["stageName"] for stage in stages]
    return next((name for name in names if name in made), names[0])


def _integrations(client: Any, api_id: str) -> dict[tuple[str, str], str]:
    """Map (resource pattern, lower-case method) to the function name in the integration's URI."""
    pages = client.get_paginator("get_resources").paginate(restApiId=api_id, embed=["methods"])
    found = {}
    for page in pages:
        for resource in page["items"]:
            for method, settings in resource.get("resourceMethods", {}).items():
                uri = settings.get("methodIntegration", {}).get("uri", "")
                if match := _FUNCTION_IN_URI.search(uri):
                    found[resource["path"], method.lower()] = match[1]
    return found
