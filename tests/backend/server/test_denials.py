"""What is said of a call that was refused: whose policies lack it."""

import pytest
from visitplannr.backend.server.denials import Denials
from visitplannr.backend.server.ministack.identities import Caller
from visitplannr.iam.authorisation import Authorisation
from visitplannr.iam.evaluation import Decision, Verdict
from visitplannr.iam.policy import Layer, Request
from visitplannr.iam.principals import Kind, Principal
from visitplannr.iam.sam_policies import Place

USER = "arn:aws:iam::123456789012:user/ada"
ROLE = "arn:aws:iam::123456789012:role/cart"
SESSION = "arn:aws:sts::123456789012:assumed-role/cart/me"


@pytest.mark.parametrize(
    ("principal", "owner"),
    [
        pytest.param(Principal(Kind.USER, USER), USER, id="a user"),
        pytest.param(Principal(Kind.SESSION, SESSION, role=ROLE), ROLE, id="a role's session"),
    ],
)
def test_a_refusal_names_whose_policies_lack_the_action(principal: Principal, owner: str) -> None:
    said: list[str] = []
    denials = Denials(said.append, list, str, Place("123456789012", "us-east-1"))
    request = Request(principal, "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:jobs", {})
    decision = Decision(Verdict.IMPLICIT_DENY, Layer.IDENTITY)
    denials.denied(Caller(principal), Authorisation(Verdict.IMPLICIT_DENY, (), request, decision))
    assert said[0].endswith(f"no identity-based policy of {owner} allows it")
