"""The embedded backend, which is started again when it ends by itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never, Protocol, TypeVar

from visitplannr.backend.embedded.child import BackendError
from visitplannr.model.application import Application
from visitplannr.up.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from visitplannr.up.follow_files import Serving

_SOON_SECONDS = 10.0
_MOST_TRIES = 3
_MOMENT_SECONDS = 1.0

T = TypeVar("T")


class Backend(Protocol):
    """A backend in a process of its own (`backend.embedded.child.EmbeddedBackend`)."""

    @property
    def endpoint_url(self) -> str:
        """Where it answers, after each start."""

    @property
    def log(self) -> Path:
        """What it writes to."""

    async def start(self) -> None:
        """Start it."""

    async def ready(self) -> None:
        """Wait until it answers."""

    async def ended(self) -> int:
        """Wait for its end; give the exit code."""

    def last_words(self) -> str:
        """Give what it said before it ended; "" if nothing, or if it had been ready."""

    def replaced(self) -> AbstractAsyncContextManager[None]:
        """Answer 503 in its place."""

    async def stop(self) -> None:
        """End it."""


class KeptBackend:
    """A backend that runs. `run` starts it again, once there is a stack to restore.

    One that ends three times in a row within ten seconds of being back is not started once more.
    """

    def __init__(self, backend: Backend, clock: Callable[[], float]) -> None:
        self.endpoint_url = backend.endpoint_url
        self.ready = backend.ready
        self._backend = backend
        self._clock = clock
        self._is_whole = True
        self._restore: tuple[Callable[[], Application], Serving] | None = None

    def restore_with(self, deploy: Callable[[], Application], serving: "Serving") -> None:
        """Make the stack again by `deploy`, which blocks, and serve what it gives."""
        self._restore = deploy, serving

    def is_whole(self) -> bool:
        """Say whether the stack is there, as far as it has been deployed."""
        return self._is_whole

    async def run(self, say: Callable[[str], None]) -> Never:
        """Start it again whenever it ends; until cancelled.

        Raises:
            BackendError: there is no stack yet, or it cannot be kept running.
            DeploymentError, TemplateError: the stack cannot be made again.
        """
        back, tries = -_SOON_SECONDS, 0
        ended = asyncio.ensure_future(self._backend.ended())
        while True:
            code = await ended
            self._is_whole = False
            what = f"the embedded backend ended with exit code {code}"
            tries = tries + 1 if self._clock() - back < _SOON_SECONDS else 0
            if self._restore is None or tries == _MOST_TRIES:
                why = self._backend.last_words() or f"{what}; its log is {self._backend.log}"
                raise BackendError(why)
            say(f"{what[0].upper()}{what[1:]}; it is started again.")
            began = self._clock()
            async with self._backend.replaced():
                await self._backend.start()
                ended = asyncio.ensure_future(self._backend.ended())
                await _before(ended, self._backend.ready())
            deploy, serving = self._restore
            made = None if ended.done() else await _before(ended, in_daemon_thread(deploy))
            back = self._clock()
            if made is None:
                continue
            self._is_whole = True
            serving.serve(made)
            say(
                f"The embedded backend is back after {back - began:.1f} s. What it had not written "
                "is lost: all since `up` was started, but tables, messages in queues and objects."
            )


async def _before(ended: "asyncio.Future[int]", doing: Awaitable[T]) -> T | None:
    """Give what is done with a backend; None if it ended meanwhile, whatever came of it."""
    task = asyncio.ensure_future(doing)
    try:
        either: set[asyncio.Future[Any]] = {ended, task}
        await asyncio.wait(either, return_when="FIRST_COMPLETED")
        if not ended.done() and task.exception():
            await asyncio.wait({ended}, timeout=_MOMENT_SECONDS)
        return None if ended.done() else task.result()
    finally:
        task.cancel()


@asynccontextmanager
async def kept(
    backend: Backend, clock: Callable[[], float] = time.monotonic
) -> AsyncIterator[KeptBackend]:
    """Start a backend, and stop it in the end."""
    await backend.start()
    try:
        yield KeptBackend(backend, clock)
    finally:
        await backend.stop()
