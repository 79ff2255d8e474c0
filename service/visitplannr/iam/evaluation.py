"""AWS's evaluation of a request within one account, step by step (iam.md I13 to I19).

An explicit deny anywhere wins. Then the account itself is through; then what the resource's own
policy grants; then identity-based policies, the permissions boundary and session policies, all of
which must allow. What is not evaluated: service and resource control policies, other accounts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from visitplannr.iam.context import Origin, context_of
from visitplannr.iam.policy import Layer, Policy, Request, Statement, read_policy
from visitplannr.iam.principals import Hold, Kind, Principal


class Verdict(Enum):
    """An explicit deny beats an allow, which beats saying nothing (iam.md I13)."""

    ALLOW = "allow"
    IMPLICIT_DENY = "not allowed by any statement"
    EXPLICIT_DENY = "denied by a statement"
    NOT_EVALUATED = "not evaluated"


@dataclass(frozen=True, slots=True)
class Policies:
    """What there is about a caller and a resource; None: there is no such policy, nothing limits.

    With `resource_must_allow` nothing is possible without the resource's own policy: keys and
    roles (iam.md I18).
    """

    identity: Sequence[Policy] = ()
    boundary: Policy | None = None
    session: Sequence[Policy] | None = None
    resource: Policy | None = None
    resource_layer: Layer = Layer.RESOURCE
    resource_must_allow: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, the layer that decided, its statement if there is one, unknown policies if any."""

    verdict: Verdict
    layer: Layer
    statement: Statement | None = None
    unknown: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.verdict is Verdict.ALLOW


@dataclass(frozen=True, slots=True)
class Grant:
    """The statement of a resource's policy that allows a request, and how it names the caller."""

    hold: Hold
    statement: Statement | None = None


Step = Callable[[Request, Policies, Grant], Decision | None]


def decide(request: Request, policies: Policies) -> Decision:
    """Decide whether a request is allowed, and by what."""
    granted = _granted(request, policies.resource)
    found = (step(request, policies, granted) for step in STEPS)
    decision = next(filter(None, found), None) or _allowed(request, policies, granted)
    doubts = tuple(str(statement) for statement in _doubts(request, policies, decision))
    if not doubts:
        return decision
    return Decision(Verdict.NOT_EVALUATED, decision.layer, None, (*decision.unknown, *doubts))


def _explicit_deny(request: Request, policies: Policies, _: Grant) -> Decision | None:
    for layer, policy in _layers(policies):
        for statement in policy.denies:
            if statement.applies(request):
                return Decision(Verdict.EXPLICIT_DENY, layer, statement)
    for statement in policies.resource.denies if policies.resource else ():
        if statement.hold(request):
            return Decision(Verdict.EXPLICIT_DENY, policies.resource_layer, statement)
    return None


def _the_account(request: Request, policies: Policies, _: Grant) -> Decision | None:
    if request.principal.kind is Kind.ACCOUNT and not policies.resource_must_allow:
        return Decision(Verdict.ALLOW, Layer.IDENTITY)
    return None


def _resource_policy(request: Request, policies: Policies, granted: Grant) -> Decision | None:
    account = request.principal.kind is Kind.ACCOUNT
    if granted.hold is Hold.ITSELF or (account and granted.hold):
        return Decision(Verdict.ALLOW, policies.resource_layer, granted.statement)
    if policies.resource_must_allow and not granted.hold:
        return _denied(policies.resource_layer, (policies.resource,))
    if request.principal.kind in _WITHOUT_IDENTITY:
        return _denied(policies.resource_layer, (policies.resource,))
    return None


def _identity_policies(request: Request, policies: Policies, granted: Grant) -> Decision | None:
    if granted.hold is Hold.ITS_ROLE or _allowing(request, policies.identity):
        return None
    if any(not policy.known for policy in policies.identity):
        return None
    return _denied(Layer.IDENTITY, policies.identity)


def _permissions_boundary(request: Request, policies: Policies, _: Grant) -> Decision | None:
    boundary = policies.boundary
    if boundary is None or not boundary.known or _allowing(request, (boundary,)):
        return None
    return _denied(Layer.BOUNDARY, (boundary,))


def _session_policies(request: Request, policies: Policies, _: Grant) -> Decision | None:
    if policies.session is None or _allowing(request, policies.session):
        return None
    return _denied(Layer.SESSION, policies.session)


STEPS: Sequence[Step] = (
    _explicit_deny,
    _the_account,
    _resource_policy,
    _identity_policies,
    _permissions_boundary,
    _session_policies,
)

_WITHOUT_IDENTITY = (Kind.SERVICE, Kind.ANONYMOUS, Kind.FEDERATED)


def _allowed(request: Request, policies: Policies, granted: Grant) -> Decision:
    """Name the statement that allows, or what is unknown of those that could."""
    boundary = (policies.boundary,) if policies.boundary else ()
    unknown = tuple(policy.name for policy in boundary if not policy.known)
    if granted.hold is Hold.ITS_ROLE:
        layer, statement = policies.resource_layer, granted.statement
    else:
        layer, statement = Layer.IDENTITY, _allowing(request, policies.identity)
        if statement is None:
            unknown += tuple(policy.name for policy in policies.identity if not policy.known)
    verdict = Verdict.NOT_EVALUATED if unknown else Verdict.ALLOW
    return Decision(verdict, layer, statement, unknown)


def _doubts(request: Request, policies: Policies, decision: Decision) -> Iterator[Statement]:
    """Yield the statements that might decide otherwise by keys that are not known here."""
    resource = [(policies.resource_layer, policies.resource)] if policies.resource else []
    for layer, policy in (*_layers(policies), *resource):
        if decision.allowed:
            yield from (one for one in policy.denies if one.may_apply(request))
        elif decision.verdict is Verdict.IMPLICIT_DENY and layer in {
            decision.layer,
            policies.resource_layer,
        }:
            yield from (one for one in policy.allows if one.may_apply(request))


def _granted(request: Request, policy: Policy | None) -> Grant:
    """Find the statement of a resource's policy that gives the caller most."""
    best = Grant(Hold.NOT)
    for statement in policy.allows if policy else ():
        hold = statement.hold(request)
        if hold > best.hold:
            best = Grant(hold, statement)
    return best


def _allowing(request: Request, policies: Sequence[Policy]) -> Statement | None:
    for policy in policies:
        for statement in policy.allows:
            if statement.applies(request):
                return statement
    return None


def _denied(layer: Layer, policies: Sequence[Policy | None]) -> Decision:
    """Deny, unless a policy of that layer is not known."""
    unknown = tuple(policy.name for policy in policies if policy and not policy.known)
    return Decision(
        Verdict.NOT_EVALUATED if unknown else Verdict.IMPLICIT_DENY, layer, unknown=unknown
    )


def _layers(policies: Policies) -> Iterator[tuple[Layer, Policy]]:
    yield from ((Layer.IDENTITY, policy) for policy in policies.identity)
    if policies.boundary:
        yield Layer.BOUNDARY, policies.boundary
    yield from ((Layer.SESSION, policy) for policy in policies.session or ())


def evaluate(document: Mapping[str, Any], method_arn: str, origin: Origin) -> Verdict:
    """Decide whether an authorizer's policy lets `execute-api:Invoke` be done on a method ARN.

    Raises:
        PolicyError: it is no policy document.
    """
    request = Request(_CALLER, "execute-api:Invoke", method_arn, context_of(_CALLER, origin, {}))
    return decide(request, Policies(identity=(read_policy(document, "policyDocument"),))).verdict


_CALLER = Principal(Kind.USER, "the caller of the method")
