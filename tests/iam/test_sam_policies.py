"""SAM's policy templates: what each allows, and which one is proposed (iam.md I39)."""

from typing import Any

import pytest
from visitplannr.iam.document import listed
from visitplannr.iam.evaluation import Policies, Verdict, decide
from visitplannr.iam.policy import Request, Statement
from visitplannr.iam.principals import session
from visitplannr.iam.propose import Owned
from visitplannr.iam.sam_policies import Place, sam_policy, templates

PLACE = Place("000000000000", "eu-west-1")
WHO = session("arn:aws:iam::000000000000:role/cook", "kitchen")
ARN = "arn:aws:{}:eu-west-1:000000000000:{}"


def written(name: str, value: str) -> list[Statement]:
    parameters = templates()[name].parameters
    return list(templates()[name].policy(dict.fromkeys(parameters, value), PLACE).allows)


def verdict(name: str, value: str, action: str, resource: str, context: Any) -> Verdict:
    parameters = dict.fromkeys(templates()[name].parameters, value)
    policy = templates()[name].policy(parameters, PLACE)
    return decide(Request(WHO, action, resource, context), Policies((policy,))).verdict


def one_of(pattern: str) -> str:
    """Give an example of what a pattern matches."""
    return pattern if pattern == "*" else pattern.replace("*", "one")


@pytest.mark.parametrize("name", templates())
def test_i39_each_allows_what_it_says_and_not_its_neighbour(name: str) -> None:
    for statement, other in zip(written(name, "mine"), written(name, "yours"), strict=True):
        expected = Verdict.NOT_EVALUATED if statement.undecidable else Verdict.ALLOW
        resources = [str(one) for one in listed(statement.written["Resource"])]
        others = [str(one) for one in listed(other.written["Resource"])]
        for action in map(one_of, listed(statement.written["Action"])):
            for resource, neighbour in zip(resources, others, strict=True):
                assert verdict(name, "mine", action, one_of(resource), {}) is expected
                if neighbour != resource:
                    found = verdict(name, "mine", action, one_of(neighbour), {})
                    assert found is Verdict.IMPLICIT_DENY
        another = f"{one_of(listed(statement.written['Action'])[0]).partition(':')[0]}x:Nothing"
        assert verdict(name, "mine", another, one_of(resources[0]), {}) is Verdict.IMPLICIT_DENY


TABLE, QUEUE = ARN.format("dynamodb", "table/menu"), ARN.format("sqs", "orders")
STACK = [
    Owned("Menu", "AWS::DynamoDB::Table", TABLE),
    Owned("Orders", "AWS::SQS::Queue", QUEUE),
    Owned("Photos", "AWS::S3::Bucket", "arn:aws:s3:::photos"),
    Owned("News", "AWS::SNS::Topic", ARN.format("sns", "news")),
]
PROPOSED: list[Any] = [
    pytest.param(["dynamodb:PutItem"], TABLE, "DynamoDBWritePolicy: {TableName: !Ref Menu}",
                 id="put"),
    pytest.param(["dynamodb:Query"], f"{TABLE}/index/day", "DynamoDBReadPolicy: {TableName: !Ref "
                 "Menu}", id="query on an index"),
    pytest.param(["dynamodb:DeleteItem"], TABLE, "DynamoDBCrudPolicy: {TableName: !Ref Menu}",
                 id="delete"),
    pytest.param(["dynamodb:GetItem", "dynamodb:PutItem"], TABLE,
                 "DynamoDBCrudPolicy: {TableName: !Ref Menu}", id="put and get"),
    pytest.param(["dynamodb:PartiQLSelect"], TABLE, None, id="none"),
    pytest.param(["sqs:SendMessage"], QUEUE,
                 "SQSSendMessagePolicy: {QueueName: !GetAtt Orders.QueueName}", id="send"),
    pytest.param(["s3:GetObject"], "arn:aws:s3:::photos/a/b", "S3ReadPolicy: {BucketName: !Ref "
                 "Photos}", id="an object"),
    pytest.param(["s3:PutObject"], "arn:aws:s3:::others/a/b", "S3WritePolicy: {BucketName: others}",
                 id="an object elsewhere"),
    pytest.param(["sns:Publish"], ARN.format("sns", "news"),
                 "SNSPublishMessagePolicy: {TopicName: !GetAtt News.TopicName}", id="publish"),
    pytest.param(["ssm:GetParameter"], ARN.format("ssm", "parameter/a/b"),
                 "SSMParameterReadPolicy: {ParameterName: a/b}", id="parameter"),
    pytest.param(["kms:Decrypt"], ARN.format("kms", "key/123"), 'KMSDecryptPolicy: {KeyId: "123"}',
                 id="what YAML would take for a number"),
    pytest.param(["cloudwatch:PutMetricData"], "*", "CloudWatchPutMetricPolicy: {}",
                 id="without parameters"),
    pytest.param(["glue:GetTable"], "*", None, id="a service without a template"),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "arn", "policy"), PROPOSED)
def test_i39_the_smallest_that_fits_is_proposed(
    actions: list[str], arn: str, policy: str | None
) -> None:
    assert sam_policy(actions, arn, STACK, PLACE) == policy
