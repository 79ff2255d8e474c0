"""What a deployment tells while it works, and asks."""

from collections.abc import Callable
from dataclasses import dataclass

from visitplannr.deployment.changes import Approve, everything
from visitplannr.deployment.events import StackEvent


def _ignore(_told: object) -> None:
    """Take it and do nothing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`say` gets lines for people, `event` what CloudFormation does; `approve` decides."""

    say: Callable[[str], None] = _ignore
    event: Callable[[StackEvent], None] = _ignore
    approve: Approve = everything
