"""The contract between whoever has an event (gateway, Invoke API) and whoever runs functions.

The gateway takes an `Invoke` as an argument; the runtime host's `invoke` and a boto3 client behind
the same signature both fit it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio

    from visitplannr.model.response_buffer import Source


TRIGGER_HEADER = "X-Visitplannr-Trigger"
"""Names the source of an invocation on its way from the backend to the runtime host."""


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """What one invocation gave: the runtime's bytes, and "Unhandled" if the function failed.

    `request_id` is the Lambda context's aws_request_id (lambda-runtime.md L21). `logged` gives its
    log lines, START to REPORT, once they are written, where the host has them.
    """

    request_id: str
    payload: bytes
    function_error: str | None = None
    logged: "asyncio.Future[tuple[str, ...]] | None" = None


@dataclass(frozen=True, slots=True)
class Begun:
    """An invocation that has begun, at `time` (epoch seconds); `result` is there when it ends.

    `result` is cancelled if it did not take place. `trigger` is its source, e.g. "sqs".
    `access_key` is that of the environment that runs it.
    """

    function: str
    payload: bytes
    trace_id: str | None
    time: float
    result: "asyncio.Future[InvocationResult]"
    trigger: str = "invoke"
    access_key: str = ""


Observe = Callable[[Begun], None]


def nobody(_begun: Begun) -> None:
    """Observe nothing."""


class Invoke(Protocol):
    """Run a function (physical name, logical id or ARN) with an event; await its result."""

    def __call__(  # noqa: PLR0913 - an invocation is no less
        self,
        function: str,
        payload: bytes,
        *,
        trace_id: str | None = None,
        client_context: str | None = None,
        request_id: str | None = None,
        trigger: str = "invoke",
    ) -> Awaitable[InvocationResult]: ...


class ResponseStream(Protocol):
    """Takes an answer while the function writes it.

    A function that does not stream writes nothing to it: its answer is the result alone.
    """

    def write(self, content_type: str, chunk: bytes, source: "Source") -> None:
        """Take the next bytes; the content type is that of the whole.

        `source` is paused while there are more than somebody reads.
        """


class InvokeStreaming(Protocol):
    """Run a function as `Invoke` does, and have what it streams while it runs."""

    def __call__(  # noqa: PLR0913 - an invocation is no less
        self,
        function: str,
        payload: bytes,
        stream: ResponseStream,
        *,
        trace_id: str | None = None,
        request_id: str | None = None,
        trigger: str = "function-url",
    ) -> Awaitable[InvocationResult]: ...


class Invoker(Protocol):
    """Whoever runs functions: the runtime host, or a client of a deployed stack."""

    @property
    def invoke(self) -> Invoke:
        """Run a function and wait for its result."""

    async def submit(
        self,
        function: str,
        payload: bytes,
        client_context: str | None = None,
        *,
        trace_id: str | None = None,
        trigger: str = "invoke",
    ) -> str:
        """Take an event for a function to be run later; give its request id."""


class InvocationError(Exception):
    """The invocation did not take place; the message says why and what to do."""


class FunctionNotFoundError(InvocationError):
    """Raise when no function has that name."""


class NotRunError(InvocationError):
    """Raise when a function cannot be run on this machine; who asks is told why."""


class PayloadTooLargeError(InvocationError):
    """Raise when the event is over 6 MB (6,291,556 bytes; api-gateway.md X17)."""


class ThrottledError(InvocationError):
    """Raise when no environment may be started; `reason` is AWS's (lambda-runtime.md L19)."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Rate Exceeded ({reason})")
        self.reason = reason
