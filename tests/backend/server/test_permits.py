"""What services and roles may do inside the backend, by deployed policies (iam.md I46 to I49)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from backend.server.test_authorise import Tables
from visitplannr.backend.server.denials import Denials
from visitplannr.backend.server.invocation_sources import Source
from visitplannr.backend.server.ministack.identities import Identities
from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.permits import INVOKE, ByPolicies
from visitplannr.iam.actions.call import Call, Check
from visitplannr.iam.propose import Owned
from visitplannr.iam.sam_policies import Place
from visitplannr.model.function_credentials import FunctionCredentials
from visitplannr.model.strictness import Iam

ACCOUNT, REGION = "000000000000", "us-east-1"
PLACE = f"{REGION}:{ACCOUNT}"
FUNCTION = f"arn:aws:lambda:{PLACE}:function:shop-Cart-1"
TOPIC = f"arn:aws:sns:{PLACE}:shop-Topic-1"
QUEUE = f"arn:aws:sqs:{PLACE}:shop-Queue-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/MachineRole"
SNS = Source("sns.amazonaws.com", (TOPIC,))
OWNED = [
    Owned("Cart", "AWS::Lambda::Function", FUNCTION),
    Owned("Queue", "AWS::SQS::Queue", QUEUE),
    Owned("Topic", "AWS::SNS::Topic", TOPIC),
]


@pytest.fixture
def policy() -> Iterator[list[dict[str, Any]]]:
    """The statements of the function's own policy."""
    statements: list[dict[str, Any]] = []
    record = {
        "config": {"Role": ROLE},
        "policy": {"Version": "2012-10-17", "Statement": statements},
    }
    functions = service("lambda_svc")._functions
    functions.set_scoped(ACCOUNT, REGION, "shop-Cart-1", record)
    yield statements
    functions._data.clear()


@pytest.fixture
def role() -> Iterator[dict[str, Any]]:
    """A role without policies."""
    made: dict[str, Any] = {
        "Arn": ROLE,
        "RoleId": "AROA1",
        "InlinePolicies": {},
        "AttachedPolicies": [],
        "AssumeRolePolicyDocument": "{}",
    }
    roles = service("iam")._roles
    roles.set_scoped(ACCOUNT, None, "MachineRole", made)
    yield made
    roles._data.clear()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def permits(said: list[str]) -> ByPolicies:
    return made(said, Iam.ENFORCE)


def made(said: list[str], mode: Iam) -> ByPolicies:
    denials = Denials(said.append, lambda: OWNED, lambda name: name, Place(ACCOUNT, REGION))
    identities = Identities(FunctionCredentials(b"secret"), ACCOUNT, REGION)
    return ByPolicies(identities, lambda _account, _region: Tables(), denials, mode, REGION)


def allowing(principal: str, condition: Any = None, *, resource: str = FUNCTION) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": INVOKE,
        "Resource": resource,
    }
    return {**statement, "Condition": condition} if condition else statement


def test_without_a_permission_a_source_is_refused_and_the_remedy_is_said(
    permits: ByPolicies, policy: list[dict[str, Any]], said: list[str]
) -> None:
    message = permits.of_source(SNS, INVOKE, FUNCTION)
    assert message == (
        f"User: sns.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: "
        f"{FUNCTION} because no resource-based policy allows the lambda:InvokeFunction action"
    )
    assert said == [
        (
            f"sns.amazonaws.com was denied lambda:InvokeFunction on {FUNCTION} for {TOPIC}: "
            "no resource-based policy allows it"
        ),
        (
            "Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunction, "
            "FunctionName: !GetAtt Cart.Arn, Principal: sns.amazonaws.com, SourceArn: !Ref Topic}"
        ),
    ]
    permits.of_source(SNS, INVOKE, FUNCTION)
    assert len(said) == 2  # said once
    policy.append(allowing("sns.amazonaws.com", {"ArnLike": {"AWS:SourceArn": TOPIC}}))
    assert permits.of_source(SNS, INVOKE, FUNCTION) is None


def where(operator: str, key: str, value: str) -> dict[str, Any]:
    return allowing("sns.amazonaws.com", {operator: {key: value}})


