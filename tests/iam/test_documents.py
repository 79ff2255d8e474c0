"""Policy documents: what is read, and what an invalid one is answered with (iam.md I1 to I4)."""

import json
from typing import Any

import pytest
from visitplannr.iam.document import PolicyError
from visitplannr.iam.evaluation import Policies, Verdict, decide
from visitplannr.iam.policy import Request, read_policy
from visitplannr.iam.principals import session

ROLE = session("arn:aws:iam::000000000000:role/service-role/Cook", "kitchen")
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def document(*statements: Any, version: Any = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def verdict(policy: Any) -> Verdict:
    request = Request(ROLE, "s3:GetObject", "arn:aws:s3:::kitchen/pan", {})
    return decide(request, Policies(identity=(read_policy(policy, "Role"),))).verdict


READ: list[Any] = [
    pytest.param(document(ALLOW), id="I1 lists"),
    pytest.param({"Version": "2012-10-17", "Statement": ALLOW}, id="I1 one statement"),
    pytest.param(json.dumps(document(ALLOW)), id="I1 a text"),
    pytest.param(document({**ALLOW, "Action": ["s3:PutObject", "s3:GetObject"]}), id="I1 actions"),
    pytest.param(document({"Effect": "Allow", "NotAction": "s3:Put*", "Resource": "*"}),
                 id="I2 NotAction"),
    pytest.param(document({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::a/*"}),
                 id="I2 NotResource"),
    pytest.param({"Statement": [ALLOW]}, id="I4 no version"),
    pytest.param(document(ALLOW, version="2008-10-17"), id="I4 the older version"),
]  # fmt: skip


@pytest.mark.parametrize("policy", READ)
def test_what_is_read(policy: Any) -> None:
    assert verdict(policy) is Verdict.ALLOW


NOT_MATCHED: list[Any] = [
    pytest.param({"Effect": "Allow", "NotAction": ["iam:*", "s3:Get*"], "Resource": "*"},
                 id="I2 NotAction"),
    pytest.param({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::kitchen/*"},
                 id="I2 NotResource"),
]  # fmt: skip


@pytest.mark.parametrize("statement", NOT_MATCHED)
def test_i2_what_is_named_by_its_opposite_is_left_out(statement: dict[str, Any]) -> None:
    assert verdict(document(statement)) is Verdict.IMPLICIT_DENY


INVALID: list[Any] = [
    pytest.param("{", "Role is no JSON", id="no JSON"),
    pytest.param([], "Role is no object", id="no object"),
    pytest.param({}, "Role, statement 1 is no object with Effect Allow or Deny", id="nothing"),
    pytest.param(document(ALLOW, {**ALLOW, "Effect": "allow"}),
                 "Role, statement 2 is no object with Effect Allow or Deny", id="effect"),
    pytest.param(document(ALLOW, version="2020-01-01"),
                 "Role: Version is '2020-01-01', not 2008-10-17 or 2012-10-17", id="version"),
    pytest.param(document({"Effect": "Deny", "Resource": "*"}), "Role, statement 1 has no Action",
                 id="action"),
    pytest.param(document({**ALLOW, "Action": "GetObject"}),
                 "Role, statement 1: Action GetObject names no service", id="vendor"),
    pytest.param(document({**ALLOW, "Action": {"Ref": "A"}}),
                 "Role, statement 1: Action is no string and no list of strings", id="intrinsic"),
    pytest.param(document({"Effect": "Deny", "Action": "*"}), "Role, statement 1 has no Resource",
                 id="resource"),
    pytest.param(document({**ALLOW, "NotResource": 1, "Resource": 1}),
                 "Role, statement 1: Resource is no string and no list of strings", id="number"),
    pytest.param(document({**ALLOW, "Principal": "me"}),
                 "Role, statement 1: Principal is 'me', not * and no object", id="principal"),
    pytest.param(document({**ALLOW, "Principal": {"Aws": "*"}}),
                 "Role, statement 1: Principal has no kind Aws, but AWS, Service, Federated, "
                 "CanonicalUser", id="kind"),
    pytest.param(document({**ALLOW, "Principal": {"AWS": 12}}),
                 "Role, statement 1: Principal AWS is no string and no list of strings",
                 id="account as a number"),
    pytest.param(document({**ALLOW, "Condition": {"StringIs": {"a:b": "c"}}}),
                 "Role, statement 1: Condition StringIs a:b: there is no such operator",
                 id="operator"),
    pytest.param(document({**ALLOW, "Condition": {"Bool": "x"}}),
                 "Role, statement 1: Condition Bool is no object", id="operator's keys"),
    pytest.param(document({**ALLOW, "Condition": {"Bool": {"a:b": {}}}}),
                 "Role, statement 1: Condition Bool a:b: {} is no string, number or boolean",
                 id="value"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "message"), INVALID)
def test_i1_what_is_no_policy_is_one_line_that_says_where(policy: Any, message: str) -> None:
    with pytest.raises(PolicyError) as raised:
        read_policy(policy, "Role")
    text = str(raised.value)
    assert text.startswith(message)
    assert "\n" not in text


def test_i3_a_roles_trust_has_no_resource_of_its_own() -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    role = "arn:aws:iam::000000000000:role/Waiter"
    request = Request(ROLE, "sts:AssumeRole", role, {})
    found = decide(request, Policies(resource=read_policy(document(trust), "Trust")))
    assert found.verdict is Verdict.ALLOW
