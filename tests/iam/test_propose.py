"""Statements to paste: those of the denials, the smallest of what was used."""

import textwrap
from typing import Any

import pytest
import yaml
from visitplannr.iam.actions.call import Check
from visitplannr.iam.propose import Owned, propose, reference

ARN = "arn:aws:{}:eu-west-1:000000000000:{}"
TABLE = ARN.format("dynamodb", "table/menu")
STACK = [
    Owned("Menu", "AWS::DynamoDB::Table", TABLE),
    Owned("Photos", "AWS::S3::Bucket", "arn:aws:s3:::photos"),
    Owned("News", "AWS::SNS::Topic", ARN.format("sns", "news")),
    Owned("Flow", "AWS::Serverless::StateMachine", ARN.format("states", "stateMachine:flow")),
    Owned("Cook", "AWS::Lambda::Function", ARN.format("lambda", "function:cook")),
    Owned("Log", "AWS::Logs::LogGroup", ARN.format("logs", "log-group:cooking")),
    Owned("Limit", "AWS::SSM::Parameter", ARN.format("ssm", "parameter/limit")),
]
REFERENCES: list[Any] = [
    (TABLE, "!GetAtt Menu.Arn"),
    (f"{TABLE}/index/day", '!Sub "${Menu.Arn}/index/day"'),
    (f"{TABLE}/stream/2026-11-25T00:00:00.000", "!GetAtt Menu.StreamArn"),
    (f"{TABLE}s", f"{TABLE}s"),
    ("arn:aws:s3:::photos", "!GetAtt Photos.Arn"),
    ("arn:aws:s3:::photos/2026/a.jpg", '!Sub "${Photos.Arn}/*"'),
    ("arn:aws:s3:::others/2026/a.jpg", '"arn:aws:s3:::others/*"'),
    (ARN.format("sns", "news"), "!Ref News"),
    (ARN.format("states", "stateMachine:flow"), "!Ref Flow"),
    (ARN.format("lambda", "function:cook"), "!GetAtt Cook.Arn"),
    (ARN.format("lambda", "function:cook:live"), '!Sub "${Cook.Arn}:live"'),
    (ARN.format("logs", "log-group:cooking:log-stream:today"), '!Sub "${Log.Arn}:*"'),
    (ARN.format("ssm", "parameter/limit"),
     '!Sub "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${Limit}"'),
    ("*", '"*"'),
]  # fmt: skip


@pytest.mark.parametrize(("arn", "written"), REFERENCES)
def test_a_resource_is_named_as_a_template_does(arn: str, written: str) -> None:
    assert reference(arn, STACK) == written


def test_one_denial_is_one_line() -> None:
    (proposal,) = propose([Check("dynamodb:PutItem", TABLE)], STACK)
    assert proposal.line() == "Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Menu.Arn"
    (proposal,) = propose([Check("s3:GetObject", "arn:aws:s3:::x/y")], [])
    assert proposal.line() == 'Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::x/*"'


def test_what_was_used_is_the_fewest_statements() -> None:
    used = [
        Check("dynamodb:PutItem", TABLE),
        Check("dynamodb:GetItem", TABLE),
        Check("dynamodb:PutItem", TABLE),
        Check("dynamodb:Query", TABLE),
        Check("dynamodb:Query", f"{TABLE}/index/day"),
        Check("s3:PutObject", "arn:aws:s3:::photos/a"),
        Check("s3:PutObject", "arn:aws:s3:::photos/b"),
    ]
    text = "\n".join(proposal.yaml() for proposal in propose(used, STACK))
    assert text == textwrap.dedent(
        """\
        - Effect: Allow
          Action:
            - dynamodb:GetItem
            - dynamodb:PutItem
          Resource: !GetAtt Menu.Arn
        - Effect: Allow
          Action: dynamodb:Query
          Resource:
            - !GetAtt Menu.Arn
            - !Sub "${Menu.Arn}/index/day"
        - Effect: Allow
          Action: s3:PutObject
          Resource: !Sub "${Photos.Arn}/*\""""
    )


class Loader(yaml.SafeLoader):
    """YAML as CloudFormation has it: the short forms of intrinsic functions are tags."""


Loader.add_multi_constructor("!", lambda loader, tag, node: {tag: loader.construct_scalar(node)})


def test_what_is_proposed_is_yaml() -> None:
    everything = [Check("a:B", arn) for arn, _ in REFERENCES]
    (proposal,) = propose(everything, STACK)
    (statement,) = yaml.load(proposal.yaml(), Loader)
    assert {"GetAtt": "Menu.Arn"} in statement["Resource"]
    assert {"Sub": "${Photos.Arn}/*"} in statement["Resource"]
    assert "*" in statement["Resource"]
