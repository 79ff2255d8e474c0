"""Physical ids for a template that is not deployed: nothing has them, but they look alike."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from visitplannr.template.intrinsics import Intrinsics
from visitplannr.template.resolution import Known, intrinsics_of

ACCOUNT_ID = "123456789012"
# The property with which a template names a resource of a type.
_NAMES: Mapping[str, str] = {
    "AWS::ApiGateway::Stage": "StageName",
    "AWS::ApiGatewayV2::Stage": "StageName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Lambda::Alias": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
}
_APIS = frozenset({"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"})
_SHAPES: Mapping[str, str] = {
    "AWS::CloudFormation::Stack": "arn:aws:cloudformation:{region}:{account}:stack/{name}/0",
    "AWS::Lambda::LayerVersion": "arn:aws:lambda:{region}:{account}:layer:{name}:1",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "https://sqs.{region}.amazonaws.com/{account}/{name}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
}
_OF_FUNCTIONS: Mapping[str, str] = {
    "AWS::Lambda::Alias": "{function}:{name}",
    "AWS::Lambda::Version": "{function}:1",
}


def made_up(
    template: Mapping[str, Any],
    *,
    stack_name: str,
    region: str,
    parameters: Mapping[str, str] | None = None,
) -> Known:
    """Name everything in a transformed template; ids are of the shape that Ref gives on AWS.

    Those of aliases and versions contain a function's, so they come last.
    """
    nothing = Known(
        stack_name=stack_name, region=region, account_id=ACCOUNT_ID, parameters=parameters or {}
    )
    intrinsics = intrinsics_of(template, nothing)
    resources = {key: value for key, value in template["Resources"].items() if value}
    ids = {key: _id(key, value, intrinsics, region) for key, value in resources.items()}
    known = replace(nothing, physical_ids=ids)
    intrinsics = intrinsics_of(template, known)
    of_functions = {
        key: _id_at_function(key, value, intrinsics, region)
        for key, value in resources.items()
        if value.get("Type") in _OF_FUNCTIONS
    }
    return replace(known, physical_ids={**ids, **of_functions})


def _id(logical_id: str, resource: Mapping[str, Any], intrinsics: Intrinsics, region: str) -> str:
    kind = str(resource.get("Type"))
    if kind in _APIS:
        return hashlib.sha256(logical_id.encode()).hexdigest()[:10]
    shape = _SHAPES.get(kind, "{name}")
    name = _name(logical_id, resource, intrinsics)
    return shape.format(name=name, region=region, account=ACCOUNT_ID)


def _id_at_function(
    logical_id: str, resource: Mapping[str, Any], intrinsics: Intrinsics, region: str
) -> str:
    given = intrinsics.resolve((resource.get("Properties") or {}).get("FunctionName"))
    name = given if isinstance(given, str) else logical_id
    arn = name if ":" in name else f"arn:aws:lambda:{region}:{ACCOUNT_ID}:function:{name}"
    shape = _OF_FUNCTIONS[str(resource["Type"])]
    return shape.format(function=arn, name=_name(logical_id, resource, intrinsics))


def _name(logical_id: str, resource: Mapping[str, Any], intrinsics: Intrinsics) -> str:
    """Give the name that the template gives a resource, or its logical id."""
    properties = resource.get("Properties") or {}
    named = intrinsics.resolve(properties.get(_NAMES.get(str(resource.get("Type")), "")))
    return named if isinstance(named, str) else logical_id
