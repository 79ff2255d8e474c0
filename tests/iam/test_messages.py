"""What a refused caller is told, word for word, and what a developer is (iam.md I20, I21)."""

from typing import Any

import pytest
from visitplannr.iam.evaluation import Policies, decide
from visitplannr.iam.messages import Refusal, explain, message, refusal
from visitplannr.iam.policy import Layer, Policy, Request, read_policy, unknown
from visitplannr.iam.principals import Principal, administrator, service, session

COOK = session("arn:aws:iam::000000000000:role/app/Cook", "kitchen")
ARN = "arn:aws:sts::000000000000:assumed-role/Cook/kitchen"
TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/menu"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders"
PUT = ("dynamodb:PutItem", TABLE)


def policy(effect: str, **more: Any) -> Policy:
    statement = {"Effect": effect, "Action": "*", "Resource": "*", **more}
    return read_policy({"Version": "2012-10-17", "Statement": statement}, "Menu")


ALLOW, DENY = policy("Allow"), policy("Deny")
NONE = read_policy({"Statement": []}, "Nothing")
DENIED_TO_ALL = Policies(resource=policy("Deny", Principal="*"))
BEGIN = f"User: {ARN} is not authorized to perform: dynamodb:PutItem on resource: {TABLE} "
MESSAGES: list[Any] = [
    pytest.param(*PUT, Policies(),
                 BEGIN + "because no identity-based policy allows the dynamodb:PutItem action",
                 id="I20 identity"),
    pytest.param(*PUT, Policies((DENY,)),
                 BEGIN + "with an explicit deny in an identity-based policy",
                 id="I20 explicit, identity"),
    pytest.param(*PUT, Policies((ALLOW,), boundary=NONE),
                 BEGIN + "because no permissions boundary allows the dynamodb:PutItem action",
                 id="I20 boundary"),
    pytest.param(*PUT, Policies(boundary=DENY),
                 BEGIN + "with an explicit deny in a permissions boundary",
                 id="I20 explicit, boundary"),
    pytest.param(*PUT, Policies((ALLOW,), session=(NONE,)),
                 BEGIN + "because no session policy allows the dynamodb:PutItem action",
                 id="I20 session"),
    pytest.param(*PUT, Policies(session=(DENY,)),
                 BEGIN + "with an explicit deny in a session policy",
                 id="I20 explicit, session"),
    pytest.param(*PUT, Policies(resource_must_allow=True),
                 BEGIN + "because no resource-based policy allows the dynamodb:PutItem action",
                 id="I20 resource"),
    pytest.param(*PUT, DENIED_TO_ALL, BEGIN + "with an explicit deny in a resource-based policy",
                 id="I20 explicit, resource"),
    pytest.param("sts:AssumeRole", "arn:aws:iam::000000000000:role/Chef",
                 Policies(resource_layer=Layer.TRUST, resource_must_allow=True),
                 f"User: {ARN} is not authorized to perform: sts:AssumeRole because no role trust "
                 "policy allows the sts:AssumeRole action", id="I20 trust"),
    pytest.param("sts:AssumeRole", "arn:aws:iam::000000000000:role/Chef",
                 Policies(resource=policy("Deny", Principal="*"), resource_layer=Layer.TRUST),
                 f"User: {ARN} is not authorized to perform: sts:AssumeRole with an explicit deny "
                 "in the role trust policy", id="I20 explicit, trust"),
    pytest.param("cloudwatch:PutMetricData", "*", Policies(),
                 f"User: {ARN} is not authorized to perform: cloudwatch:PutMetricData because no "
                 "identity-based policy allows the cloudwatch:PutMetricData action",
                 id="I20 no resource"),
    pytest.param("sqs:SendMessage", QUEUE, Policies(),
                 f"User: {ARN} is not authorized to perform: sqs:sendmessage on resource: {QUEUE} "
                 "because no identity-based policy allows the sqs:sendmessage action",
                 id="I21 SQS"),
    pytest.param("sns:Publish", "arn:x", Policies(),
                 f"User: {ARN} is not authorized to perform: SNS:Publish on resource: arn:x "
                 "because no identity-based policy allows the SNS:Publish action", id="I21 SNS"),
    pytest.param("s3:GetObject", "arn:aws:s3:::b/k", Policies(),
                 f'User: {ARN} is not authorized to perform: s3:GetObject on resource: '
                 '"arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject '
                 "action", id="I21 S3"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "resource", "policies", "text"), MESSAGES)
def test_what_a_caller_is_told(action: str, resource: str, policies: Policies, text: str) -> None:
    request = Request(COOK, action, resource, {})
    assert message(request, decide(request, policies)) == text


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("dynamodb:PutItem", Refusal("AccessDeniedException", 400)),
        ("secretsmanager:GetSecretValue", Refusal("AccessDeniedException", 400)),
        ("lambda:InvokeFunction", Refusal("AccessDeniedException", 403)),
        ("s3:GetObject", Refusal("AccessDenied", 403)),
        ("sqs:SendMessage", Refusal("AccessDenied", 403)),
        ("sns:Publish", Refusal("AuthorizationError", 403)),
    ],
)
def test_i21_code_and_status_are_the_services_own(action: str, expected: Refusal) -> None:
    assert refusal(action) == expected


WRITTEN = '{"Effect": "%s", "Action": "*", "Resource": "*"}'
ASKED = f"dynamodb:PutItem on {TABLE}"
EXPLAINED: list[Any] = [
    pytest.param(COOK, Policies((ALLOW,)),
                 f"{ASKED} is allowed by statement 1 of Menu (identity-based policy): "
                 + WRITTEN % "Allow", id="allowed"),
    pytest.param(COOK, Policies((ALLOW, DENY)),
                 f"{ASKED} is denied by statement 1 of Menu (identity-based policy): "
                 + WRITTEN % "Deny", id="denied"),
    pytest.param(COOK, Policies(), f"{ASKED} is denied: no identity-based policy allows it",
                 id="not allowed"),
    pytest.param(service("sns.amazonaws.com"), Policies((ALLOW,)),
                 f"{ASKED} is denied: no resource-based policy allows it", id="a service"),
    pytest.param(administrator("0" * 12), Policies(),
                 f"{ASKED} is allowed: arn:aws:iam::000000000000:root is the account itself",
                 id="the account"),
    pytest.param(COOK, Policies((unknown("Mystery"),)),
                 f"{ASKED} is not evaluated: it depends on Mystery, of which too little is known "
                 "here", id="not evaluated"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "policies", "text"), EXPLAINED)
def test_what_decided(who: Principal, policies: Policies, text: str) -> None:
    request = Request(who, *PUT, {})
    assert explain(request, decide(request, policies)) == text
