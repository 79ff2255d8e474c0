"""A call of AWS's API that was made at the stack's endpoint, as the backend tells `up` of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

CALLS_PATH = "/_visitplannr/calls"
"""Where the backend tells of calls; `after` in the query is the place behind the last known one."""


@dataclass(frozen=True, slots=True)
class AwsCall:
    """What was asked, and what came of it.

    `service` is boto3's name, `resource` what the call names: ARNs, or a name. `began` is in epoch
    seconds, `duration` in seconds, `status` HTTP's; `error` begins with AWS's code. `decision` is
    that of the caller's policies: "allowed", "denied", "warned" or "not-evaluated". `trace` is the
    header that came with it, `access_key` the caller's,
    `permissions` what it needed, or lacked: each an action, a space, a resource.
    """

    service: str
    operation: str
    resource: str
    began: float
    duration: float
    status: int
    error: str | None
    decision: str
    trace: str | None
    access_key: str
    permissions: Sequence[str] = ()

    def to_json(self) -> tuple[Any, ...]:
        """Give its members in their order, for the way from process to process."""
        return (
            *(self.service, self.operation, self.resource, self.began, self.duration, self.status),
            *(self.error, self.decision, self.trace, self.access_key, list(self.permissions)),
        )

    def shown(self, since: float) -> dict[str, Any]:
        """Give it as an invocation that began at `since` shows it."""
        return {
            "service": self.service,
            "operation": self.operation,
            "resource": self.resource,
            "offsetMs": round((self.began - since) * 1000, 2),
            "durationMs": round(self.duration * 1000, 2),
            "status": self.status,
            "error": self.error,
            "decision": self.decision,
            "permissions": list(self.permissions),
        }


FetchCalls = Callable[[], Awaitable[Sequence[AwsCall]]]
"""Gives the calls that were made since it was last asked."""


async def no_calls() -> Sequence[AwsCall]:
    """Know of none: the backend is not ours."""
    return ()
