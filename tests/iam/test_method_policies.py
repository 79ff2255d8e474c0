"""The policies that Lambda authorizers return, for one method (api-gateway.md X53)."""

from typing import Any

import pytest
from visitplannr.iam.context import Origin
from visitplannr.iam.document import PolicyError
from visitplannr.iam.evaluation import Verdict, evaluate

ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/Prod/GET/"
ORIGIN = Origin("123456789012", "us-east-1", 1795564800.0, "203.0.113.9")

STATEMENTS: list[Any] = [
    pytest.param([("Allow", "*", "*")], Verdict.ALLOW, id="stars"),
    pytest.param([("Allow", "execute-api:*", "*/GET/*")], Verdict.ALLOW, id="wildcards"),
    pytest.param([("Allow", "EXECUTE-API:invoke", "*")], Verdict.ALLOW, id="action's casing"),
    pytest.param([("Allow", "*", "*/get/*")], Verdict.IMPLICIT_DENY, id="resource's casing"),
    pytest.param([("Allow", "s3:*", "*")], Verdict.IMPLICIT_DENY, id="another service"),
    pytest.param([("Allow", "*", f"{ARN}toke?")], Verdict.ALLOW, id="question mark"),
    pytest.param([("Allow", "*", f"{ARN}tok.n")], Verdict.IMPLICIT_DENY, id="a dot is a dot"),
    pytest.param([("Allow", "*", "*"), ("Deny", "*", "*token")], Verdict.EXPLICIT_DENY,
                 id="deny beats allow"),
    pytest.param([("Deny", "*", "*other"), ("Allow", "*", "*")], Verdict.ALLOW, id="other deny"),
    pytest.param([], Verdict.IMPLICIT_DENY, id="no statement"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "verdict"), STATEMENTS)
def test_policies(statements: list[tuple[str, str, str]], verdict: Verdict) -> None:
    listed = [{"Effect": e, "Action": a, "Resource": r} for e, a, r in statements]
    assert evaluate({"Statement": listed}, f"{ARN}token", ORIGIN) is verdict


CONDITIONS: list[Any] = [
    pytest.param({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, Verdict.ALLOW, id="address"),
    pytest.param({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, Verdict.IMPLICIT_DENY, id="other"),
    pytest.param({"Bool": {"aws:SecureTransport": "true"}}, Verdict.ALLOW, id="TLS"),
    pytest.param({"DateLessThan": {"aws:CurrentTime": "2026-11-26T00:00:00Z"}}, Verdict.ALLOW,
                 id="before a date"),
    pytest.param({"DateLessThan": {"aws:CurrentTime": "2026-11-24T00:00:00Z"}},
                 Verdict.IMPLICIT_DENY, id="after it"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "verdict"), CONDITIONS)
def test_conditions_see_the_request(condition: dict[str, Any], verdict: Verdict) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    assert evaluate({"Statement": [statement]}, f"{ARN}token", ORIGIN) is verdict


def test_what_is_no_policy_is_said() -> None:
    with pytest.raises(PolicyError, match="policyDocument, statement 1 is no object"):
        evaluate({}, f"{ARN}token", ORIGIN)
