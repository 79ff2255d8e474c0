"""The third step: whether a caller may make its call, by its policies and those of the resource.

Callers without policies, those that the stack gave no credentials to, pass at the cost of a look
at their access key (iam.md I40).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from visitplannr.backend.server.calls import WireCall
from visitplannr.backend.server.denials import Denials
from visitplannr.backend.server.ministack.identities import Caller, Identities
from visitplannr.backend.server.ministack.resource_policies import StackFacts, finding
from visitplannr.backend.server.reading import DECISION, PERMISSIONS, head_of, reading
from visitplannr.backend.server.refusals import refused
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.tables import ACCOUNT, TablesOf
from visitplannr.backend.server.wire import Credentials, WireRequest, credentials_of
from visitplannr.iam import authorisation
from visitplannr.iam.actions.call import Call
from visitplannr.iam.authorisation import Authorisation
from visitplannr.iam.context import Origin
from visitplannr.iam.evaluation import Verdict
from visitplannr.model.strictness import Iam

_OF_A_TABLE = frozenset({"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"})
_MOST = 4_096


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides about calls by what the stack is at this moment.

    What was allowed by policies alone, without conditions, is `remembered`: the caller that is
    compared stands for its very policies.
    """

    identities: Identities
    tables: TablesOf
    remembered: dict[tuple[str, ...], tuple[Caller, Authorisation]] = field(default_factory=dict)

    def decide(
        self, call: WireCall, caller: Caller, signed: Credentials, head: WireRequest
    ) -> Authorisation:
        """Say whether the caller may make the call."""
        place = _place(call, caller, signed)
        known, found = self.remembered.get(place, (None, None)) if place else (None, None)
        if found is not None and known is caller:
            return found
        found = self._decide(call, caller, signed, head)
        if place and found.verdict is Verdict.ALLOW:
            if len(self.remembered) >= _MOST:
                self.remembered.clear()
            self.remembered[place] = caller, found
        return found

    def _decide(
        self, call: WireCall, caller: Caller, signed: Credentials, head: WireRequest
    ) -> Authorisation:
        region = signed.region
        asked = Call(call.service, call.operation, call.parameters, ACCOUNT, region)
        agent = head.headers.get("user-agent", "")
        origin = Origin(ACCOUNT, region, time.time(), "127.0.0.1", user_agent=agent)
        facts = StackFacts(caller, self.tables, ACCOUNT, region)
        find = finding(caller, self.identities, ACCOUNT, region)
        return authorisation.authorise(asked, caller.principal, origin, facts, find)


def _place(call: WireCall, caller: Caller, signed: Credentials) -> tuple[str, ...] | None:
    """Name what alone decides about a call; None if its contents or conditions do, too."""
    if caller.asks_for_context or call.service != "dynamodb" or call.operation not in _OF_A_TABLE:
        return None
    table, index = call.parameters.get("TableName"), call.parameters.get("IndexName") or ""
    if not isinstance(table, str) or not isinstance(index, str):
        return None
    return caller.principal.arn, call.operation, table, index, signed.region


def permissions(found: Authorisation) -> Sequence[str]:
    """Give what a call needed; of one that is not allowed what it lacked."""
    if found.denied and found.request:
        return (f"{found.request.action} {found.request.resource}",)
    return tuple(f"{check.action} {check.resource}" for check in found.checks or ())


def identify(identities: Identities, app: App) -> App:
    """Let all pass; STS is told of whom it may be asked."""

    async def identified(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (signed := credentials_of(head_of(scope))):
            identities.caller(signed)
        await app(scope, receive, send)

    return identified


def authorise(decider: Decider, denials: Denials, mode: Iam, app: App) -> App:
    """Refuse, or say, what policies do not allow; the decision is noted in the scope."""

    async def authorised(scope: Message, receive: Receive, send: Send) -> None:
        head = head_of(scope) if _may_limit(scope) else None
        signed = credentials_of(head) if head else None
        caller = decider.identities.caller(signed) if signed else None
        if head is None or signed is None or caller is None or _passes(caller, signed):
            await app(scope, receive, send)
            return
        read = await reading(scope, receive, head, signed)
        found = decider.decide(read.call, caller, signed, head) if read.call else None
        scope[DECISION] = _said(denials, mode, caller, _asked(read.call, head, signed), found)
        scope[PERMISSIONS] = permissions(found) if found else ()
        if scope[DECISION] != "denied" or found is None or found.refusal is None:
            await app(scope, read.receive, send)
            return
        await _until_all_is_sent(read.receive)
        service = read.call.service if read.call else ""
        await refused(read.request, service, found.refusal, found.message).send(send)

    return authorised


def _may_limit(scope: Message) -> bool:
    """Say whether a request may have credentials that the stack gave out, by a quick look."""
    if scope["type"] != "http":
        return False
    if b"X-Amz-Credential" in scope["query_string"]:
        return True
    for name, value in scope["headers"]:
        if name == b"authorization":
            return b"Credential=A" in value or b"/sts/" in value
    return False


def _passes(caller: Caller, signed: Credentials) -> bool:
    """Say whether nothing is to be decided; also the administrator needs a role's trust."""
    return not caller.limits and signed.signing_name != "sts"


def _asked(call: WireCall | None, head: WireRequest, signed: Credentials) -> str:
    if call is None:
        return f"{signed.signing_name} ({head.method} {head.path})"
    return f"{call.service}:{call.operation}"


def _said(
    denials: Denials, mode: Iam, caller: Caller, asked: str, found: Authorisation | None
) -> str:
    """Give the decision, after what is to be said of it."""
    if found is None or found.verdict is Verdict.NOT_EVALUATED:
        why = f"what {asked} needs is not known here"
        denials.not_evaluated(caller, asked, found.reason if found and found.decision else why)
        return "not-evaluated"
    if not found.denied:
        return "allowed"
    if mode is Iam.WARN:
        denials.warned(caller, found)
        return "warned"
    denials.denied(caller, found)
    return "denied"


async def _until_all_is_sent(receive: Receive) -> None:
    """Take the body that nobody wants: a client may read the answer only behind it."""
    while (await receive()).get("more_body"):
        pass
