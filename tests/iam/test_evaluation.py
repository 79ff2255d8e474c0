"""AWS's evaluation within one account: who is allowed what, and which statement decided.

One row: the policies, the request, the verdict, the layer and statement that decided
(iam.md I13 to I19, I22).
"""

from typing import Any

import pytest
from visitplannr.iam.context import Origin, context_of
from visitplannr.iam.evaluation import Policies, Verdict, decide
from visitplannr.iam.policy import Layer, Policy, Request, read_policy, unknown
from visitplannr.iam.principals import (
    ANONYMOUS,
    Kind,
    Principal,
    administrator,
    service,
    session,
    user,
)

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/Cook"
COOK = session(ROLE, "kitchen", tags={"team": "red"})
ADA = user(f"arn:aws:iam::{ACCOUNT}:user/staff/ada")
BUCKET = "arn:aws:s3:::kitchen"
OBJECT = f"{BUCKET}/pan"


def one(effect: str, action: str = "s3:*", resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(name: str, *statements: dict[str, Any]) -> Policy:
    return read_policy({"Version": "2012-10-17", "Statement": list(statements)}, name)


def ask(
    policies: Policies, who: Principal = COOK, action: str = "s3:GetObject", **more: Any
) -> tuple[Verdict, Layer, str | None]:
    origin = Origin(ACCOUNT, "eu-west-1", 1795564800.0, "203.0.113.9", **more)
    found = decide(Request(who, action, OBJECT, context_of(who, origin, {})), policies)
    return found.verdict, found.layer, str(found.statement) if found.statement else None


ALLOW = policy("Allow", one("Allow"))
DENY = policy("Deny", one("Allow", "sqs:*"), one("Deny", "s3:Get*", Sid="NoReading"))
ELSEWHERE = policy("Elsewhere", one("Allow", resource="arn:aws:s3:::cellar/*"))
NOTHING = policy("Nothing")


def grant(principal: Any, effect: str = "Allow", **more: Any) -> Policy:
    return policy("Bucket", one(effect, Principal=principal, **more))


ALLOWED, DENIED, EXPLICIT = Verdict.ALLOW, Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY
ID, B, S, R = Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION, Layer.RESOURCE
OF_ALLOW = "statement 1 of Allow"
OF_BUCKET = "statement 1 of Bucket"

IDENTITY: list[Any] = [
    pytest.param(Policies(), (DENIED, ID, None), id="I13 nothing is allowed"),
    pytest.param(Policies((ALLOW,)), (ALLOWED, ID, OF_ALLOW), id="I13 an allow"),
    pytest.param(Policies((ELSEWHERE, ALLOW)), (ALLOWED, ID, OF_ALLOW), id="I13 one of several"),
    pytest.param(Policies((ELSEWHERE,)), (DENIED, ID, None), id="I13 another resource"),
    pytest.param(Policies((ALLOW, DENY)), (EXPLICIT, ID, "statement 2 (NoReading) of Deny"),
                 id="I13 a deny wins"),
    pytest.param(Policies((DENY, ALLOW)), (EXPLICIT, ID, "statement 2 (NoReading) of Deny"),
                 id="I13 in any order"),
    pytest.param(Policies((ALLOW,), boundary=ALLOW), (ALLOWED, ID, OF_ALLOW), id="I17 both allow"),
    pytest.param(Policies((ALLOW,), boundary=ELSEWHERE), (DENIED, B, None),
                 id="I17 the boundary does not"),
    pytest.param(Policies((), boundary=ALLOW), (DENIED, ID, None), id="I17 it gives nothing"),
    pytest.param(Policies((ALLOW,), boundary=DENY),
                 (EXPLICIT, B, "statement 2 (NoReading) of Deny"), id="I17 a boundary denies"),
    pytest.param(Policies((ALLOW,), session=(ALLOW,)), (ALLOWED, ID, OF_ALLOW),
                 id="I17 the session policy allows"),
    pytest.param(Policies((ALLOW,), session=(ELSEWHERE, NOTHING)), (DENIED, S, None),
                 id="I17 the session policies do not"),
    pytest.param(Policies((ALLOW,), session=()), (DENIED, S, None), id="I17 none of none"),
    pytest.param(Policies((ALLOW,), session=(DENY,)),
                 (EXPLICIT, S, "statement 2 (NoReading) of Deny"), id="I17 a session denies"),
    pytest.param(Policies((ALLOW,), boundary=ELSEWHERE, session=(ELSEWHERE,)), (DENIED, B, None),
                 id="I13 the boundary is asked first"),
]  # fmt: skip


@pytest.mark.parametrize(("policies", "expected"), IDENTITY)
def test_of_a_caller(policies: Policies, expected: Any) -> None:
    assert ask(policies) == expected


OTHER = f"arn:aws:iam::{ACCOUNT}:role/Waiter"
RESOURCE: list[Any] = [
    pytest.param(COOK, Policies(resource=grant({"AWS": ROLE})), (ALLOWED, R, OF_BUCKET),
                 id="I16 its role, without a policy of its own"),
    pytest.param(COOK, Policies(resource=grant({"AWS": [OTHER, COOK.arn]})),
                 (ALLOWED, R, OF_BUCKET), id="I16 the session"),
    pytest.param(COOK, Policies(resource=grant("*")), (ALLOWED, R, OF_BUCKET), id="I15 all"),
    pytest.param(COOK, Policies(resource=grant({"AWS": "*"})), (ALLOWED, R, OF_BUCKET),
                 id="I15 all of AWS"),
    pytest.param(ADA, Policies(resource=grant({"AWS": ADA.arn})), (ALLOWED, R, OF_BUCKET),
                 id="I16 a user"),
    pytest.param(COOK, Policies(resource=grant({"AWS": OTHER})), (DENIED, ID, None),
                 id="I15 another role"),
    pytest.param(COOK, Policies(resource=grant({"AWS": f"arn:aws:iam::{ACCOUNT}:role/app/*"})),
                 (DENIED, ID, None), id="I15 no part of an ARN"),
    pytest.param(COOK, Policies(resource=grant({"AWS": ACCOUNT})), (DENIED, ID, None),
                 id="I16 the account gives nothing"),
    pytest.param(COOK, Policies((ALLOW,), resource=grant({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
                 (ALLOWED, ID, OF_ALLOW), id="I16 the account and its own policy"),
    pytest.param(COOK, Policies(resource=grant({"Service": "lambda.amazonaws.com"})),
                 (DENIED, ID, None), id="I15 a service"),
    pytest.param(COOK, Policies((ALLOW,), resource=grant({"AWS": ROLE}, "Deny")),
                 (EXPLICIT, R, OF_BUCKET), id="I13 the resource denies"),
    pytest.param(COOK, Policies((ALLOW,), resource=grant({"AWS": ACCOUNT}, "Deny")),
                 (EXPLICIT, R, OF_BUCKET), id="I16 the resource denies the account"),
    pytest.param(COOK, Policies((ALLOW,), resource=grant({"AWS": OTHER}, "Deny")),
                 (ALLOWED, ID, OF_ALLOW), id="I15 another role is denied"),
    pytest.param(COOK, Policies((DENY,), resource=grant({"AWS": ROLE})),
                 (EXPLICIT, ID, "statement 2 (NoReading) of Deny"), id="I13 its own policy denies"),
    pytest.param(COOK, Policies(boundary=ELSEWHERE, resource=grant({"AWS": ROLE})),
                 (DENIED, B, None), id="I17 its boundary limits what its role is given"),
    pytest.param(COOK, Policies(session=(ELSEWHERE,), resource=grant({"AWS": ROLE})),
                 (DENIED, S, None), id="I17 its session policy, too"),
    pytest.param(COOK, Policies(boundary=ELSEWHERE, session=(), resource=grant({"AWS": COOK.arn})),
                 (ALLOWED, R, OF_BUCKET), id="I17 but not what the session is given"),
    pytest.param(ADA, Policies(boundary=ELSEWHERE, resource=grant({"AWS": ADA.arn})),
                 (ALLOWED, R, OF_BUCKET), id="I17 nor a user"),
    pytest.param(COOK, Policies(boundary=DENY, resource=grant({"AWS": COOK.arn})),
                 (EXPLICIT, B, "statement 2 (NoReading) of Deny"), id="I17 a deny does"),
    pytest.param(COOK, Policies((ALLOW,), resource=policy(
                     "Bucket", one("Deny", NotPrincipal={"AWS": [ROLE, ACCOUNT]}))),
                 (ALLOWED, ID, OF_ALLOW), id="I15 all but it"),
    pytest.param(ADA, Policies((ALLOW,), resource=policy(
                     "Bucket", one("Deny", NotPrincipal={"AWS": ROLE}))),
                 (EXPLICIT, R, OF_BUCKET), id="I15 not excepted"),
    pytest.param(COOK, Policies(resource=policy("Bucket", one("Allow"))), (DENIED, ID, None),
                 id="I15 a resource's statement without a principal"),
    pytest.param(ANONYMOUS, Policies(), (DENIED, R, None), id="I15 nobody"),
    pytest.param(ANONYMOUS, Policies(resource=grant("*")), (ALLOWED, R, OF_BUCKET),
                 id="I15 everybody"),
    pytest.param(Principal(Kind.FEDERATED, "accounts.google.com"),
                 Policies(resource=grant({"Federated": "accounts.google.com"})),
                 (ALLOWED, R, OF_BUCKET), id="I15 somebody of an identity provider"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "policies", "expected"), RESOURCE)
def test_with_a_resources_own_policy(who: Principal, policies: Policies, expected: Any) -> None:
    assert ask(policies, who) == expected


TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:news"
FROM_TOPIC = {"ArnEquals": {"aws:SourceArn": TOPIC}}
OWN = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
SNS = {"Service": "sns.amazonaws.com"}
SERVICES: list[Any] = [
    pytest.param(grant(SNS), {}, (ALLOWED, R, OF_BUCKET), id="I19 a service"),
    pytest.param(grant("*"), {}, (ALLOWED, R, OF_BUCKET), id="I19 as one of all"),
    pytest.param(grant({"Service": "s3.amazonaws.com"}), {}, (DENIED, R, None), id="I19 another"),
    pytest.param(grant({"AWS": ACCOUNT}), {}, (DENIED, R, None), id="I19 is no account"),
    pytest.param(None, {}, (DENIED, R, None), id="I19 without the resource's policy"),
    pytest.param(grant(SNS, Condition=FROM_TOPIC), {"source_arn": TOPIC}, (ALLOWED, R, OF_BUCKET),
                 id="I19 for one topic"),
    pytest.param(grant("*", Condition=FROM_TOPIC), {"source_arn": f"{TOPIC}s"}, (DENIED, R, None),
                 id="I19 for another topic"),
    pytest.param(grant(SNS, Condition=OWN), {"source_account": ACCOUNT}, (ALLOWED, R, OF_BUCKET),
                 id="I19 for its account"),
    pytest.param(grant(SNS, Condition=OWN), {"source_account": "1"}, (DENIED, R, None),
                 id="I19 for another account"),
    pytest.param(grant("*", Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}}), {},
                 (ALLOWED, R, OF_BUCKET), id="I14 it is known to be a service"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "origin", "expected"), SERVICES)
def test_a_service_in_its_own_name(resource: Policy | None, origin: Any, expected: Any) -> None:
    policies = Policies((ALLOW,), resource=resource)
    assert ask(policies, service("sns.amazonaws.com"), **origin) == expected


ROOT = administrator(ACCOUNT)


def key(*statements: dict[str, Any], own: tuple[Policy, ...] = ()) -> Policies:
    return Policies(own, resource=policy("Key", *statements), resource_must_allow=True)


KEYS: list[Any] = [
    pytest.param(COOK, key(own=(ALLOW,)), (DENIED, R, None), id="I18 its own policy is not enough"),
    pytest.param(COOK, key(one("Allow", Principal={"AWS": ACCOUNT}), own=(ALLOW,)),
                 (ALLOWED, ID, OF_ALLOW), id="I18 the account lets policies decide"),
    pytest.param(COOK, key(one("Allow", Principal={"AWS": ACCOUNT})), (DENIED, ID, None),
                 id="I18 which they must"),
    pytest.param(COOK, key(one("Allow", Principal={"AWS": ROLE})),
                 (ALLOWED, R, "statement 1 of Key"), id="I18 the role itself"),
    pytest.param(ROOT, key(one("Allow", Principal={"AWS": ROLE})), (DENIED, R, None),
                 id="I18 not even the account"),
    pytest.param(ROOT, key(one("Allow", Principal={"AWS": ACCOUNT})),
                 (ALLOWED, R, "statement 1 of Key"), id="I18 the account"),
    pytest.param(ROOT, Policies(), (ALLOWED, ID, None), id="I13 the account may do everything"),
    pytest.param(ROOT, Policies(resource=grant("*", "Deny")), (EXPLICIT, R, OF_BUCKET),
                 id="I13 but what a resource denies it"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "policies", "expected"), KEYS)
def test_the_account_and_keys(who: Principal, policies: Policies, expected: Any) -> None:
    assert ask(policies, who) == expected


def trust(principal: Any, **more: Any) -> Policies:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    return Policies(
        resource=policy("Trust", statement),
        resource_layer=Layer.TRUST,
        resource_must_allow=True,
    )


TRUST: list[Any] = [
    pytest.param(service("lambda.amazonaws.com"), trust({"Service": "lambda.amazonaws.com"}),
                 ALLOWED, id="I18 a service"),
    pytest.param(service("states.amazonaws.com"), trust({"Service": "lambda.amazonaws.com"}),
                 DENIED, id="I18 another service"),
    pytest.param(COOK, trust({"AWS": ROLE}), ALLOWED, id="I18 a role"),
    pytest.param(COOK, trust({"AWS": ACCOUNT}), DENIED, id="I18 the account, no policy"),
    pytest.param(ADA, trust({"AWS": ROLE}), DENIED, id="I18 another"),
    pytest.param(COOK, trust({"AWS": ROLE}, Condition={"StringEquals": {"sts:ExternalId": "7"}}),
                 DENIED, id="I18 without the external id"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "policies", "verdict"), TRUST)
def test_i18_who_may_assume_a_role(who: Principal, policies: Policies, verdict: Verdict) -> None:
    assert ask(policies, who, "sts:AssumeRole")[0] is verdict


CONTEXT: list[Any] = [
    ("aws:PrincipalArn", ROLE),
    ("aws:PrincipalAccount", ACCOUNT),
    ("aws:PrincipalType", "AssumedRole"),
    ("aws:PrincipalTag/TEAM", "red"),
    ("aws:RequestedRegion", "eu-west-1"),
    ("aws:ResourceAccount", ACCOUNT),
    ("aws:SourceIp", "203.0.113.9"),
    ("aws:CurrentTime", "2026-11-25T00:00:00Z"),
    ("aws:EpochTime", "1795564800"),
    ("aws:SecureTransport", "true"),
    ("aws:UserId", ":kitchen"),
    ("aws:ViaAWSService", "false"),
    ("s3:TlsVersion", "1.3"),
]


@pytest.mark.parametrize(("name", "value"), CONTEXT)
def test_i14_what_is_known_of_every_request(name: str, value: str) -> None:
    statement = one("Allow", Condition={"StringEquals": {name: value}})
    assert ask(Policies((policy("Role", statement),)))[0] is ALLOWED


def test_i14_only_users_have_a_user_name() -> None:
    home = policy("Home", one("Allow", Condition={"StringEquals": {"aws:username": "ada"}}))
    assert ask(Policies((home,)), ADA)[0] is ALLOWED
    assert ask(Policies((home,)))[0] is DENIED


TAGGED = {"StringEquals": {"aws:ResourceTag/team": "red"}}
IF_TAGGED = policy("Tagged", one("Allow", Condition=TAGGED))
UNLESS_TAGGED = policy("Untagged", one("Deny", Condition=TAGGED))
MYSTERY = unknown("arn:aws:iam::aws:policy/Mystery")
UNDECIDED: list[Any] = [
    pytest.param(Policies((MYSTERY,)), ("arn:aws:iam::aws:policy/Mystery",), id="could allow"),
    pytest.param(Policies((ALLOW,), boundary=MYSTERY), ("arn:aws:iam::aws:policy/Mystery",),
                 id="could limit"),
    pytest.param(Policies((ALLOW,), session=(MYSTERY,)), ("arn:aws:iam::aws:policy/Mystery",),
                 id="could limit the session"),
    pytest.param(Policies((IF_TAGGED,)), ("statement 1 of Tagged",), id="a tag could allow"),
    pytest.param(Policies((ALLOW, UNLESS_TAGGED)), ("statement 1 of Untagged",),
                 id="a tag could deny"),
    pytest.param(Policies(resource=grant({"AWS": ROLE}, Condition=TAGGED)), (OF_BUCKET,),
                 id="a tag could allow in the resource's policy"),
]  # fmt: skip


@pytest.mark.parametrize(("policies", "unknown_ones"), UNDECIDED)
def test_i22_what_is_not_known_is_not_guessed(
    policies: Policies, unknown_ones: tuple[str, ...]
) -> None:
    found = decide(Request(COOK, "s3:GetObject", OBJECT, {}), policies)
    assert (found.verdict, found.unknown) == (Verdict.NOT_EVALUATED, unknown_ones)


DECIDED: list[Any] = [
    pytest.param(Policies((MYSTERY, ALLOW)), ALLOWED, id="another one allows"),
    pytest.param(Policies((MYSTERY, DENY)), EXPLICIT, id="another one denies"),
    pytest.param(Policies((MYSTERY,), boundary=ELSEWHERE), DENIED, id="the boundary does not"),
    pytest.param(Policies((IF_TAGGED, ALLOW)), ALLOWED, id="another statement allows"),
    pytest.param(Policies((UNLESS_TAGGED,)), DENIED, id="nothing allows"),
    pytest.param(Policies((policy("T", one("Allow", "sqs:*", Condition=TAGGED)),)), DENIED,
                 id="a tagged statement about something else"),
    pytest.param(Policies((ALLOW,), resource=grant({"AWS": OTHER}, "Deny", Condition=TAGGED)),
                 ALLOWED, id="a tagged statement about somebody else"),
]  # fmt: skip


@pytest.mark.parametrize(("policies", "verdict"), DECIDED)
def test_i22_what_is_decided_without_it_is_decided(policies: Policies, verdict: Verdict) -> None:
    assert ask(policies)[0] is verdict
