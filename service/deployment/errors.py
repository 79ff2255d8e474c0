"""What can go wrong with a stack, in one line."""

import contextlib
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from service.backend.endpoint import Backend


class DeploymentError(Exception):
    """The backend refused something; the message has what, and why."""


class NotApprovedError(DeploymentError):
    """The changes were not approved, so the stack is as it was."""


@contextlib.contextmanager
def explained(backend: Backend, stack_name: str) -> Iterator[None]:
    """Raise a DeploymentError for what a backend's client raises."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise DeploymentError(f"{stack_name} at {backend.endpoint_url}: {error}") from error
