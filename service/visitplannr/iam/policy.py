"""Policies, compiled once: statements that tell quickly whether they are about a request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from visitplannr.iam.conditions import Condition, Null, conditions
from visitplannr.iam.document import (
    VERSIONS,
    Element,
    PolicyError,
    element,
    loaded,
    statements,
    texts,
    version,
)
from visitplannr.iam.keys import is_supplied
from visitplannr.iam.patterns import Actions, Context, Resources
from visitplannr.iam.principals import Hold, Named, Principal, named


class Effect(Enum):
    """What a statement does with the requests that it is about."""

    ALLOW = "Allow"
    DENY = "Deny"


class Layer(Enum):
    """What a policy is attached to, in the words of AWS's messages (iam.md I20)."""

    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: may this principal do this action on this resource, in this context?

    `unknown` are condition keys, in lower case, of whose values nothing is known.
    """

    principal: Principal
    action: str
    resource: str
    context: Context
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the policy `policy`; `number` counts from 1, `written` is as it was given.

    `keys` are those of its conditions, `undecidable` the ones of which nothing is known here.
    """

    policy: str
    number: int
    sid: str | None
    effect: Effect
    actions: Actions
    all_but_actions: bool
    resources: Resources
    all_but_resources: bool
    principal: Named | None
    conditions: tuple[Condition | Null, ...]
    keys: frozenset[str]
    undecidable: frozenset[str]
    written: Mapping[str, Any]

    def applies(self, request: Request) -> bool:
        """Say whether it is about a request, whoever asks."""
        return not self._undecided(request) and self._meets(request)

    def may_apply(self, request: Request) -> bool:
        """Say whether it would be about a request if keys that are not known here met it."""
        named = self.principal is None or self.principal.hold(request.principal)
        return bool(named and self._undecided(request)) and self._meets(request)

    def _undecided(self, request: Request) -> frozenset[str]:
        return self.undecidable | (self.keys & request.unknown) if self.keys else _NO_KEYS

    def names_action(self, request: Request) -> bool:
        """Say whether the action is among its actions."""
        return (request.action in self.actions) != self.all_but_actions

    def names_resource(self, request: Request) -> bool:
        """Say whether the resource is among its resources."""
        return self.resources.match(request.resource, request.context) != self.all_but_resources

    def unmet(self, request: Request) -> Iterator[Condition | Null]:
        """Yield the conditions that a request does not meet."""
        for condition in self.conditions:
            if not condition.holds(request.context):
                yield condition

    def _meets(self, request: Request) -> bool:
        if not self.names_action(request) or not self.names_resource(request):
            return False
        undecided = self._undecided(request) if self.keys else _NO_KEYS
        return all(condition.key in undecided for condition in self.unmet(request))

    def hold(self, request: Request) -> Hold:
        """Say how it, as part of a resource's policy, is about a request and its caller."""
        found = self.principal.hold(request.principal) if self.principal else Hold.NOT
        return found if found and self.applies(request) else Hold.NOT

    def __str__(self) -> str:
        name = f" ({self.sid})" if self.sid else ""
        return f"statement {self.number}{name} of {self.policy}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy by its name, ARN or logical id; not `known` if nobody here has its document."""

    name: str
    allows: tuple[Statement, ...] = ()
    denies: tuple[Statement, ...] = ()
    known: bool = True


def unknown(name: str) -> Policy:
    """Make a policy that cannot be evaluated: what it allows is never guessed (iam.md I22)."""
    return Policy(name, known=False)


def read_policy(document: object, name: str) -> Policy:
    """Compile a policy document, an object or its JSON text.

    Raises:
        PolicyError: it is none; the message begins with `name` and the statement's number.
    """
    found = loaded(document, name)
    variables = version(found, name) == VERSIONS[-1]
    compiled = [
        _statement(one, name, number, variables=variables)
        for number, one in enumerate(statements(found), start=1)
    ]
    return Policy(
        name,
        tuple(one for one in compiled if one.effect is Effect.ALLOW),
        tuple(one for one in compiled if one.effect is Effect.DENY),
    )


def _statement(written: object, policy: str, number: int, *, variables: bool) -> Statement:
    where = f"{policy}, statement {number}"
    if not isinstance(written, Mapping) or written.get("Effect") not in {"Allow", "Deny"}:
        raise PolicyError(f"{where} is no object with Effect Allow or Deny")
    actions, resources = _actions(written, where), element(written, "Resource")
    principal = element(written, "Principal")
    if resources is None and principal is None:
        raise PolicyError(f"{where} has no Resource")
    targets = resources or _ANYTHING
    compiled = tuple(_conditions(written, where, variables=variables))
    return Statement(
        policy=policy,
        number=number,
        sid=written.get("Sid"),
        effect=Effect(written["Effect"]),
        actions=Actions(texts(actions, where)),
        all_but_actions=actions.negated,
        resources=Resources(texts(targets, where), variables=variables),
        all_but_resources=targets.negated,
        principal=named(principal, where) if principal else None,
        conditions=compiled,
        keys=frozenset(one.key for one in compiled),
        undecidable=frozenset(one.key for one in compiled if not is_supplied(one.key)),
        written=written,
    )


_NO_KEYS: frozenset[str] = frozenset()
_ANYTHING = Element("Resource", ("*",), negated=False)
"""The resource of a trust policy's statements: the role itself (iam.md I3)."""


def _conditions(
    written: Mapping[str, Any], where: str, *, variables: bool
) -> Iterator[Condition | Null]:
    if "Condition" in written:
        yield from conditions(written["Condition"], where, variables=variables)


def _actions(written: Mapping[str, Any], where: str) -> Element:
    found = element(written, "Action")
    if found is None:
        raise PolicyError(f"{where} has no Action")
    for action in texts(found, where):
        if action != "*" and ":" not in action:
            raise PolicyError(f"{where}: {found.name} {action} names no service")
    return found
