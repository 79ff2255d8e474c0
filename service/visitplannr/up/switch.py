"""The application that is being served, exchanged for another without losing a request."""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from typing import Protocol, Self

from visitplannr.gateway.asgi import App
from visitplannr.model.application import Application

_LONGEST_REQUEST_SECONDS = 30.0


class Host(Protocol):
    """The runtime host, as far as serving goes."""

    def warm(self) -> None:
        """Start environments ahead."""

    def refresh(self, saved: Collection[str] = ()) -> list[str]:
        """Replace environments whose files have changed, or that failed before these were saved.

        Names the files.
        """

    async def retire(self) -> None:
        """Let what runs finish, then end."""

    async def close(self) -> None:
        """End at once."""


class Before(Protocol):
    """What the server served before."""

    async def quiet(self) -> None:
        """Wait until no request is under way in it."""


class Server(Protocol):
    """Who gives requests to an application (`up.front.Front`)."""

    def serve(self, app: App) -> Before:
        """Give each request from now on to `app`."""

    async def end(self) -> None:
        """Take no further request, and wait until those under way are answered."""


class Switch:
    """Serves one application at a time; what `make` gives belongs together. A context.

    A host is retired, as a task of `tasks`, once the requests to its application are answered:
    one whose body is still on its way will need it. After `patience` seconds it is retired anyway,
    as an answer that is a stream may go on for ever.
    """

    def __init__(
        self,
        server: Server,
        make: Callable[[Application], tuple[Host, App]],
        tasks: asyncio.TaskGroup,
        patience: float = _LONGEST_REQUEST_SECONDS,
    ) -> None:
        self._server = server
        self._make = make
        self._tasks = tasks
        self._patience = patience
        self._host: Host | None = None
        self._retiring: set[Host] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        """End the requests, then what they run on."""
        try:
            await self._server.end()
        finally:
            hosts = [*self._retiring, *([self._host] if self._host else [])]
            await asyncio.gather(*(host.close() for host in hosts))

    def serve(self, application: Application) -> None:
        """Serve an application; requests under way finish with the one before."""
        host, app = self._make(application)
        before, self._host = self._host, host
        host.warm()
        served = self._server.serve(app)
        if before is not None:
            self._retiring.add(before)
            self._tasks.create_task(self._retire(before, served))

    def refresh(self, saved: Collection[str] = ()) -> list[str]:
        """Replace environments whose files have changed, or that failed before these were saved.

        Names the files.
        """
        return self._host.refresh(saved) if self._host else []

    async def _retire(self, host: Host, served: Before) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await served.quiet()
        await host.retire()
        self._retiring.discard(host)
