"""What a deployment tells while it works, and asks; what CloudFormation reports of a stack."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visitplannr.deployment.changes import Approve, everything

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef

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


def _ignore(_told: object) -> None:
    """Take it and do nothing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`say` gets lines for people, `event` what CloudFormation does; `approve` decides."""

    say: Callable[[str], None] = _ignore
    event: Callable[[StackEvent], None] = _ignore
    approve: Approve = everything


def once(say: Callable[[str], None]) -> Callable[[str], None]:
    """Say each line once: what is tried again would say it again."""
    told: set[str] = set()

    def say_once(line: str) -> None:
        if line not in told:
            told.add(line)
            say(line)

    return say_once


class StackEvents:
    """Gives each event of a stack once, from now on; `stack` is its name or id."""

    def __init__(self, client: "CloudFormationClient", stack: str) -> None:
        self._client = client
        self._stack = stack
        self._latest: str | None = next((event["EventId"] for event in self._read()), None)

    def new(self) -> list[StackEvent]:
        """Read what has happened since, the oldest first."""
        found = list(itertools.takewhile(self._is_new, self._read()))
        if found:
            self._latest = found[0]["EventId"]
        return [_event(event) for event in reversed(found)]

    def _is_new(self, event: "StackEventTypeDef") -> bool:
        return bool(event["EventId"] != self._latest)

    def _read(self) -> "Iterator[StackEventTypeDef]":
        """Yield the events, the latest first."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self._stack)
        for page in pages:
            yield from page["StackEvents"]


def _event(event: "StackEventTypeDef") -> StackEvent:
    return StackEvent(
        event["Timestamp"].strftime("%H:%M:%S"),
        event["LogicalResourceId"],
        event["ResourceType"],
        event["ResourceStatus"],
        event.get("ResourceStatusReason", ""),
    )
