"""What AWS says when it refuses a request, and which statement decided.

`User: … is not authorized to perform: … on resource: … because …` (iam.md I20, I21).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from visitplannr.iam.document import listed
from visitplannr.iam.evaluation import Decision, Verdict
from visitplannr.iam.policy import Layer, Request, Statement

_ARTICLES = {Layer.IDENTITY: "an", Layer.TRUST: "the"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a service refuses: its error code and the HTTP status."""

    code: str
    status: int


_DEFAULT = Refusal("AccessDeniedException", 400)
_REFUSALS: Mapping[str, Refusal] = {
    "cloudformation": Refusal("AccessDenied", 403),
    "cloudwatch": Refusal("AccessDenied", 403),
    "iam": Refusal("AccessDenied", 403),
    "lambda": Refusal("AccessDeniedException", 403),
    "s3": Refusal("AccessDenied", 403),
    "scheduler": Refusal("AccessDeniedException", 403),
    "ses": Refusal("AccessDenied", 403),
    "sns": Refusal("AuthorizationError", 403),
    "sqs": Refusal("AccessDenied", 403),
    "sts": Refusal("AccessDenied", 403),
    "xray": Refusal("AccessDeniedException", 403),
}


def refusal(action: str) -> Refusal:
    """Give code and status with which the service of an action refuses."""
    return _REFUSALS.get(action.partition(":")[0].lower(), _DEFAULT)


def message(request: Request, decision: Decision) -> str:
    """Give AWS's text for a request that is refused."""
    action = _spelled(request.action)
    on = f" on resource: {_quoted(request)}" if request.resource not in {"", "*"} else ""
    if decision.layer is Layer.TRUST:
        on = ""
    return (
        f"User: {request.principal.arn} is not authorized to perform: {action}{on} "
        f"{_reason(action, decision)}"
    )


def _reason(action: str, decision: Decision) -> str:
    layer = decision.layer
    if decision.verdict is Verdict.EXPLICIT_DENY:
        return f"with an explicit deny in {_ARTICLES.get(layer, 'a')} {layer.value}"
    return f"because no {layer.value} allows the {action} action"


def _spelled(action: str) -> str:
    """Spell an action as the service's own messages do (iam.md I21)."""
    prefix, _, name = action.partition(":")
    if prefix == "sqs":
        return action.lower()
    return f"SNS:{name}" if prefix == "sns" else action


def _quoted(request: Request) -> str:
    return f'"{request.resource}"' if request.action.startswith("s3:") else request.resource


def near_miss(request: Request, allows: Iterable[Statement]) -> str | None:
    """Name a statement that allows the action, and what about it keeps it from this request."""
    for statement in filter(lambda one: one.names_action(request), allows):
        if not statement.names_resource(request):
            resources = statement.written.get("Resource", statement.written.get("NotResource"))
            but = "all but " if statement.all_but_resources else ""
            return f"{statement} allows it on {but}{', '.join(map(str, listed(resources)))}"
        keys = ", ".join(sorted({condition.key for condition in statement.unmet(request)}))
        return f"{statement} allows it on a condition that is not met: {keys}"
    return None


def explain(request: Request, decision: Decision) -> str:
    """Say in one line what decided: the statement and its policy, or that there is none."""
    asked = f"{request.action} on {request.resource}"
    if decision.verdict is Verdict.NOT_EVALUATED:
        names = ", ".join(decision.unknown)
        return f"{asked} is not evaluated: it depends on {names}, of which too little is known here"
    if decision.statement is None:
        if decision.allowed:
            return f"{asked} is allowed: {request.principal.arn} is the account itself"
        return f"{asked} is denied: no {decision.layer.value} allows it"
    verb = "allowed" if decision.allowed else "denied"
    written = json.dumps(decision.statement.written, ensure_ascii=False, default=str)
    return f"{asked} is {verb} by {decision.statement} ({decision.layer.value}): {written}"
