"""Which call of AWS a task of a state machine makes, and how its refusal is named (iam.md I48).

Step Functions guide, "Integrating services", "Learning to use AWS service SDK integrations". The
parameters of SDK integrations are in PascalCase, whatever the service's own casing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SDK = re.compile(r"arn:[\w-]+:states:::aws-sdk:(?P<service>\w+):(?P<action>\w+)")
_OPTIMISED = re.compile(r"arn:[\w-]+:states:::(?P<service>[\w-]+):(?P<action>\w+)")
_BOTO3: Mapping[str, str] = {
    "bedrock": "bedrock-runtime",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "eventbridge": "events",
    "rdsdata": "rds-data",
    "sfn": "stepfunctions",
    "states": "stepfunctions",
}
_REFUSED: Mapping[str, str] = {
    "dynamodb": "DynamoDB.AmazonDynamoDBException",
    "events": "EventBridge.AmazonEventBridgeException",
    "lambda": "Lambda.AWSLambdaException",
    "sns": "SNS.AmazonSNSException",
    "sqs": "SQS.AmazonSQSException",
    "states": "StepFunctions.AWSStepFunctionsException",
}


@dataclass(frozen=True, slots=True)
class TaskCall:
    """A call: boto3's name of the service, operation, parameters; `refused` names the error."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    refused: str


def call_of(resource: str, given: Any) -> TaskCall | None:
    """Tell the call of a task by its Resource and what it is given; None if it makes none.

    `given` is the task's input where the Resource is a function, else the call's parameters.
    """
    if ":lambda:" in resource and ":states:" not in resource:
        return TaskCall("lambda", "Invoke", {"FunctionName": resource}, _REFUSED["lambda"])
    if ":activity:" in resource:
        return None
    parameters = given if isinstance(given, Mapping) else {}
    if found := _SDK.match(resource):
        service, action = found["service"].lower(), found["action"]
        return TaskCall(
            _BOTO3.get(service, service),
            _capital(action),
            _spelled(parameters),
            _sdk_error(service),
        )
    if found := _OPTIMISED.match(resource):
        service, action = found["service"], found["action"]
        name = _REFUSED.get(service, f"{_capital(service)}.AccessDeniedException")
        return _call(service, action, parameters, name)
    return None


def _call(service: str, action: str, parameters: Mapping[str, Any], refused: str) -> TaskCall:
    name = _BOTO3.get(service, service)
    return TaskCall(name, _capital(action), _spelled(parameters), refused)


def _sdk_error(service: str) -> str:
    """Name what the SDK for Java raises for an error that the service's model does not have."""
    prefix = _SDK_NAMES.get(service, service.capitalize())
    return f"{prefix}.{prefix}Exception"


_SDK_NAMES: Mapping[str, str] = {
    "cloudwatchlogs": "CloudWatchLogs",
    "dynamodb": "DynamoDb",
    "eventbridge": "EventBridge",
    "rdsdata": "RdsData",
    "secretsmanager": "SecretsManager",
}


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _spelled(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give parameters under boto3's names, too, which begin with a small letter for some."""
    small = {name[:1].lower() + name[1:]: value for name, value in parameters.items()}
    return {**small, **parameters}
