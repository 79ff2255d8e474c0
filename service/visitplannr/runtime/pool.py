"""The environments of one function, and which invocation gets which."""

import asyncio
from collections import deque
from collections.abc import Callable

from visitplannr.model.application import Function
from visitplannr.model.invocation import InvocationError, InvocationResult, ThrottledError
from visitplannr.runtime.environment import ExecutionEnvironment
from visitplannr.runtime.lifecycle import Invocation, State

MakeEnvironment = Callable[
    [Function, Callable[[ExecutionEnvironment], None], Invocation | None], ExecutionEnvironment
]


class Pool:
    """Hands invocations to environments: the most recently used idle one first (L17).

    An invocation that finds none idle waits in line and gets whichever is free first, one of those
    that run or a new one. `inits` bounds how many start at the same time, so that a burst of short
    invocations is served by a few environments and long ones still get as many as they need, up to
    `most`.
    """

    def __init__(
        self,
        function: Function,
        make: MakeEnvironment,
        inits: asyncio.Semaphore,
        idle_seconds: float,
        most: int,
    ) -> None:
        self._function = function
        self._make = make
        self._inits = inits
        self._idle_seconds = idle_seconds
        self._most = most
        self._environments: set[ExecutionEnvironment] = set()
        self._idle: list[ExecutionEnvironment] = []
        self._reaping: dict[ExecutionEnvironment, asyncio.TimerHandle] = {}
        self._waiting: deque[Invocation] = deque()
        self._running = 0
        self._starting: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def name(self) -> str:
        """The function's logical id."""
        return self._function.logical_id

    def invoke(self, invocation: Invocation) -> None:
        """Run one invocation, now or as soon as an environment is free.

        Raises:
            ThrottledError: the function's reserved concurrency is used up (lambda-runtime.md L19).
        """
        reserved = self._function.reserved_concurrency
        if reserved is not None and self._running >= reserved:
            raise ThrottledError("ReservedFunctionConcurrentInvocationLimitExceeded")
        self._running += 1
        invocation.result.add_done_callback(self._ended)
        if environment := self._take_idle():
            environment.invoke(invocation)
        else:
            self._waiting.append(invocation)
            self._scale_out()

    def warm(self) -> None:
        """Start an environment ahead of the first invocation."""
        self._start(ahead=True)

    async def close(self) -> None:
        """Stop all environments; what still waits is refused."""
        self._closed = True
        await asyncio.gather(*(environment.stop() for environment in set(self._environments)))
        await asyncio.gather(*self._starting)
        self._refuse_all(InvocationError("the runtime host is shutting down"))

    def refresh(self) -> str | None:
        """Replace the idle environments whose files have changed; name such a file."""
        stale = [(one, one.changed_file(thoroughly=True)) for one in self._idle]
        changed = [(one, path) for one, path in stale if path]
        for environment, _ in changed:
            self._idle.remove(environment)
            environment.kill()
        if changed and not self._idle and self._most > 1:
            self.warm()
        return changed[0][1] if changed else None

    def _ended(self, _result: asyncio.Future[InvocationResult]) -> None:
        self._running -= 1

    def _take_idle(self) -> ExecutionEnvironment | None:
        """Take the most recently used environment that runs the code as it is now."""
        while self._idle:
            environment = self._idle.pop()
            if timer := self._reaping.pop(environment, None):
                timer.cancel()
            if environment.changed_file() is None:
                return environment
            environment.kill()
        return None

    def _scale_out(self) -> None:
        """Start an environment if those that will be free soon are fewer than those in line."""
        finishing = sum(one.state is State.FINISHING for one in self._environments)
        full = len(self._environments) + len(self._starting) >= self._most
        if not self._closed and not full and len(self._waiting) > len(self._starting) + finishing:
            self._start()

    def _start(self, first: Invocation | None = None, *, ahead: bool = False) -> None:
        task = asyncio.get_running_loop().create_task(self._start_one(first, ahead=ahead))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start_one(self, first: Invocation | None, *, ahead: bool) -> None:
        async with self._inits:
            if self._closed or not (first or ahead or self._waiting):
                return
            try:
                environment = self._make(self._function, self._changed, first)
                await environment.start()
            except Exception as error:  # noqa: BLE001 - those in line must hear of any
                function = self._function
                why = f"{function.logical_id} in {function.code} cannot be started: {error}"
                self._refuse_all(InvocationError(why), first)
                return
            if environment.state is not State.STOPPED:
                self._environments.add(environment)
            if self._closed:
                await environment.stop()
            await environment.initialised.wait()

    def _refuse_all(self, error: InvocationError, first: Invocation | None = None) -> None:
        refused = [first] if first else []
        refused += self._waiting
        self._waiting.clear()
        for invocation in refused:
            if not invocation.result.done():
                invocation.result.set_exception(error)

    def _changed(self, environment: ExecutionEnvironment) -> None:
        if environment.state is State.IDLE:
            self._free(environment)
        elif environment.state is State.STOPPED:
            self._gone(environment)

    def _free(self, environment: ExecutionEnvironment) -> None:
        if self._waiting and environment.changed_file():
            environment.kill()
            return
        if invocation := self._next_in_line():
            environment.invoke(invocation)
            return
        self._idle.append(environment)
        self._reaping[environment] = asyncio.get_running_loop().call_later(
            self._idle_seconds, self._reap, environment
        )

    def _reap(self, environment: ExecutionEnvironment) -> None:
        self._idle.remove(environment)
        environment.kill()

    def _gone(self, environment: ExecutionEnvironment) -> None:
        self._environments.discard(environment)
        if environment in self._idle:
            self._idle.remove(environment)
        if timer := self._reaping.pop(environment, None):
            timer.cancel()
        if self._closed:
            return
        if environment.init_failed and (invocation := self._next_in_line()):
            self._start(invocation)
        self._scale_out()

    def _next_in_line(self) -> Invocation | None:
        while self._waiting:
            invocation = self._waiting.popleft()
            if not invocation.result.done():
                return invocation
        return None
