"""AWS's own managed policies: which are known, by name and by ARN (iam.md I22)."""

import json
from pathlib import Path
from typing import Any

import pytest
from iam.calls import ACCOUNT, REGION, SESSION, Known, sample
from visitplannr.iam import managed
from visitplannr.iam.actions import SERVICES, checks
from visitplannr.iam.actions.call import Call
from visitplannr.iam.evaluation import Policies, Verdict, decide
from visitplannr.iam.managed import arn_of, managed_document, managed_policy, names
from visitplannr.iam.policy import Request
from visitplannr.iam.principals import session

WHO = session("arn:aws:iam::000000000000:role/cook", "kitchen")
ARN = "arn:aws:iam::aws:policy/"
TABLE = "arn:aws:dynamodb:eu-west-1:000000000000:table/menu"


def verdict(policy: str, action: str, resource: str = TABLE) -> Verdict:
    request = Request(WHO, action, resource, {})
    return decide(request, Policies((managed_policy(policy),))).verdict


@pytest.mark.parametrize("name", names())
def test_each_is_a_policy_that_allows_something(name: str) -> None:
    policy = managed_policy(name)
    assert policy.known
    assert policy.allows
    assert managed_policy(str(arn_of(name))).name == arn_of(name)


@pytest.mark.parametrize("name", ["ReadOnlyAccess", "ViewOnlyAccess"])
def test_what_is_shortened_has_all_services_that_are_mapped(name: str) -> None:
    found = json.loads(Path(managed.__file__).with_name("managed_policies.json").read_text())
    mapped = {prefix_of(service) for service in SERVICES}
    assert mapped <= set(found[name]["services"])


def prefix_of(service: str) -> str:
    for name in SERVICES[service]:
        shape = SESSION.get_service_model(service).operation_model(name).input_shape
        given = sample(shape, "") if shape else {}
        needed = checks(Call(service, name, given, ACCOUNT, REGION), Known())
        if needed:
            return needed[0].action.partition(":")[0]
    return service


ALLOWED: list[Any] = [
    ("AWSLambdaBasicExecutionRole", "logs:PutLogEvents", True),
    ("AWSLambdaBasicExecutionRole", "logs:GetLogEvents", False),
    (f"{ARN}service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents", True),
    ("AWSLambdaVPCAccessExecutionRole", "ec2:CreateNetworkInterface", True),
    ("AWSLambdaSQSQueueExecutionRole", "sqs:ReceiveMessage", True),
    ("AWSLambdaSQSQueueExecutionRole", "sqs:SendMessage", False),
    ("AWSLambdaDynamoDBExecutionRole", "dynamodb:GetRecords", True),
    ("AWSLambdaDynamoDBExecutionRole", "dynamodb:GetItem", False),
    ("AWSLambdaKinesisExecutionRole", "kinesis:GetRecords", True),
    ("AmazonDynamoDBFullAccess", "dynamodb:PutItem", True),
    ("AmazonDynamoDBReadOnlyAccess", "dynamodb:Query", True),
    ("AmazonDynamoDBReadOnlyAccess", "dynamodb:PutItem", False),
    ("AmazonS3FullAccess", "s3:PutObject", True),
    ("AmazonS3ReadOnlyAccess", "s3:GetObject", True),
    ("AmazonS3ReadOnlyAccess", "s3:PutObject", False),
    ("AmazonSQSFullAccess", "sqs:SendMessage", True),
    ("AmazonSNSFullAccess", "sns:Publish", True),
    ("AWSXRayDaemonWriteAccess", "xray:PutTraceSegments", True),
    ("AWSStepFunctionsFullAccess", "states:StartExecution", True),
    ("AmazonEventBridgeFullAccess", "events:PutEvents", True),
    ("SecretsManagerReadWrite", "secretsmanager:GetSecretValue", True),
    ("AmazonSSMReadOnlyAccess", "ssm:GetParameter", True),
    ("AmazonSSMReadOnlyAccess", "ssm:PutParameter", False),
    (f"{ARN}AdministratorAccess", "iam:CreateRole", True),
    ("PowerUserAccess", "dynamodb:PutItem", True),
    ("PowerUserAccess", "iam:CreateRole", False),
    ("ReadOnlyAccess", "dynamodb:GetItem", True),
    ("ReadOnlyAccess", "dynamodb:PutItem", False),
]


@pytest.mark.parametrize(("policy", "action", "allowed"), ALLOWED)
def test_what_they_allow(policy: str, action: str, allowed: bool) -> None:
    assert (verdict(policy, action) is Verdict.ALLOW) is allowed


@pytest.mark.parametrize(
    "policy",
    ["Mystery", f"{ARN}AWSLambdaBasicExecutionRole", "arn:aws:iam::000000000000:policy/ReadOnly"],
)
def test_i22_others_are_not_evaluated(policy: str) -> None:
    assert managed_document(policy) is None
    assert verdict(policy, "logs:PutLogEvents") is Verdict.NOT_EVALUATED


def test_partitions_have_the_same_ones() -> None:
    assert managed_document("arn:aws-cn:iam::aws:policy/AdministratorAccess")
    assert (
        arn_of("AdministratorAccess", "aws-cn") == "arn:aws-cn:iam::aws:policy/AdministratorAccess"
    )
