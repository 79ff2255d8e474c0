"""What tests do to a local stack beside using it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Steer = Callable[..., Any]
THROTTLING = "throttling"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of the stack's tables, which lasts as long as the stack runs."""

    id: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The time that the stack goes by; functions have the machine's own."""

    steer: Steer

    def now(self) -> float:
        """Give it in epoch seconds."""
        return float(self.steer("POST", "clock", {"advance": 0})["now"])

    def advance(self, seconds: float) -> None:
        """Move it forward: what becomes due meanwhile happens now."""
        self.steer("POST", "clock", {"advance": seconds})


@dataclass(frozen=True, slots=True)
class Faults:
    """Lets AWS calls fail, as AWS would say it."""

    steer: Steer

    def add(
        self,
        service: str,
        operation: str | None = None,
        resource: str | None = None,
        error: str = THROTTLING,
        count: int = 1,
    ) -> None:
        """Let the next calls of a service fail (boto3's name, "dynamodb").

        `operation` ("PutItem") and `resource` (a logical id, or a name) are any if None. `error` is
        AWS's code, or "throttling". An SDK tries some errors again: each try is one of `count`.
        """
        fault = {
            "service": service,
            "operation": operation,
            "resource": resource,
            "error": error,
            "count": count,
        }
        self.steer("POST", "faults", fault)

    def clear(self) -> None:
        """Let no call fail any more; a reset does so, too."""
        self.steer("DELETE", "faults")
