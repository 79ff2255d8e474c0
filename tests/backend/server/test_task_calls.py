"""Which permissions tasks, mappings and sources need (iam.md I46, I48, I49)."""

import base64
import gzip
import json
from typing import Any

import pytest
from visitplannr.backend.server.invocation_sources import Source, source_of
from visitplannr.backend.server.mapping_permissions import needed_to_read
from visitplannr.backend.server.task_calls import call_of

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
STATES = "arn:aws:states:::"
CALLS = [
    (FUNCTION, "lambda", "Invoke", "Lambda.AWSLambdaException"),
    (f"{FUNCTION}:live", "lambda", "Invoke", "Lambda.AWSLambdaException"),
    (f"{STATES}lambda:invoke", "lambda", "Invoke", "Lambda.AWSLambdaException"),
    (f"{STATES}lambda:invoke.waitForTaskToken", "lambda", "Invoke", "Lambda.AWSLambdaException"),
    (f"{STATES}dynamodb:putItem", "dynamodb", "PutItem", "DynamoDB.AmazonDynamoDBException"),
    (f"{STATES}sqs:sendMessage", "sqs", "SendMessage", "SQS.AmazonSQSException"),
    (f"{STATES}sns:publish", "sns", "Publish", "SNS.AmazonSNSException"),
    (
        f"{STATES}states:startExecution.sync:2",
        "stepfunctions",
        "StartExecution",
        "StepFunctions.AWSStepFunctionsException",
    ),
    (f"{STATES}aws-sdk:dynamodb:query", "dynamodb", "Query", "DynamoDb.DynamoDbException"),
    (f"{STATES}aws-sdk:s3:getObject", "s3", "GetObject", "S3.S3Exception"),
    (f"{STATES}aws-sdk:sfn:startExecution", "stepfunctions", "StartExecution", "Sfn.SfnException"),
    (
        f"{STATES}aws-sdk:secretsmanager:getSecretValue",
        "secretsmanager",
        "GetSecretValue",
        "SecretsManager.SecretsManagerException",
    ),
    (
        f"{STATES}aws-sdk:eventbridge:putEvents",
        "events",
        "PutEvents",
        "EventBridge.EventBridgeException",
    ),
]


def test_a_tasks_resource_tells_its_call_and_how_that_is_refused() -> None:
    wrong = []
    for resource, *expected in CALLS:
        found = call_of(resource, {})
        if found is None or [found.service, found.operation, found.refused] != expected:
            wrong.append((resource, found))
    assert wrong == []


def test_parameters_have_boto3s_names_too() -> None:
    found = call_of(f"{STATES}aws-sdk:sfn:startExecution", {"StateMachineArn": "a"})
    assert found is not None
    assert found.parameters["stateMachineArn"] == "a"
    function = call_of(FUNCTION, {"FunctionName": "another"})
    assert function is not None
    assert function.parameters == {"FunctionName": FUNCTION}


@pytest.mark.parametrize(
    "resource", ["arn:aws:states:us-east-1:000000000000:activity:a", "something"]
)
def test_what_calls_no_service_needs_no_permission(resource: str) -> None:
    assert call_of(resource, {}) is None


def _logs(group: str) -> Any:
    data = gzip.compress(json.dumps({"logGroup": group}).encode())
    return {"awslogs": {"data": base64.b64encode(data).decode()}}


SOURCES: list[tuple[str, Any, Source | None]] = [
    (
        "sns",
        {"Records": [{"Sns": {"TopicArn": "arn:aws:sns:r:1:t"}}]},
        Source("sns.amazonaws.com", ("arn:aws:sns:r:1:t",)),
    ),
    (
        "s3",
        {"Records": [{"s3": {"bucket": {"name": "b"}}}]},
        Source("s3.amazonaws.com", ("arn:aws:s3:::b",)),
    ),
    (
        "cognito",
        {"userPoolId": "r_1"},
        Source("cognito-idp.amazonaws.com", ("arn:aws:cognito-idp:r:1:userpool/r_1",)),
    ),
    (
        "logs",
        _logs("/a/b"),
        Source("logs.amazonaws.com", ("arn:aws:logs:r:1:log-group:/a/b:*",)),
    ),
    (
        "alb",
        {"requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:r:1:t"}}},
        Source("elasticloadbalancing.amazonaws.com", ("arn:aws:elasticloadbalancing:r:1:t",)),
    ),
    ("iot", {"temperature": 1}, Source("iot.amazonaws.com")),
    ("s3", {"Service": "Amazon S3", "Event": "s3:TestEvent"}, Source("s3.amazonaws.com")),
    ("logs", {"awslogs": {"data": "no gzip"}}, Source("logs.amazonaws.com")),
    ("states", {}, None),
    ("invoke", {}, None),
    ("custom-resource", {}, None),
]


def test_a_source_is_told_by_its_trigger_and_its_event() -> None:
    wrong = [
        (trigger, found)
        for trigger, event, expected in SOURCES
        if (found := source_of(trigger, event, "1", "r")) != expected
    ]
    assert wrong == []


def test_what_is_read_needs_permissions_on_the_source() -> None:
    consumer = "arn:aws:kinesis:r:1:stream/s/consumer/c:1"
    assert {one.resource for one in needed_to_read(consumer)} == {"arn:aws:kinesis:r:1:stream/s"}
    assert [one.action for one in needed_to_read("arn:aws:sqs:r:1:q")] == [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ]
    assert needed_to_read("arn:aws:mq:r:1:broker:b") == []
    assert needed_to_read("") == []
