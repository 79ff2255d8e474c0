"""What is granted, used, never used and refused."""

from typing import Any

import pytest
from visitplannr.iam.actions.call import Check
from visitplannr.iam.policy import read_policy
from visitplannr.iam.usage import Usage, usage


def allow(**element: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Resource": "*", **element}


ROWS: list[Any] = [
    pytest.param([allow(Action=["s3:GetObject", "s3:PutObject"])], ["s3:PutObject"],
                 Usage(("s3:PutObject",), ("s3:GetObject",), ()), id="one of two"),
    pytest.param([allow(Action="s3:getobject")], ["s3:GetObject"],
                 Usage(("s3:getobject",), (), ()), id="in any casing"),
    pytest.param([allow(Action=["s3:Get*", "sqs:*"])], ["s3:GetObject"],
                 Usage(("s3:Get*", "s3:GetObject"), ("sqs:*",), ()), id="wildcards"),
    pytest.param([allow(NotAction=["iam:*", "s3:*"])], ["sqs:SendMessage"],
                 Usage(("all but iam:*, s3:*", "sqs:SendMessage"), (), ()), id="all but some"),
    pytest.param([allow(NotAction="s3:*")], ["s3:GetObject"],
                 Usage(("s3:GetObject",), ("all but s3:*",), ()), id="what it leaves out"),
    pytest.param([{**allow(Action="s3:*"), "Effect": "Deny"}], ["s3:GetObject"],
                 Usage(("s3:GetObject",), (), ()), id="a deny grants nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "used", "expected"), ROWS)
def test_a_granted_action_is_used_or_not(
    statements: list[Any], used: list[str], expected: Usage
) -> None:
    policy = read_policy({"Statement": statements}, "Role")
    assert usage([policy], [Check(action, "arn:x") for action in used], []) == expected


def test_what_was_refused_stands_alone() -> None:
    refused = [Check("s3:GetObject", "a"), Check("s3:GetObject", "b"), Check("kms:Decrypt", "*")]
    assert usage([], [], refused) == Usage((), (), ("kms:Decrypt", "s3:GetObject"))
