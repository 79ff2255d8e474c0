"""A call from its parameters to its refusal: all that it needs, with the words of AWS.

iam.md I20, I23, I27.
"""

from typing import Any

import pytest
from visitplannr.iam.actions.call import Call, Check, NothingKnown
from visitplannr.iam.authorisation import authorise
from visitplannr.iam.context import Origin
from visitplannr.iam.evaluation import Policies, Verdict
from visitplannr.iam.messages import Refusal
from visitplannr.iam.policy import Policy, read_policy, unknown
from visitplannr.iam.principals import administrator, session

ACCOUNT, REGION = "000000000000", "eu-west-1"
TABLES = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/"
COOK = session(f"arn:aws:iam::{ACCOUNT}:role/Cook", "kitchen")
ORIGIN = Origin(ACCOUNT, REGION, 1795564800.0)
KEY = {"id": {"S": "ada"}}


class Keys(NothingKnown):
    """All partition keys are `id`."""

    def partition_key(self, table: str, index: str | None) -> str | None:
        return "id"


def allow(action: Any, table: str, **more: Any) -> Policy:
    statement = {"Effect": "Allow", "Action": action, "Resource": f"{TABLES}{table}", **more}
    return read_policy({"Version": "2012-10-17", "Statement": statement}, "Cook")


def ask(policy: Policy, operation: str, service: str = "dynamodb", **given: Any) -> Any:
    call = Call(service, operation, given, ACCOUNT, REGION)
    return authorise(call, COOK, ORIGIN, Keys(), lambda _: Policies((policy,)))


TRANSACTION: Any = [
    {"Put": {"TableName": "menu", "Item": KEY}},
    {"ConditionCheck": {"TableName": "stock", "Key": KEY}},
]


def test_i27_each_part_of_a_transaction_must_be_allowed() -> None:
    found = ask(allow("dynamodb:*", "menu"), "TransactWriteItems", TransactItems=TRANSACTION)
    assert found.verdict is Verdict.IMPLICIT_DENY
    assert found.message == (
        f"User: {COOK.arn} is not authorized to perform: dynamodb:ConditionCheckItem on resource: "
        f"{TABLES}stock because no identity-based policy allows the dynamodb:ConditionCheckItem "
        "action"
    )
    assert found.refusal == Refusal("AccessDeniedException", 400)
    assert [check.action for check in found.checks] == [
        "dynamodb:PutItem",
        "dynamodb:ConditionCheckItem",
    ]
    both = allow(["dynamodb:PutItem", "dynamodb:ConditionCheckItem"], "*")
    allowed = ask(both, "TransactWriteItems", TransactItems=TRANSACTION)
    assert (allowed.verdict, allowed.message, allowed.refusal) == (Verdict.ALLOW, "", None)


OWN = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["ada"]}}
COLUMNS = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["id", "note"]}}
LIMITED: list[Any] = [
    pytest.param(OWN, "GetItem", {"Key": KEY}, Verdict.ALLOW, id="its own item"),
    pytest.param(OWN, "GetItem", {"Key": {"id": {"S": "eve"}}}, Verdict.IMPLICIT_DENY,
                 id="another"),
    pytest.param(COLUMNS, "GetItem", {"Key": KEY, "ProjectionExpression": "note"}, Verdict.ALLOW,
                 id="these columns"),
    pytest.param(COLUMNS, "GetItem", {"Key": KEY, "ProjectionExpression": "note, pay"},
                 Verdict.IMPLICIT_DENY, id="another column"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "operation", "given", "verdict"), LIMITED)
def test_rows_and_columns_can_be_limited(
    condition: Any, operation: str, given: Any, verdict: Verdict
) -> None:
    policy = allow("dynamodb:*", "menu", Condition=condition)
    assert ask(policy, operation, TableName="menu", **given).verdict is verdict


OUT_OF_SIGHT: list[Any] = [
    pytest.param("ExecuteStatement", {"Statement": "SELECT * FROM menu"}, Verdict.NOT_EVALUATED,
                 id="a statement"),
    pytest.param("Query", {"TableName": "menu", "KeyConditionExpression": "(id) = :x"},
                 Verdict.NOT_EVALUATED, id="a key that is not read"),
    pytest.param("Scan", {"TableName": "menu"}, Verdict.ALLOW, id="a scan has no key"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "given", "verdict"), OUT_OF_SIGHT)
