"""Asynchronous invocations: accepted at once, tried three times (lambda-runtime.md L20)."""

import asyncio
import functools
import uuid
from collections.abc import Awaitable, Callable

from visitplannr.model.invocation import InvocationError, InvocationResult, Invoke, ThrottledError

RETRY_SECONDS = (60.0, 120.0)
_THROTTLED_SECONDS = 1.0

_InvokeOnce = Callable[[], Awaitable[InvocationResult]]


class AsynchronousInvocations:
    """Runs invocations in the background; `report` hears of those that were given up."""

    def __init__(
        self,
        invoke: Invoke,
        report: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._invoke = invoke
        self._report = report
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(
        self,
        function: str,
        payload: bytes,
        client_context: str | None = None,
        *,
        trace_id: str | None = None,
        trigger: str = "invoke",
    ) -> str:
        """Take an event and give the request id under which all its tries run."""
        request_id = str(uuid.uuid4())
        once = functools.partial(
            self._invoke,
            function,
            payload,
            client_context=client_context,
            trace_id=trace_id,
            trigger=trigger,
            request_id=request_id,
        )
        task = asyncio.get_running_loop().create_task(self._try_all(once, function, request_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return request_id

    async def close(self) -> None:
        """Give up what has not succeeded."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _try_all(self, invoke: _InvokeOnce, function: str, request_id: str) -> None:
        why = ""
        for pause in (*RETRY_SECONDS, None):
            try:
                result = await self._once(invoke)
            except InvocationError as error:
                why = str(error)
            else:
                if result is None:
                    return
                why = result
            if pause is not None:
                self._report(
                    f"asynchronous invocation {request_id} of {function} failed ({why}); "
                    f"the next try is in {pause:g} s"
                )
                await self._sleep(pause)
        self._report(f"asynchronous invocation {request_id} of {function} given up: {why}")

    async def _once(self, invoke: _InvokeOnce) -> str | None:
        """Try once; a throttled try is repeated until there is room, as it costs no retry."""
        while True:
            try:
                result = await invoke()
            except ThrottledError:
                await self._sleep(_THROTTLED_SECONDS)
                continue
            failed = result.payload[:200].decode("utf-8", errors="replace")
            return failed if result.function_error else None
