"""What CloudFormation reports while it works on a stack."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StackEvent:
    """One resource's new status; `reason` is empty unless CloudFormation gives one."""

    time: str
    logical_id: str
    type: str
    status: str
    reason: str

    @property
    def failed(self) -> bool:
        """Say whether it is a failure of its own: others are cancelled because of the first."""
        return self.status.endswith("_FAILED") and _CANCELLED not in self.reason

    def __str__(self) -> str:
        return f"{self.logical_id} ({self.type}): {self.reason or self.status}"


class StackEvents:
    """Gives each event of a stack once; `stack` is its name, or its id once it is deleted."""

    def __init__(self, client: Any, stack: str) -> None:
        self._client = client
        self._stack = stack
        self._seen: set[str] = set()

    def skip(self) -> None:
        """Leave out what has happened so far."""
        self._seen |= {event["EventId"] for event in self._read()}

    def new(self) -> list[StackEvent]:
        """Read what has happened since, the oldest first."""
        found = [event for event in self._read() if event["EventId"] not in self._seen]
        self._seen |= {event["EventId"] for event in found}
        return [_event(event) for event in reversed(found)]

    def _read(self) -> Iterator[dict[str, Any]]:
        """Yield events from the latest back to one that is known."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self._stack)
        for page in pages:
            for event in page["StackEvents"]:
                if event["EventId"] in self._seen:
                    return
                yield event


def _event(event: dict[str, Any]) -> StackEvent:
    return StackEvent(
        event["Timestamp"].strftime("%H:%M:%S"),
        event["LogicalResourceId"],
        event["ResourceType"],
        event["ResourceStatus"],
        event.get("ResourceStatusReason", ""),
    )
