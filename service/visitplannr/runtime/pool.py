"""The environments of one function, and which invocation gets which."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from visitplannr.model.application import Function
from visitplannr.model.code import BuildError
from visitplannr.model.invocation import (
    InvocationError,
    InvocationResult,
    NotRunError,
    ThrottledError,
)
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.lifecycle import State


class Environment(Protocol):
    """What a pool asks of an execution environment."""

    @property
    def state(self) -> State: ...

    @property
    def init_failed(self) -> bool: ...

    async def run(self) -> None: ...

    def invoke(self, invocation: Invocation) -> None: ...

    def changed_file(self, *, thoroughly: bool = False) -> str | None: ...

    def kill(self) -> None: ...


class Timer(Protocol):
    """What will happen later, unless it is cancelled."""

    def cancel(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Timer]
Make = Callable[[Callable[[Environment], None], Invocation | None], Environment]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many environments a function may have at `most`, and how many of them in `inits`.

    One that is idle for `idle_seconds` is ended.
    """

    most: int
    inits: int
    idle_seconds: float


class Pool:
    """Hands invocations to environments: the most recently used idle one first (L17).

    An invocation that finds none idle waits in line and gets whichever is free first, one of those
    that run or a new one. How many start at the same time is bounded, so that a burst of short
    invocations is served by a few environments, and long ones still get as many as they need. The
    bound is the function's own: one that is slow to import keeps no other from starting.

    An invocation runs code that is no older than itself. An environment whose files have changed
    still serves those that were in line when it was started: saved again and again, it would serve
    nobody.

    `make` makes an environment that tells of its changes, and with an invocation one that repeats
    its init for that. `later` calls something after seconds; `report` hears what goes wrong.
    """

    def __init__(
        self,
        function: Function,
        make: Make,
        limits: Limits,
        later: Later,
        report: Callable[[str], None],
    ) -> None:
        self._function = function
        self._make = make
        self._limits = limits
        self._later = later
        self._report = report
        self._environments: set[Environment] = set()
        self._asked_before: dict[Environment, int] = {}
        self._starting: dict[Environment, asyncio.Future[None]] = {}
        self._idle: dict[Environment, Timer] = {}
        self._waiting: deque[Invocation] = deque()
        self._asked = 0
        self._running = 0
        self._lives: set[asyncio.Task[None]] = set()
        self._told: str | None = None
        self._is_broken = False
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
            self._asked += 1
            self._scale_out()

    async def warm(self) -> None:
        """Start an environment ahead of the first invocation; wait until its init is over."""
        if not self._closed and not self._environments:
            self._start()
        await asyncio.gather(*self._starting.values())

    def refresh(self, saved: Collection[str] = ()) -> str | None:
        """Replace the idle environments whose files have changed; name such a file.

        A function whose init has failed is tried again when a file of its own was `saved`.
        """
        stale = [(one, one.changed_file(thoroughly=True)) for one in self._idle]
        changed = [(one, path) for one, path in stale if path]
        for environment, _ in changed:
            self._withdraw(environment)
            environment.kill()
        own = [path for _, path in changed] or self._saved_since_it_failed(saved)
        if own and not self._idle and not self._is_full() and not self._closed:
            self._start()
        return own[0] if own else None

    def _saved_since_it_failed(self, saved: Collection[str]) -> list[str]:
        if not self._is_broken or self._environments:
            return []
        codes = (self._function.own_code, *self._function.layers)
        places = [str(code.path) for code in codes if code.inline is None]
        return [path for path in sorted(saved) if path.startswith(tuple(places))]

    async def close(self) -> None:
        """Stop all environments; what still waits is refused."""
        self._closed = True
        for environment in tuple(self._environments):
            environment.kill()
        await asyncio.gather(*self._lives)
        self._refuse(InvocationError("the runtime host is shutting down"))

    def _ended(self, _result: asyncio.Future[InvocationResult]) -> None:
        self._running -= 1

    # Which environment an invocation gets

    def _take_idle(self) -> Environment | None:
        """Take the most recently used environment that runs the code as it is now."""
        while self._idle:
            environment, timer = self._idle.popitem()
            timer.cancel()
            if environment.changed_file() is None:
                return environment
            environment.kill()
        return None

    def _next_in_line(self) -> Invocation | None:
        self._skip_cancelled()
        return self._waiting.popleft() if self._waiting else None

    def _skip_cancelled(self) -> None:
        while self._waiting and self._waiting[0].result.done():
            self._waiting.popleft()

    def _scale_out(self) -> None:
        """Start environments while those that will be free soon are fewer than those in line."""
        finishing = sum(one.state is State.FINISHING for one in self._environments)
        while (
            len(self._waiting) > len(self._starting) + finishing
            and len(self._starting) < self._limits.inits
            and not self._is_full()
            and not self._closed
        ):
            self._start()

    def _is_full(self) -> bool:
        return len(self._environments) >= self._limits.most

    # The life of environments

    def _start(self, first: Invocation | None = None) -> None:
        environment = self._make(self._changed, first)
        self._environments.add(environment)
        self._asked_before[environment] = self._asked
        loop = asyncio.get_running_loop()
        if first is None:
            self._starting[environment] = loop.create_future()
        life = loop.create_task(self._live(environment, first))
        self._lives.add(life)
        life.add_done_callback(self._lives.discard)

    async def _live(self, environment: Environment, first: Invocation | None) -> None:
        try:
            await environment.run()
        except Exception as error:  # noqa: BLE001 - those in line must hear of any
            self._forget(environment)
            self._cannot_start(error, first)

    def _cannot_start(self, error: Exception, first: Invocation | None) -> None:
        """Refuse those in line, unless an environment lives that will serve them."""
        built = not isinstance(error, BuildError)
        why = f"{self.name} in {self._function.code} cannot be started: {error}"
        refusal = InvocationError(why) if built else NotRunError(f"{self.name} is not run: {error}")
        if first and not first.result.done():
            first.result.set_exception(refusal)
        if not self._environments:
            self._refuse(refusal)
        elif why != self._told:
            self._told = why
            self._report(f"{why}; it goes on with the environments that it has")

    def _refuse(self, error: InvocationError) -> None:
        while invocation := self._next_in_line():
            invocation.result.set_exception(error)

    def _changed(self, environment: Environment) -> None:
        if environment.state is State.IDLE:
            self._works_again()
            self._free(environment)
        elif environment.state is State.STOPPED:
            self._gone(environment)
        if self._waiting:
            self._scale_out()

    def _works_again(self) -> None:
        if self._is_broken:
            self._is_broken = False
            self._report(f"{self.name} can be run again")

    def _free(self, environment: Environment) -> None:
        if self._starting:
            self._started(environment)
        self._skip_cancelled()
        if self._closed or (self._waiting and not self._may_serve_next(environment)):
            environment.kill()
        elif self._waiting:
            environment.invoke(self._waiting.popleft())
        else:
            self._idle[environment] = self._later(
                self._limits.idle_seconds, lambda: self._reap(environment)
            )

    def _may_serve_next(self, environment: Environment) -> bool:
        """Say whether the first in line waited when the environment began, or that is current."""
        first = self._asked - len(self._waiting)
        return first < self._asked_before[environment] or environment.changed_file() is None

    def _started(self, environment: Environment) -> None:
        if (over := self._starting.pop(environment, None)) and not over.done():
            over.set_result(None)

    def _reap(self, environment: Environment) -> None:
        self._withdraw(environment)
        environment.kill()

    def _gone(self, environment: Environment) -> None:
        self._forget(environment)
        if self._closed or not environment.init_failed:
            return
        self._is_broken = True
        if invocation := self._next_in_line():
            self._start(invocation)

    def _forget(self, environment: Environment) -> None:
        self._environments.discard(environment)
        self._asked_before.pop(environment, None)
        self._withdraw(environment)
        self._started(environment)

    def _withdraw(self, environment: Environment) -> None:
        if timer := self._idle.pop(environment, None):
            timer.cancel()
