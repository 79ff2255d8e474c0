"""What the terminal says of calls that were, or would be, refused: each first one, with its remedy.

Who, what, on which resource and why; directly below the statement to paste into the role's
policies, and beside it SAM's policy template, if there is one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from visitplannr.backend.server.ministack.identities import Caller
from visitplannr.iam.actions.call import Check
from visitplannr.iam.authorisation import Authorisation
from visitplannr.iam.evaluation import Decision, Verdict
from visitplannr.iam.policy import Layer, Request
from visitplannr.iam.propose import Owned, propose, reference
from visitplannr.iam.sam_policies import Place, sam_policy

_MOST = 10_000


@dataclass
class Denials:
    """Says lines by `say`; `owned` gives the resources of the stacks, `name` a function's id."""

    say: Callable[[str], None]
    owned: Callable[[], Sequence[Owned]]
    name: Callable[[str], str]
    place: Place
    _said: set[tuple[str, ...]] = field(default_factory=set)

    def denied(self, caller: Caller, found: Authorisation) -> None:
        """Say that a call was refused, once for each caller, action and resource."""
        if found.request and self._is_new("", _who(caller), *_what(found)):
            self._explain(caller, found, "was denied")

    def warned(self, caller: Caller, found: Authorisation) -> None:
        """Say that a call would be refused, once for each caller and action."""
        if found.request and self._is_new("warned", _who(caller), found.request.action):
            self._explain(caller, found, "would be denied")

    def of_source(
        self, service: str, source: str | None, found: Authorisation, *, warned: bool
    ) -> None:
        """Say that a service was, or would be, refused, once for each of its resources."""
        request, decision = found.request, found.decision
        if request is None or decision is None:
            return
        if not self._is_new("source", service, source or "", request.action, request.resource):
            return
        verb = "would be denied" if warned else "was denied"
        whom = f" for {source}" if source else ""
        what = f"{request.action} on {request.resource}"
        self.say(f"{service} {verb} {what}{whom}: {_reason(request, decision)}")
        if decision.verdict is Verdict.IMPLICIT_DENY:
            self.say(permission(service, source, request, self.owned()))

    def unsigned(self, what: str, why: str) -> None:
        """Say that a request's signature would be refused, once for each reason."""
        if self._is_new("unsigned", what, why):
            self.say(f"a caller would be denied {what}: {why}")

    def not_evaluated(self, caller: Caller, asked: str, why: str) -> None:
        """Say that a call is let through as nobody here can tell, once for each reason."""
        if self._is_new("open", _who(caller), why):
            who = self._shown(caller)
            self.say(f"{who} may call {asked}: not checked, {why}")

    def _explain(self, caller: Caller, found: Authorisation, verb: str) -> None:
        request, decision = found.request, found.decision
        if request is None or decision is None:
            return
        who, reason = self._shown(caller), _reason(request, decision)
        near = f"; {found.near}" if found.near else ""
        self.say(f"{who} {verb} {request.action} on {request.resource}: {reason}{near}")
        if decision.verdict is Verdict.IMPLICIT_DENY and decision.layer is Layer.IDENTITY:
            self._propose(request)

    def _propose(self, request: Request) -> None:
        owned = self.owned()
        for proposal in propose([Check(request.action, request.resource)], owned):
            self.say(proposal.line())
        template = sam_policy([request.action], request.resource, owned, self.place)
        if template:
            self.say(f"or SAM's policy: {template}")

    def _shown(self, caller: Caller) -> str:
        return self.name(caller.function) if caller.function else caller.principal.arn

    def _is_new(self, *what: str) -> bool:
        if what in self._said or len(self._said) >= _MOST:
            return False
        self._said.add(what)
        return True


def permission(service: str, source: str | None, request: Request, owned: Sequence[Owned]) -> str:
    """Give, in one line, what lets a service do what it was refused, for one of its resources.

    A bucket's permission names the account: the bucket is made after it.
    """
    resource = reference(request.resource, owned)
    whose = f"SourceArn: {reference(source, owned)}" if source else ""
    if service == "s3.amazonaws.com":
        whose = "SourceAccount: !Ref AWS::AccountId"
    if request.action.startswith("lambda:"):
        given = (f"Action: {request.action}", f"FunctionName: {resource}", f"Principal: {service}")
        properties = ", ".join((*given, whose) if whose else given)
        return f"Type: AWS::Lambda::Permission, Properties: {{{properties}}}"
    condition = f", Condition: {{ArnEquals: {{aws:{whose}}}}}" if source else ""
    return (
        f"Effect: Allow, Principal: {{Service: {service}}}, Action: {request.action}, "
        f"Resource: {resource}{condition}"
    )


def _who(caller: Caller) -> str:
    return caller.function or caller.principal.arn


def _what(found: Authorisation) -> tuple[str, str]:
    return (found.request.action, found.request.resource) if found.request else ("", "")


def _reason(request: Request, decision: Decision) -> str:
    layer = decision.layer.value
    if decision.statement is not None:
        return f"{decision.statement} denies it ({layer})"
    owner = request.principal.role or request.principal.arn
    whose = f" of {owner}" if decision.layer is Layer.IDENTITY else ""
    return f"no {layer}{whose} allows it"
