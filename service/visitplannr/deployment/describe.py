"""Read a deployed stack back from the backend's own APIs as the application model.

Physical names, environment variables and timeouts are the backend's answers, so nothing here
resolves CloudFormation intrinsics.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.stack_resources import list_resources
from visitplannr.deployment.describe_apis import ApiReader
from visitplannr.deployment.layers import is_layer
from visitplannr.deployment.resolve import pseudo_parameters, resolve
from visitplannr.deployment.stack_state import deployed_template
from visitplannr.model.application import Application, Function, Resource


def describe(backend: Backend, stack_name: str, code: Mapping[str, Path]) -> Application:
    """Describe a stack; `code` maps the logical id of each local function to its folder."""
    cloudformation = backend.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    resources = list_resources(cloudformation, stack_name)
    account_id = stack["StackId"].split(":")[4]
    functions = functions_of(backend, resources, code)
    values = {
        **pseudo_parameters(stack_name, account_id, backend.region),
        **{item["ParameterKey"]: item["ParameterValue"] for item in stack.get("Parameters", [])},
        **{resource.logical_id: resource.physical_id for resource in resources},
    }
    apis = ApiReader(
        backend,
        account_id,
        resources,
        documents={
            logical_id: resolve(document, values)
            for logical_id, document in _documents(cloudformation, stack_name).items()
        },
        names={function.logical_id: function.name for function in functions},
    )
    return Application(
        stack_name=stack_name,
        region=backend.region,
        account_id=account_id,
        functions=functions,
        apis=(*apis.rest_apis(), *apis.http_apis()),
        resources=resources,
        outputs={item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])},
    )


def _documents(cloudformation: Any, stack_name: str) -> dict[str, Mapping[str, Any]]:
    """Map the logical ids of the stack's APIs to their OpenAPI documents."""
    template = deployed_template(cloudformation, stack_name, processed=True)
    return {
        logical_id: resource.get("Properties", {}).get("Body", {})
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] in {"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"}
    }


def functions_of(
    backend: Backend, resources: tuple[Resource, ...], code: Mapping[str, Path]
) -> tuple[Function, ...]:
    """Describe the local functions among the resources, as far as they are made already."""
    client = backend.client("lambda")
    layers = _local_layers(resources, code)
    return tuple(
        _function(client, resource, code[resource.logical_id], layers)
        for resource in resources
        if resource.type == "AWS::Lambda::Function"
        and resource.logical_id in code
        and resource.physical_id
    )


def _local_layers(resources: tuple[Resource, ...], code: Mapping[str, Path]) -> Mapping[str, Path]:
    """Map the ARNs of layers to their folders."""
    return {
        resource.physical_id: path
        for resource in resources
        for logical_id, path in code.items()
        if resource.type == "AWS::Lambda::LayerVersion"
        and is_layer(logical_id, resource.logical_id)
    }


def _function(client: Any, resource: Resource, code: Path, layers: Mapping[str, Path]) -> Function:
    found = client.get_function_configuration(FunctionName=resource.physical_id)
    logging, used = found.get("LoggingConfig") or {}, found.get("Layers") or []
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
        layers=tuple(layers[item["Arn"]] for item in used if item["Arn"] in layers),
        log_format=logging.get("LogFormat", "Text"),
        application_log_level=logging.get("ApplicationLogLevel", "INFO"),
        system_log_level=logging.get("SystemLogLevel", "INFO"),
        log_group=logging.get("LogGroup", ""),
    )
