"""Run functions where they are deployed, through the Lambda API; fits the gateway's `Invoker`."""

import asyncio
import base64
import time
from collections.abc import Collection
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.model.invocation import (
    Begun,
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    Observe,
    PayloadTooLargeError,
    ThrottledError,
    nobody,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.literals import InvocationTypeType
    from mypy_boto3_lambda.type_defs import InvocationRequestTypeDef, InvocationResponseTypeDef

    Answer = tuple[InvocationResponseTypeDef, bytes]
    InThread = Callable[[Callable[[], Answer]], Awaitable[Answer]]


class DeployedFunctions:
    """Invokes the functions of a stack with a boto3 client of Lambda; nothing runs here.

    The `client` has to wait as long as a function may run, and to send each invocation once.
    `in_thread` runs its calls, which block. `observe` hears of each invocation that waits for its
    result.
    """

    def __init__(
        self, client: "LambdaClient", in_thread: "InThread", observe: Observe = nobody
    ) -> None:
        self._client = client
        self._in_thread = in_thread
        self._observe = observe

    async def invoke(  # noqa: PLR0913 - an invocation is no less
        self,
        function: str,
        payload: bytes,
        *,
        trace_id: str | None = None,
        client_context: str | None = None,
        request_id: str | None = None,  # noqa: ARG002 - Lambda makes its own
        trigger: str = "invoke",
    ) -> InvocationResult:
        """Run a function and wait for its result.

        Raises:
            InvocationError: it was not run; the message says why.
        """
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[InvocationResult] = loop.create_future()
        self._observe(Begun(function, payload, trace_id, time.time(), ended, trigger))
        try:
            answer, body = await self._call(function, payload, client_context, "RequestResponse")
        except BaseException:
            ended.cancel()
            raise
        logged: asyncio.Future[tuple[str, ...]] = loop.create_future()
        logged.set_result(_lines(answer.get("LogResult", "")))
        result = InvocationResult(
            answer["ResponseMetadata"]["RequestId"],
            body,
            answer.get("FunctionError"),
            logged,
        )
        ended.set_result(result)
        return result

    async def submit(
        self,
        function: str,
        payload: bytes,
        client_context: str | None = None,
        *,
        trace_id: str | None = None,  # noqa: ARG002 - Lambda makes its own
        trigger: str = "invoke",  # noqa: ARG002 - it is recorded where it runs
    ) -> str:
        """Let a function be run later; give the request id."""
        answer, _ = await self._call(function, payload, client_context, "Event")
        return str(answer["ResponseMetadata"]["RequestId"])

    def warm(self) -> None:
        """Do nothing: environments are started where the functions are deployed."""

    def refresh(self, _saved: Collection[str] = ()) -> list[str]:
        """Name no file: code that is saved here is not what is deployed."""
        return []

    async def retire(self) -> None:
        """Do nothing: what runs elsewhere goes on."""

    async def close(self) -> None:
        """Do nothing: what runs elsewhere goes on."""

    async def _call(
        self,
        function: str,
        payload: bytes,
        client_context: str | None,
        kind: "InvocationTypeType",
    ) -> "Answer":
        """Call Invoke; the payload of the answer is read in the thread, too."""
        request: InvocationRequestTypeDef = {
            "FunctionName": function,
            "Payload": payload,
            "InvocationType": kind,
        }
        if client_context:
            request["ClientContext"] = client_context
        if kind == "RequestResponse":
            request["LogType"] = "Tail"

        def invoke() -> "Answer":
            answer = self._client.invoke(**request)
            return answer, answer["Payload"].read()

        try:
            return await self._in_thread(invoke)
        except ClientError as error:
            raise _invocation_error(function, error) from error
        except BotoCoreError as error:
            raise InvocationError(f"{function} cannot be invoked: {error}") from error


def _lines(tail: str) -> tuple[str, ...]:
    """Read the end of the log that Lambda sends along, 4 KB of it (lambda-runtime.md L21)."""
    return tuple(base64.b64decode(tail).decode("utf-8", errors="replace").splitlines())


def _invocation_error(function: str, error: ClientError) -> InvocationError:
    message = f"{function} cannot be invoked: {error}"
    match error.response.get("Error", {}).get("Code"):
        case "ResourceNotFoundException":
            return FunctionNotFoundError(message)
        case "RequestTooLargeException" | "RequestEntityTooLargeException":
            return PayloadTooLargeError(message)
        case "TooManyRequestsException":
            return ThrottledError(str(error.response.get("Reason", "TooManyRequests")))
        case _:
            return InvocationError(message)
