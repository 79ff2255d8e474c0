"""Who may call an API whose callers sign, and whether the API may invoke its function.

The gateway asks; who knows the policies answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from visitplannr.model.invocation import InvocationError

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as its client sent, and may have signed, it.

    `path` and `query` are raw, `digest` is the body's SHA-256 in hexadecimal digits.
    """

    method: str
    path: str
    query: str
    headers: Pairs
    digest: str
    source_ip: str


@dataclass(frozen=True, slots=True)
class Permission:
    """What a caller needs: an action on a resource (an ARN, or a function's name).

    `signed_for` is the service in the signature's scope; None: nobody signs, the caller is anybody.
    `policy` is that of the API itself, `context` has condition keys of this very request.
    """

    action: str
    resource: str
    signed_for: str | None
    policy: Mapping[str, Any] | None = None
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose signature a request has; `user_id` is e.g. `AROA…:session`, the account's a number."""

    access_key: str
    account: str
    arn: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Invocation:
    """That an API invokes a function, by its name or ARN.

    It does so in its own name, for a route that each of the ARNs `sources` names; or as a `role`;
    or as the caller, who signed with the key `signer`.
    """

    function: str
    sources: tuple[str, ...] = ()
    role: str | None = None
    signer: str | None = None


class AccessRefusedError(Exception):
    """Raise where policies, or a signature that is none, do not allow it.

    `error_type` is AWS's name of the error, the text its message.
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class UndecidedError(InvocationError):
    """Raise where nobody can say it for now, as who knows the policies is not there."""


class Access(Protocol):
    """Decides by the deployed policies."""

    async def caller(self, request: SentRequest, needed: Permission) -> Signer | None:
        """Give who signed a request that may be made; None for anybody.

        Raises:
            AccessRefusedError: it may not be made.
            UndecidedError: nobody can say.
        """

    async def invoke(self, asked: Invocation) -> None:
        """Let a function be invoked.

        Raises:
            AccessRefusedError: it may not be invoked.
            UndecidedError: nobody can say.
        """
