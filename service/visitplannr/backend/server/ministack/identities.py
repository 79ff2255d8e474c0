"""Roles, users, sessions and their policies, as MiniStack's stores have them at this moment.

Documents are compiled once; what is changed in a store counts from the next request on.
"""

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.wire import Credentials
from visitplannr.iam.document import PolicyError
from visitplannr.iam.managed import managed_policy
from visitplannr.iam.policy import Policy, read_policy, unknown
from visitplannr.iam.principals import Principal, administrator, session, user
from visitplannr.iam.principals import service as principal_of_service
from visitplannr.model.function_credentials import FunctionCredentials


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and its policies; `function` is the name of the one whose credentials it has.

    Without `limits` it is the account's administrator. `keys` are the condition keys that its
    policies ask for; with variables in them they ask for the request's context, too.
    """

    principal: Principal
    identity: Sequence[Policy] = ()
    boundary: Policy | None = None
    session: Sequence[Policy] | None = None
    function: str = ""
    limits: bool = True
    keys: frozenset[str] = field(init=False)
    asks_for_context: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", frozenset(_keys(self.policies())))
        asks = bool(self.keys) or any(map(_has_variables, self.policies()))
        object.__setattr__(self, "asks_for_context", asks)

    def policies(self) -> Iterator[Policy]:
        """Yield all its policies."""
        yield from self.identity
        yield from (self.boundary,) if self.boundary else ()
        yield from self.session or ()


_SERVICES = ".amazonaws.com"


class Identities:
    """Knows callers of one account by their credentials.

    A key that is a service's name is what stands in for the service here: API Gateway is.
    """

    def __init__(self, issued: FunctionCredentials, account: str, region: str) -> None:
        self._issued = issued
        self._account = account
        self._region = region
        self._holders: dict[str, str] = {}
        self._administrator = Caller(administrator(account), limits=False)

    def caller(self, signed: Credentials) -> Caller:
        """Tell who signs; a key that nobody here handed out is the administrator's."""
        key = signed.access_key
        if function := self._function(key, signed.session_token):
            return self._of_function(function)
        if found := service("sts")._sessions.get(key):
            return self._of_session(found)
        if record := service("iam")._access_keys.get_scoped(self._account, None, key):
            return self._of_user(record["UserName"])
        if key.endswith(_SERVICES):
            return Caller(principal_of_service(key))
        return self._administrator

    def acting_as(self, role_arn: str, name: str) -> Caller:
        """Give the session `name` of a role, as services assume it."""
        return self._of_role(role_arn, name)

    def _function(self, key: str, token: str | None) -> str | None:
        """Tell whose credentials a key belongs to; its session is made known to STS, too."""
        known = self._holders.get(key)
        if known is None and token and (known := self._issued.holder(key, token)):
            self._holders[key] = known
        if known and key not in service("sts")._sessions:
            self._register(key, known, token)
        return known

    def _register(self, key: str, function: str, token: str | None) -> None:
        principal = self._of_function(function).principal
        service("sts")._sessions[key] = {
            "Arn": principal.arn,
            "UserId": principal.user_id,
            "SecretAccessKey": self._issued.secret_key(token or ""),
            "SessionToken": token,
            "AccountId": self._account,
            "PrincipalType": "AssumedRole",
        }

    def _of_function(self, name: str) -> Caller:
        record = service("lambda_svc")._functions.get_scoped(self._account, self._region, name)
        role = str((record or {}).get("config", {}).get("Role") or "")
        if not role.startswith("arn:"):
            role = f"arn:aws:iam::{self._account}:role/{role or 'unknown'}"
        return self._of_role(role, name, function=name)

    def _of_session(self, found: Mapping[str, Any]) -> Caller:
        arn = str(found["Arn"])
        if found.get("PrincipalType") == "User":
            return self._of_user(arn.rpartition("/")[2])
        if ":assumed-role/" not in arn:
            return self._administrator
        _, role, name = arn.split("/", 2)
        account = arn.split(":")[4]
        limits = None
        if given := found.get("SessionPolicies"):
            documents = {"session policy": given["Policy"]} if given.get("Policy") else {}
            limits = (*_inline(documents), *self._attached(given.get("PolicyArns") or ()))
        return self._of_role(f"arn:aws:iam::{account}:role/{role}", name, limits)

    def _of_role(
        self,
        arn: str,
        name: str,
        limits: Sequence[Policy] | None = None,
        function: str = "",
    ) -> Caller:
        record = self.role(arn)
        if record is None:
            return Caller(session(arn, name), (unknown(arn),), None, limits, function)
        documents = tuple(record["InlinePolicies"].items())
        attached = tuple(self._attached_documents(record["AttachedPolicies"]))
        boundary = record.get("PermissionsBoundary")
        bounding = tuple(self._attached_documents([boundary] if boundary else []))
        tags = tuple((tag["Key"], tag["Value"]) for tag in record.get("Tags") or ())
        made = _caller(
            record["Arn"], name, record["RoleId"], tags, documents, attached, bounding, function
        )
        if limits is None:
            return made
        return Caller(made.principal, made.identity, made.boundary, limits, function)

    def role(self, arn: str) -> Mapping[str, Any] | None:
        """Give a role's record; None if it is not one of this account's."""
        name = arn.rpartition("/")[2]
        record = service("iam")._roles.get_scoped(self._account, None, name)
        is_here = record and arn.split(":")[4] == self._account
        return record if is_here else None

    def _of_user(self, name: str) -> Caller:
        iam = service("iam")
        record = iam._users.get_scoped(self._account, None, name)
        if record is None:
            return self._administrator
        inline = iam._user_inline_policies.get_scoped(self._account, None, name) or {}
        attached = list(record.get("AttachedPolicies") or ())
        for group in self._groups(name):
            attached += group.get("AttachedPolicies") or ()
            more = iam._group_inline_policies.get_scoped(self._account, None, group["GroupName"])
            inline = {**inline, **(more or {})}
        boundary = record.get("PermissionsBoundary")
        return Caller(
            user(record["Arn"], record.get("UserId", "")),
            (*_inline(inline), *self._attached(attached)),
            next(iter(self._attached([boundary])), None) if boundary else None,
        )

    def _groups(self, name: str) -> Iterator[Mapping[str, Any]]:
        for (account, _), group in list(service("iam")._groups._data.items()):
            if account == self._account and name in (group.get("Users") or ()):
                yield group

    def _attached(self, arns: Iterable[str]) -> tuple[Policy, ...]:
        return tuple(_compiled(*one) for one in self._attached_documents(arns))

    def _attached_documents(self, arns: Iterable[str]) -> Iterator[tuple[str, str | None]]:
        """Give managed policies by ARN and document; those of AWS's own have none here."""
        for arn in arns:
            record = service("iam")._policies.get_scoped(self._account, None, arn)
            yield (
                arn,
                record["Versions"][record["DefaultVersionId"]]["Document"] if record else None,
            )


