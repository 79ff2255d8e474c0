"""Who asks, and whom a Principal element names.

How it names the caller decides what a resource's policy grants to it (iam.md I15, I16).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any

from visitplannr.iam.document import Element, PolicyError, listed
from visitplannr.iam.patterns import Context

_ACCOUNT = re.compile(r"(?:arn:[\w-]+:iam::)?(?P<account>\d{12})(?::root)?")
_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


class Kind(Enum):
    """What a principal is; the values are those of aws:PrincipalType."""

    ACCOUNT = "Account"
    USER = "User"
    SESSION = "AssumedRole"
    SERVICE = "Service"
    FEDERATED = "FederatedUser"
    ANONYMOUS = "Anonymous"


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller: its ARN, or a service's name; `role` is the ARN of a session's role.

    `keys` are the condition keys that all its requests have.
    """

    kind: Kind
    arn: str
    account: str = ""
    role: str | None = None
    user_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    keys: Context = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", _keys(self))


def _keys(caller: Principal) -> Context:
    is_service = caller.kind is Kind.SERVICE
    name = caller.arn.rpartition("/")[2]
    given = {
        "aws:principalarn": "" if is_service else caller.role or caller.arn,
        "aws:principalaccount": caller.account,
        "aws:principaltype": caller.kind.value,
        "aws:principalisawsservice": "true" if is_service else "false",
        "aws:principalservicename": caller.arn if is_service else "",
        "aws:userid": caller.user_id,
        "aws:username": name if caller.kind is Kind.USER else "",
        **{f"aws:principaltag/{key.lower()}": value for key, value in caller.tags.items()},
    }
    return {key: (value,) for key, value in given.items() if value}


ANONYMOUS = Principal(Kind.ANONYMOUS, "anonymous")


def administrator(account: str, partition: str = "aws") -> Principal:
    """Make the account itself: it may do everything that no policy of a resource denies."""
    return Principal(Kind.ACCOUNT, f"arn:{partition}:iam::{account}:root", account, user_id=account)


def user(arn: str, user_id: str = "", tags: Mapping[str, str] | None = None) -> Principal:
    """Make an IAM user of its ARN."""
    return Principal(Kind.USER, arn, arn.split(":")[4], user_id=user_id, tags=tags or {})


def session(
    role: str, name: str, role_id: str = "", tags: Mapping[str, str] | None = None
) -> Principal:
    """Make the session `name` of a role, whose ARN may have a path."""
    _, partition, _, _, account, path = role.split(":", 5)
    arn = f"arn:{partition}:sts::{account}:assumed-role/{path.rpartition('/')[2]}/{name}"
    return Principal(Kind.SESSION, arn, account, role, f"{role_id}:{name}", tags or {})


def service(name: str) -> Principal:
    """Make a service that acts in its own name, e.g. `sns.amazonaws.com`."""
    return Principal(Kind.SERVICE, name)


class Hold(IntEnum):
    """How a Principal element names a caller; the larger, the more an Allow gives."""

    NOT = 0
    ITS_ACCOUNT = 1
    ITS_ROLE = 2
    ITSELF = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A compiled Principal or NotPrincipal element."""

    names: frozenset[tuple[str, str]]
    negated: bool

    def hold(self, caller: Principal) -> Hold:
        """Say how the element names a caller."""
        found = self._hold(caller)
        if self.negated:
            return Hold.NOT if found else Hold.ITS_ROLE
        return found

    def _hold(self, caller: Principal) -> Hold:
        if caller.kind is Kind.SERVICE and ("Service", caller.arn) in self.names:
            return Hold.ITSELF
        if caller.kind is Kind.FEDERATED and ("Federated", caller.arn) in self.names:
            return Hold.ITSELF
        if ("AWS", caller.arn) in self.names and caller.kind is not Kind.ACCOUNT:
            return Hold.ITSELF
        if ("AWS", caller.role) in self.names:
            return Hold.ITS_ROLE
        if ("AWS", "*") in self.names:
            return Hold.ITSELF if caller.kind in _WITHOUT_POLICIES else Hold.ITS_ROLE
        return Hold.ITS_ACCOUNT if ("AWS", caller.account) in self.names else Hold.NOT


_WITHOUT_POLICIES = (Kind.SERVICE, Kind.ANONYMOUS, Kind.FEDERATED)


def named(element: Element, where: str) -> Named:
    """Compile a Principal element: `*`, or kinds with one or several names.

    Raises:
        PolicyError: it has another shape.
    """
    names: set[tuple[str, str]] = set()
    for value in element.values:
        if value == "*":
            names.add(("AWS", "*"))
        elif isinstance(value, Mapping):
            names.update(_names(value, f"{where}: {element.name}"))
        else:
            raise PolicyError(f"{where}: {element.name} is {value!r}, not * and no object")
    return Named(frozenset(names), element.negated)


def _names(given: Mapping[str, Any], where: str) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for kind, values in given.items():
        if kind not in _KINDS:
            raise PolicyError(f"{where} has no kind {kind}, but {', '.join(_KINDS)}")
        found.update((kind, _name(kind, value, where)) for value in listed(values))
    return found


def _name(kind: str, value: object, where: str) -> str:
    if not isinstance(value, str):
        raise PolicyError(f"{where} {kind} is no string and no list of strings")
    account = _ACCOUNT.fullmatch(value) if kind == "AWS" else None
    return account["account"] if account else value
