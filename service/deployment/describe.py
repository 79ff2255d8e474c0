"""Read a deployed stack back from the backend's own APIs as the application model.

Physical names, environment variables and timeouts are the backend's answers, so nothing here
resolves CloudFormation intrinsics.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service.backend.endpoint import Backend
from service.deployment.integrations import authorizer_functions, functions_behind
from service.template.model import Application, Function, Resource, RestApi


def describe(backend: Backend, stack_name: str, code: Mapping[str, Path]) -> Application:
    """Describe a stack; `code` maps the logical id of each local function to its folder."""
    cloudformation = backend.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    resources = _resources(cloudformation, stack_name)
    account_id = stack["StackId"].split(":")[4]
    functions = _functions(backend, resources, code)
    return Application(
        stack_name=stack_name,
        region=backend.region,
        account_id=account_id,
        functions=functions,
        rest_apis=_rest_apis(
            backend,
            account_id,
            resources,
            documents=_documents(cloudformation, stack_name),
            names={function.logical_id: function.name for function in functions},
        ),
        resources=resources,
        outputs={item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])},
    )


def _resources(cloudformation: Any, stack_name: str) -> tuple[Resource, ...]:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    return tuple(
        Resource(
            summary["LogicalResourceId"],
            summary["ResourceType"],
            summary.get("PhysicalResourceId", ""),
            summary["ResourceStatus"],
        )
        for page in pages
        for summary in page["StackResourceSummaries"]
    )


def _documents(cloudformation: Any, stack_name: str) -> dict[str, Mapping[str, Any]]:
    """Map the logical ids of the stack's REST APIs to their OpenAPI documents."""
    body = cloudformation.get_template(StackName=stack_name, TemplateStage="Processed")
    found = body["TemplateBody"]
    template = json.loads(found) if isinstance(found, str) else found
    return {
        logical_id: resource.get("Properties", {}).get("Body", {})
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::ApiGateway::RestApi"
    }


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
    account_id: str,
    resources: tuple[Resource, ...],
    *,
    documents: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
) -> tuple[RestApi, ...]:
    client = backend.client("apigateway")
    stages = {item.physical_id for item in resources if item.type == "AWS::ApiGateway::Stage"}
    apis = []
    for api in resources:
        if api.type == "AWS::ApiGateway::RestApi":
            document = documents[api.logical_id]
            stage = _stage(client, api.physical_id, stages)
            if stage is None:
                continue
            settings = client.get_rest_api(restApiId=api.physical_id)
            apis.append(
                RestApi(
                    logical_id=api.logical_id,
                    api_id=api.physical_id,
                    account_id=account_id,
                    stage=stage["stageName"],
                    document=document,
                    integrations=functions_behind(document, names),
                    authorizers=authorizer_functions(document, names),
                    region=backend.region,
                    stage_variables=stage.get("variables", {}),
                    binary_media_types=tuple(settings.get("binaryMediaTypes", [])),
                )
            )
    return tuple(apis)


def _stage(client: Any, api_id: str, made: set[str]) -> Mapping[str, Any] | None:
    """Choose the stage that the stack itself made; SAM's transform may leave one named "Stage"."""
    stages: list[Mapping[str, Any]] = client.get_stages(restApiId=api_id).get("item", [])
    return next((stage for stage in stages if stage["stageName"] in made), None)
