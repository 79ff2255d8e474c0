"""Where a stack runs, as far as tests see it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from visitplannr.testing.records import Invocation, Result

if TYPE_CHECKING:
    import boto3


class Place(Protocol):
    """A running stack: a local one (`Local`), or one on AWS (`OnAws`)."""

    @property
    def url(self) -> str:
        """Where its API answers, without a slash at the end; a function URL, if it has no API."""

    @property
    def endpoint_url(self) -> str | None:
        """Where its AWS services answer; None for AWS's own."""

    @property
    def session(self) -> "boto3.Session":
        """Who makes clients of its AWS services."""

    def physical_ids(self) -> Mapping[str, str]:
        """Map logical ids of its resources to physical ones."""

    def outputs(self) -> Mapping[str, str]:
        """Give its outputs."""

    def invoke(self, function: str, event: Any) -> Result:
        """Run a function, named by its logical id or its name, and wait for it."""

    def invocations(self, function: str | None, since: float = 0.0) -> list[Invocation]:
        """Give what began since a time, of one function or of all, the oldest first."""

    def steer(self, method: str, path: str, body: Any = None) -> Any:
        """Ask for what only tests do, below `/_local/`; give the answer's JSON."""

    def close(self) -> None:
        """Let go of it."""
