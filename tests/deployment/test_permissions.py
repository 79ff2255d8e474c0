"""What of a role's policies is wider than a function needs, and whose document is known."""

from typing import Any

import pytest
from visitplannr.deployment.permissions import Permissions, Policy
from visitplannr.iam.grants import grants
from visitplannr.iam.managed import managed_document, names


def of_aws(name: str) -> Policy:
    document = managed_document(name)
    assert document is not None
    return Policy(name, tuple(grants(document)), managed=True)


def policy(name: str, action: str, resource: str, *, managed: bool) -> Policy:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return Policy(name, tuple(grants({"Statement": statement})), managed=managed)


WARNINGS: list[Any] = [
    pytest.param(of_aws("AWSLambdaVPCAccessExecutionRole"), [], id="an execution role of AWS"),
    pytest.param(of_aws("AWSLambdaSQSQueueExecutionRole"), [], id="another one"),
    pytest.param(of_aws("AmazonSQSFullAccess"), ["AmazonSQSFullAccess allows a whole service"],
                 id="a whole service"),
    pytest.param(Policy("Mystery", None, managed=True), [], id="not known"),
    pytest.param(policy("Mine", "sqs:*", "arn:x", managed=True),
                 ["Mine: sqs:* allows every action"], id="a managed one of one's own"),
    pytest.param(policy("Inline", "sqs:SendMessage", "*", managed=False),
                 ["Inline: sqs:SendMessage on every resource"], id="inline"),
    pytest.param(policy("AWSLambdaRole", "sqs:SendMessage", "*", managed=False),
                 ["AWSLambdaRole: sqs:SendMessage on every resource"], id="inline with AWS's name"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "warnings"), WARNINGS)
def test_what_is_too_wide(found: Policy, warnings: list[str]) -> None:
    assert list(found.warnings()) == warnings
    assert Permissions("F", "f", "role", (found,)).warnings == warnings


@pytest.mark.parametrize("name", names())
def test_what_aws_gives_is_shown(name: str) -> None:
    assert all(grant.actions and grant.resources for grant in of_aws(name).grants or ())