NOBODY_KNOWS = Source("iot.amazonaws.com")
PERMISSIONS: list[tuple[str, dict[str, Any], Source, bool]] = [
    ("everything", allowing("sns.amazonaws.com"), SNS, True),
    ("another service", allowing("s3.amazonaws.com"), SNS, False),
    ("this topic", where("ArnLike", "AWS:SourceArn", TOPIC), SNS, True),
    ("another topic", where("ArnLike", "AWS:SourceArn", f"{TOPIC}2"), SNS, False),
    ("its account", where("StringEquals", "AWS:SourceAccount", ACCOUNT), SNS, True),
    ("another account", where("StringEquals", "AWS:SourceAccount", "1" * 12), SNS, False),
    (
        "nobody knows for which",
        allowing("iot.amazonaws.com", {"ArnLike": {"AWS:SourceArn": "arn:aws:iot:*:*:rule/r"}}),
        NOBODY_KNOWS,
        True,
    ),
    ("not for which, nor whom", allowing("sns.amazonaws.com"), NOBODY_KNOWS, False),
]


def test_conditions_on_the_source_count(permits: ByPolicies, policy: list[dict[str, Any]]) -> None:
    wrong = []
    for name, statement, source, allowed in PERMISSIONS:
        policy[:] = [statement]
        if (permits.of_source(source, INVOKE, FUNCTION) is None) is not allowed:
            wrong.append(name)
    assert wrong == []


def test_a_permission_of_an_alias_is_for_that_alias(
    permits: ByPolicies, policy: list[dict[str, Any]]
) -> None:
    policy[:] = [allowing("sns.amazonaws.com", resource=f"{FUNCTION}:live")]
    assert permits.of_source(SNS, INVOKE, f"{FUNCTION}:live") is None
    assert permits.of_source(SNS, INVOKE, FUNCTION)
    assert permits.of_function(SNS, FUNCTION) is None  # which alias it is, is not known
    policy[:] = [allowing("s3.amazonaws.com", resource=f"{FUNCTION}:live")]
    assert permits.of_function(SNS, FUNCTION)


def test_a_bucket_is_made_after_its_permission(
    permits: ByPolicies, policy: list[dict[str, Any]], said: list[str]
) -> None:
    permits.of_function(Source("s3.amazonaws.com", ("arn:aws:s3:::b",)), FUNCTION)
    assert "Principal: s3.amazonaws.com, SourceAccount: !Ref AWS::AccountId}" in said[1]


def test_queues_are_reached_by_their_own_policy(permits: ByPolicies, said: list[str]) -> None:
    rule = Source("events.amazonaws.com", (f"arn:aws:events:{PLACE}:rule/r",))
    assert permits.of_source(rule, "sqs:SendMessage", QUEUE)
    assert said[1] == (
        "Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, "
        "Resource: !GetAtt Queue.Arn, Condition: {ArnEquals: {aws:SourceArn: "
        f"arn:aws:events:{PLACE}:rule/r}}}}"
    )


def test_a_role_may_do_what_its_policies_allow(
    permits: ByPolicies, role: dict[str, Any], said: list[str]
) -> None:
    call = Call(
        "sqs", "SendMessage", {"QueueUrl": f"http://a/{ACCOUNT}/shop-Queue-1"}, ACCOUNT, REGION
    )
    machine = f"arn:aws:sts::{ACCOUNT}:assumed-role/MachineRole/m"
    message = permits.of_role(ROLE, "m", call)
    assert message is not None
    assert message.startswith(f"User: {machine} is not authorized to perform: sqs:sendmessage")
    assert said[0].startswith(f"{machine} was denied sqs:SendMessage on {QUEUE}: ")
    assert said[1] == "Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn"
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": QUEUE}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role["InlinePolicies"] = {"queue": document}
    assert permits.of_role(ROLE, "m", call) is None
    checks = [Check("sqs:ReceiveMessage", QUEUE), Check("sqs:DeleteMessage", f"{QUEUE}2")]
    assert permits.of_checks(ROLE, "m", checks[:1]) is None
    assert permits.of_checks(ROLE, "m", checks)


def test_calls_that_are_not_known_are_let_through_and_said_once(
    permits: ByPolicies, role: dict[str, Any], said: list[str]
) -> None:
    call = Call("lookoutvision", "DetectAnomalies", {}, ACCOUNT, REGION)
    assert permits.of_role(ROLE, "m", call) is None
    assert permits.of_role(ROLE, "m", call) is None
    assert len(said) == 1
    assert permits.of_role(f"{ROLE}2", "m", call) is None  # nobody knows the role


def test_warn_says_it_and_lets_it_through(
    policy: list[dict[str, Any]], role: dict[str, Any], said: list[str]
) -> None:
    permits = made(said, Iam.WARN)
    assert permits.of_source(SNS, INVOKE, FUNCTION) is None
    assert "would be denied" in said[0]
    check = Check("sqs:ReceiveMessage", QUEUE)
    assert permits.of_checks(ROLE, "cart", [check], function="shop-Cart-1") is None
    assert said[2].startswith(f"shop-Cart-1 would be denied sqs:ReceiveMessage on {QUEUE}: ")