@functools.lru_cache(maxsize=1024)
def _caller(  # noqa: PLR0913, PLR0917 - all that makes a role's session; the key of the cache
    role_arn: str,
    name: str,
    role_id: str,
    tags: tuple[tuple[str, str], ...],
    inline: tuple[tuple[str, str], ...],
    attached: tuple[tuple[str, str | None], ...],
    boundary: tuple[tuple[str, str | None], ...],
    function: str,
) -> Caller:
    return Caller(
        session(role_arn, name, role_id, dict(tags)),
        (*_inline(dict(inline)), *(_compiled(*one) for one in attached)),
        _compiled(*boundary[0]) if boundary else None,
        function=function,
    )


def _inline(documents: Mapping[str, str]) -> tuple[Policy, ...]:
    return tuple(_compiled(name, text) for name, text in documents.items())


def _compiled(name: str, document: str | None) -> Policy:
    return compiled(name, document) if document else managed_policy(name)


def compiled(name: str, document: str | Mapping[str, Any]) -> Policy:
    """Compile a document, or find it compiled; one that is invalid is not evaluated."""
    return _read(name, document if isinstance(document, str) else json.dumps(document))


@functools.lru_cache(maxsize=1024)
def _read(name: str, document: str) -> Policy:
    try:
        return read_policy(document, name)
    except PolicyError:
        return unknown(name)


def _has_variables(policy: Policy) -> bool:
    return any("${" in json.dumps(one.written) for one in (*policy.allows, *policy.denies))


def _keys(policies: Iterable[Policy]) -> Iterator[str]:
    for policy in policies:
        for statement in (*policy.allows, *policy.denies):
            yield from statement.keys
