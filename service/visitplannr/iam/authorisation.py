"""Whether a caller may make a call: all permissions that it needs, decided one by one.

The first one that is denied denies the call. A call that no table knows, or that depends on what
is not known here, is not evaluated: whoever asks lets it through and says so once (iam.md I23).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from visitplannr.iam.actions import checks
from visitplannr.iam.actions.call import Call, Check, Facts
from visitplannr.iam.context import Origin, context_of
from visitplannr.iam.evaluation import Decision, Policies, Verdict, decide
from visitplannr.iam.messages import Refusal, explain, message, near_miss, refusal
from visitplannr.iam.policy import Layer, Request
from visitplannr.iam.principals import Principal

Find = Callable[[Check], Policies]
"""Gives the policies about a caller and the resource of a check."""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What was decided about a call.

    `checks` are the permissions that it needs (None: not known), `request` and `decision` those
    that decided: of a denial the first denied one. `near` names a statement that almost allows it.
    """

    verdict: Verdict
    checks: Sequence[Check] | None
    request: Request | None = None
    decision: Decision | None = None
    near: str | None = None

    @property
    def denied(self) -> bool:
        return self.verdict in {Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY}

    @property
    def message(self) -> str:
        """Give AWS's text of the refusal; "" if nothing is refused."""
        if not self.denied or self.request is None or self.decision is None:
            return ""
        return message(self.request, self.decision)

    @property
    def refusal(self) -> Refusal | None:
        """Give the error code and status of the refusal, if it is one."""
        return refusal(self.request.action) if self.denied and self.request else None

    @property
    def reason(self) -> str:
        """Say to the developer what decided, in one line."""
        if self.request and self.decision:
            said = explain(self.request, self.decision)
            return f"{said}; {self.near}" if self.near else said
        return "it needs no permission" if self.checks == [] else "what it needs is not known here"


def authorise(
    call: Call, caller: Principal, origin: Origin, facts: Facts, policies: Find
) -> Authorisation:
    """Decide about a call."""
    needed = checks(call, facts)
    if needed is None:
        return Authorisation(Verdict.NOT_EVALUATED, None)
    return authorise_all(needed, caller, origin, policies)


def authorise_all(
    needed: Sequence[Check], caller: Principal, origin: Origin, policies: Find
) -> Authorisation:
    """Decide about permissions, all of which are needed."""
    found = Authorisation(Verdict.ALLOW, list(needed))
    for check in needed:
        request, applying = _request(check, caller, origin), policies(check)
        decision = decide(request, applying)
        one = Authorisation(decision.verdict, needed, request, decision)
        if one.denied:
            return replace(one, near=_near(request, decision, applying))
        if found.verdict is Verdict.ALLOW:
            found = one
    return found


def _near(request: Request, decision: Decision, policies: Policies) -> str | None:
    if decision.layer is not Layer.IDENTITY or decision.statement is not None:
        return None
    return near_miss(request, (one for policy in policies.identity for one in policy.allows))


def _request(check: Check, caller: Principal, origin: Origin) -> Request:
    context = context_of(caller, origin, check.context)
    return Request(caller, check.action, check.resource, context, check.unknown)
