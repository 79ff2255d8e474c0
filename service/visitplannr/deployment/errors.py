"""What can go wrong with a stack, in one line."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visitplannr.backend.endpoint import Backend
    from visitplannr.deployment.progress import StackEvent


class DeploymentError(Exception):
    """The backend refused something; the message has what, and why."""


class FailedPartError(DeploymentError):
    """A resource could not be made or changed, which ended the deployment."""

    def __init__(self, message: str, event: "StackEvent") -> None:
        super().__init__(message)
        self.event = event


class NotApprovedError(DeploymentError):
    """The changes were not approved, so the stack is as it was."""


@contextlib.contextmanager
def explained(backend: "Backend", stack_name: str) -> Iterator[None]:
    """Raise a DeploymentError for what a backend's client raises."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - 20 ms of a start

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise DeploymentError(f"{stack_name} at {backend.endpoint_url}: {error}") from error
