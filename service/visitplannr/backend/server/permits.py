"""Whether what happens inside the backend may happen: by services themselves, or as roles.

Nothing of it comes through the door: sources invoke functions, rules and schedules reach their
targets, state machines and pipes make calls, event source mappings read (iam.md I46 to I50).
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from visitplannr.backend.server.denials import Denials
from visitplannr.backend.server.invocation_sources import Source
from visitplannr.backend.server.ministack.identities import Caller, Identities
from visitplannr.backend.server.ministack.resource_policies import (
    StackFacts,
    finding,
    resource_policy,
)
from visitplannr.backend.server.tables import ACCOUNT, TablesOf
from visitplannr.iam import authorisation
from visitplannr.iam.actions.call import Call, Check
from visitplannr.iam.authorisation import Authorisation, authorise_all
from visitplannr.iam.context import Origin
from visitplannr.iam.evaluation import Policies, Verdict
from visitplannr.iam.policy import Policy
from visitplannr.iam.principals import service
from visitplannr.model.strictness import Iam

INVOKE = "lambda:InvokeFunction"
_SOURCE_KEYS = frozenset({"aws:sourcearn", "aws:sourceaccount"})


class Permits(Protocol):
    """Says why something may not be done, in AWS's words; None: it may."""

    def of_source(self, source: Source, action: str, resource: str) -> str | None:
        """Ask for a service in its own name."""

    def of_function(self, source: Source, arn: str) -> str | None:
        """Ask for a service that invokes a function whose version or alias is not known."""

    def of_role(self, role: str, session: str, call: Call) -> str | None:
        """Ask for a call that a session of a role makes."""

    def of_checks(
        self, role: str, session: str, needed: Sequence[Check], function: str = ""
    ) -> str | None:
        """Ask for permissions that a session of a role needs, that of a function if it is one."""


class Everything:
    """Lets everything be done."""

    def of_source(self, source: Source, action: str, resource: str) -> None:
        """Let it be done."""
        del source, action, resource

    def of_function(self, source: Source, arn: str) -> None:
        """Let it be done."""
        del source, arn

    def of_role(self, role: str, session: str, call: Call) -> None:
        """Let it be done."""
        del role, session, call

    def of_checks(
        self, role: str, session: str, needed: Sequence[Check], function: str = ""
    ) -> None:
        """Let it be done."""
        del role, session, needed, function


EVERYTHING: Permits = Everything()


@dataclass(frozen=True, slots=True)
class ByPolicies:
    """Decides by the deployed policies, and says what is, or would be, refused."""

    identities: Identities
    tables: TablesOf
    denials: Denials
    mode: Iam
    region: str

    def of_source(self, source: Source, action: str, resource: str) -> str | None:
        """Let a service do what the policy of the resource allows it, for whom it acts."""
        return self._any_of(source, action, [resource])

    def of_function(self, source: Source, arn: str) -> str | None:
        """Let a service invoke a function as far as a permission of any of its aliases says so."""
        policy = resource_policy(arn, ACCOUNT, self.region)
        return self._any_of(source, INVOKE, [arn, *qualified(policy, arn)])

    def of_role(self, role: str, session: str, call: Call) -> str | None:
        """Let a role do what its policies allow."""
        caller = self.identities.acting_as(role, session)
        facts = StackFacts(caller, self.tables, ACCOUNT, self.region)
        find = finding(caller, self.identities, ACCOUNT, self.region)
        origin = self._origin()
        found = authorisation.authorise(call, caller.principal, origin, facts, find)
        return self._said(caller, f"{call.service}:{call.operation}", found)

    def of_checks(
        self, role: str, session: str, needed: Sequence[Check], function: str = ""
    ) -> str | None:
        """Let a role have what its policies allow."""
        return self.of_caller(self.identities.acting_as(role, session, function), needed)

    def of_caller(self, caller: Caller, needed: Sequence[Check]) -> str | None:
        """Let somebody have what its policies allow."""
        find = finding(caller, self.identities, ACCOUNT, self.region)
        found = authorise_all(needed, caller.principal, self._origin(), find)
        return self._said(caller, needed[0].action, found)

    def _any_of(self, source: Source, action: str, resources: Sequence[str]) -> str | None:
        found = [
            self._decided(source.service, arn, action, resource)
            for arn in source.arns or (None,)
            for resource in resources
        ]
        if not all(one.denied for one in found):
            return None
        arn = source.arns[0] if source.arns else None
        self.denials.of_source(source.service, arn, found[0], warned=self._warns)
        return None if self._warns else found[0].message

    def _decided(self, name: str, arn: str | None, action: str, resource: str) -> Authorisation:
        unknown = _SOURCE_KEYS if arn is None else frozenset[str]()
        policies = Policies(resource=resource_policy(resource, ACCOUNT, self.region))
        check = Check(action, resource, unknown=unknown)
        return authorise_all([check], service(name), self._origin(arn or ""), lambda _: policies)

    def _origin(self, source: str = "") -> Origin:
        account = ACCOUNT if source else ""
        now = time.time()
        return Origin(ACCOUNT, self.region, now, source_arn=source, source_account=account)

    @property
    def _warns(self) -> bool:
        return self.mode is Iam.WARN

    def _said(self, caller: Caller, asked: str, found: Authorisation) -> str | None:
        if found.verdict is Verdict.NOT_EVALUATED:
            self.denials.not_evaluated(caller, asked, found.reason)
        if not found.denied:
            return None
        if self._warns:
            self.denials.warned(caller, found)
            return None
        self.denials.denied(caller, found)
        return found.message


def qualified(policy: Policy | None, arn: str) -> Iterable[str]:
    """Yield the versions and aliases of a function that statements of its policy name."""
    for statement in policy.allows if policy else ():
        named = str(statement.written.get("Resource", ""))
        if named.startswith(f"{arn}:"):
            yield named
