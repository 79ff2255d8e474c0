"""What a backend's client raises, in one line."""

import contextlib
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.backend.endpoint import Backend
from visitplannr.deployment.errors import DeploymentError


@contextlib.contextmanager
def explained(backend: Backend, stack_name: str) -> Iterator[None]:
    """Raise a DeploymentError for what a backend's client raises."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise DeploymentError(f"{stack_name} at {backend.endpoint_url}: {error}") from error
