"""The application as its template alone says: nothing is deployed, so ids are made up."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from visitplannr.deployment.integrations import authorizer_functions, functions_behind
from visitplannr.deployment.layers import is_layer
from visitplannr.deployment.plan import packaged_template, stack_name_of
from visitplannr.deployment.resolve import pseudo_parameters, resolve
from visitplannr.model.application import Application, Function, HttpApi, RestApi
from visitplannr.template.source import load, local_code
from visitplannr.template.transform import transform

ACCOUNT_ID = "123456789012"


def outline(path: Path, region: str = "us-east-1") -> Application:
    """Transform the template at `path`; physical names are the logical ids.

    References to what only a deployment knows become logical ids, too.

    Raises:
        TemplateError: the template cannot be read or transformed, or code is missing.
    """
    template, folder = load(path), path.resolve().parent
    code, stack_name = local_code(template, folder), stack_name_of(folder)
    resources = _resources(template, code, stack_name, region)
    names = {logical_id: logical_id for logical_id in code}
    return Application(
        stack_name=stack_name,
        region=region,
        account_id=ACCOUNT_ID,
        functions=tuple(
            _function(logical_id, resource, code, region)
            for logical_id, resource in resources.items()
            if resource["Type"] == "AWS::Lambda::Function" and logical_id in code
        ),
        apis=(*_rest_apis(resources, names, region), *_http_apis(resources, names, region)),
        resources=(),
        outputs={},
    )


def _rest_apis(
    resources: Mapping[str, Any], names: Mapping[str, str], region: str
) -> Iterator[RestApi]:
    for logical_id, document, stage in _staged(resources, "AWS::ApiGateway", "RestApi"):
        yield RestApi(
            **_api(logical_id, document, stage, names, region),
            stage_variables=stage.get("Variables", {}),
            binary_media_types=tuple(document.get("x-amazon-apigateway-binary-media-types", ())),
        )


def _http_apis(
    resources: Mapping[str, Any], names: Mapping[str, str], region: str
) -> Iterator[HttpApi]:
    for logical_id, document, stage in _staged(resources, "AWS::ApiGatewayV2", "Api"):
        yield HttpApi(
            **_api(logical_id, document, stage, names, region),
            stage_variables=stage.get("StageVariables", {}),
        )


def _resources(
    template: Mapping[str, Any], code: Mapping[str, Path], stack_name: str, region: str
) -> dict[str, Mapping[str, Any]]:
    """Transform the template and resolve the references in its resources."""
    packaged = packaged_template(template, "outline", dict.fromkeys(code, "outline.zip"))
    resources = transform(packaged, region)["Resources"]
    values = {
        **pseudo_parameters(stack_name, ACCOUNT_ID, region),
        **_defaults(template),
        **{logical_id: logical_id for logical_id in resources},
    }
    return {logical_id: resolve(item, values) for logical_id, item in resources.items()}


def _defaults(template: Mapping[str, Any]) -> dict[str, str]:
    parameters = template.get("Parameters") or {}
    return {name: str(item["Default"]) for name, item in parameters.items() if "Default" in item}


def _function(
    logical_id: str, resource: Mapping[str, Any], code: Mapping[str, Path], region: str
) -> Function:
    properties = resource["Properties"]
    variables = (properties.get("Environment") or {}).get("Variables") or {}
    return Function(
        logical_id=logical_id,
        name=logical_id,
        arn=f"arn:aws:lambda:{region}:{ACCOUNT_ID}:function:{logical_id}",
        handler=str(properties.get("Handler", "")),
        runtime=str(properties.get("Runtime", "")),
        code=code[logical_id],
        layers=tuple(
            path
            for layer in properties.get("Layers") or ()
            for name, path in code.items()
            if is_layer(name, layer)
        ),
        environment={
            name: value if isinstance(value, str) else "unknown"
            for name, value in variables.items()
        },
    )


def _staged(
    resources: Mapping[str, Any], service: str, kind: str
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield the APIs that have an OpenAPI document, each with it and its stage's properties."""
    key = "RestApiId" if kind == "RestApi" else "ApiId"
    for logical_id, resource in resources.items():
        if resource["Type"] != f"{service}::{kind}" or not resource["Properties"].get("Body"):
            continue
        for other in resources.values():
            stage = other.get("Properties") or {}
            if other["Type"] == f"{service}::Stage" and stage.get(key) == logical_id:
                yield logical_id, resource["Properties"]["Body"], stage
                break


def _api(
    logical_id: str,
    document: Mapping[str, Any],
    stage: Mapping[str, Any],
    names: Mapping[str, str],
    region: str,
) -> dict[str, Any]:
    return {
        "logical_id": logical_id,
        "api_id": hashlib.sha256(logical_id.encode()).hexdigest()[:10],
        "account_id": ACCOUNT_ID,
        "stage": str(stage.get("StageName", "")),
        "document": document,
        "integrations": functions_behind(document, names),
        "authorizers": authorizer_functions(document, names),
        "region": region,
    }