def test_i28_keys_that_are_not_read_are_not_taken_for_missing(
    operation: str, given: Any, verdict: Verdict
) -> None:
    policy = allow("dynamodb:*", "menu", Condition=OWN)
    assert ask(policy, operation, **given).verdict is verdict
    open_policy = allow("dynamodb:*", "menu")
    assert ask(open_policy, operation, **given).verdict is Verdict.ALLOW


def test_i20_a_refusal_says_to_the_developer_what_decided() -> None:
    found = ask(allow("dynamodb:GetItem", "menu"), "PutItem", TableName="menu", Item=KEY)
    assert found.reason == (
        f"dynamodb:PutItem on {TABLES}menu is denied: no identity-based policy allows it"
    )


NEAR: list[Any] = [
    pytest.param(allow("dynamodb:*", "stock"),
                 f"statement 1 of Cook allows it on {TABLES}stock", id="another table"),
    pytest.param(read_policy({"Statement": {"Effect": "Allow", "Action": "*",
                                            "NotResource": [f"{TABLES}*", "x"]}}, "Cook"),
                 f"statement 1 of Cook allows it on all but {TABLES}*, x", id="all but it"),
    pytest.param(allow("dynamodb:*", "menu", Condition={
                     "StringEquals": {"aws:PrincipalTag/team": "red", "aws:PrincipalType": "User"},
                     "Bool": {"aws:SecureTransport": "true"}}),
                 "statement 1 of Cook allows it on a condition that is not met: "
                 "aws:principaltag/team, aws:principaltype", id="conditions"),
    pytest.param(allow("dynamodb:GetItem", "menu"), None, id="another action"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "near"), NEAR)
def test_what_almost_allowed_it_is_said(policy: Policy, near: str | None) -> None:
    found = ask(policy, "PutItem", TableName="menu", Item=KEY)
    assert found.verdict is Verdict.IMPLICIT_DENY
    assert found.near == near
    assert found.reason.endswith(near or "no identity-based policy allows it")


UNKNOWN: list[Any] = [
    pytest.param("dynamodb", "Nonsense", {}, "what it needs is not known here", id="operation"),
    pytest.param("dynamodb", "GetItem", {"TableName": "menu"},
                 f"dynamodb:GetItem on {TABLES}menu is not evaluated: it depends on Mystery, of "
                 "which too little is known here", id="policy"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "given", "reason"), UNKNOWN)
def test_i23_what_is_not_evaluated_is_not_denied(
    service: str, operation: str, given: Any, reason: str
) -> None:
    found = ask(unknown("Mystery"), operation, service, **given)
    assert (found.verdict, found.denied) == (Verdict.NOT_EVALUATED, False)
    assert (found.message, found.refusal, found.reason) == ("", None, reason)


def test_what_needs_no_permission_is_allowed() -> None:
    found = ask(unknown("Mystery"), "GetCallerIdentity", "sts")
    assert (found.verdict, found.checks) == (Verdict.ALLOW, [])
    assert found.reason == "it needs no permission"


def test_a_denial_wins_over_what_is_not_evaluated() -> None:
    def policies(check: Check) -> Policies:
        known = allow("dynamodb:*", "nothing")
        return Policies((unknown("Mystery") if "menu" in check.resource else known,))

    call = Call("dynamodb", "TransactWriteItems", {"TransactItems": TRANSACTION}, ACCOUNT, REGION)
    assert authorise(call, COOK, ORIGIN, Keys(), policies).verdict is Verdict.IMPLICIT_DENY
    call = Call(
        "dynamodb", "TransactWriteItems", {"TransactItems": TRANSACTION[:1]}, ACCOUNT, REGION
    )
    assert authorise(call, COOK, ORIGIN, Keys(), policies).verdict is Verdict.NOT_EVALUATED


def test_the_account_may_do_everything() -> None:
    call = Call("dynamodb", "DeleteTable", {"TableName": "menu"}, ACCOUNT, REGION)
    found = authorise(call, administrator(ACCOUNT), ORIGIN, Keys(), lambda _: Policies())
    assert found.verdict is Verdict.ALLOW
