"""What Fn::GetAtt gives, where it follows from a resource's physical id.

By type, from the "Return values" of each in CloudFormation's resource reference. `{id}` is what Ref
gives, `{name}` its last part.
"""

import re
from collections.abc import Mapping
from typing import Any

_ARN = "arn:{partition}"
_POOL = "cognito-idp.{region}.amazonaws.com/{id}"
_HOST = "{id}.execute-api.{region}.{suffix}"
_ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "AWS::ApiGateway::ApiKey": {"APIKeyId": "{id}"},
    "AWS::ApiGateway::Authorizer": {"AuthorizerId": "{id}"},
    "AWS::ApiGateway::Deployment": {"DeploymentId": "{id}"},
    "AWS::ApiGateway::RequestValidator": {"RequestValidatorId": "{id}"},
    "AWS::ApiGateway::Resource": {"ResourceId": "{id}"},
    "AWS::ApiGateway::RestApi": {"RestApiId": "{id}"},
    "AWS::ApiGateway::UsagePlan": {"Id": "{id}"},
    "AWS::ApiGatewayV2::Api": {"ApiId": "{id}", "ApiEndpoint": f"https://{_HOST}"},
    "AWS::ApiGatewayV2::Authorizer": {"AuthorizerId": "{id}"},
    "AWS::ApiGatewayV2::Integration": {"IntegrationId": "{id}"},
    "AWS::Cognito::UserPool": {
        "Arn": _ARN + ":cognito-idp:{region}:{account}:userpool/{id}",
        "ProviderName": _POOL,
        "ProviderURL": f"https://{_POOL}",
        "UserPoolId": "{id}",
    },
    "AWS::Cognito::UserPoolClient": {"ClientId": "{id}"},
    "AWS::DynamoDB::Table": {"Arn": _ARN + ":dynamodb:{region}:{account}:table/{id}"},
    "AWS::Events::EventBus": {
        "Arn": _ARN + ":events:{region}:{account}:event-bus/{id}",
        "Name": "{id}",
    },
    "AWS::IAM::Role": {"Arn": _ARN + ":iam::{account}:role{path}{id}"},
    "AWS::Kinesis::Stream": {"Arn": _ARN + ":kinesis:{region}:{account}:stream/{id}"},
    "AWS::Lambda::Alias": {"AliasArn": "{id}"},
    "AWS::Lambda::Function": {"Arn": _ARN + ":lambda:{region}:{account}:function:{id}"},
    "AWS::Lambda::LayerVersion": {"LayerVersionArn": "{id}"},
    "AWS::Lambda::Version": {"FunctionArn": "{id}", "Version": "{name}"},
    "AWS::Logs::LogGroup": {"Arn": _ARN + ":logs:{region}:{account}:log-group:{id}:*"},
    "AWS::S3::Bucket": {
        "Arn": _ARN + ":s3:::{id}",
        "DomainName": "{id}.s3.{suffix}",
        "RegionalDomainName": "{id}.s3.{region}.{suffix}",
    },
    "AWS::SNS::Topic": {"TopicArn": "{id}", "TopicName": "{name}"},
    "AWS::SQS::Queue": {
        "Arn": _ARN + ":sqs:{region}:{account}:{name}",
        "QueueName": "{name}",
        "QueueUrl": "{id}",
    },
    "AWS::StepFunctions::StateMachine": {"Arn": "{id}", "Name": "{name}"},
}


def attribute(
    kind: str, name: str, physical_id: str, path: object, pseudo: Mapping[str, Any]
) -> str | None:
    """Give an attribute of a resource of a type; None if only its service knows it.

    `path` is its property Path ("/" without one), which a role's ARN has; one that is not resolved
    is no text.
    """
    shape = _ATTRIBUTES.get(kind, {}).get(name)
    if shape is None or ("{path}" in shape and not isinstance(path, str)):
        return None
    return shape.format(
        id=physical_id,
        name=re.split(r"[/:]", physical_id)[-1],
        path=path,
        account=pseudo["AWS::AccountId"],
        partition=pseudo["AWS::Partition"],
        region=pseudo["AWS::Region"],
        suffix=pseudo["AWS::URLSuffix"],
    )
