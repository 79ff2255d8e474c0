"""The application that is being served, exchanged for another without losing a request."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from visitplannr.gateway.asgi import App
from visitplannr.model.application import Application
from visitplannr.up.front import Front


class Host(Protocol):
    """The runtime host, as far as serving goes."""

    def warm(self) -> None:
        """Start environments ahead."""

    def refresh(self) -> list[str]:
        """Replace environments whose files have changed; name the files."""

    async def retire(self) -> None:
        """Let what runs finish, then end."""

    async def close(self) -> None:
        """End at once."""


class LiveStack:
    """Serves one application at a time; what `make` gives belongs together."""

    def __init__(self, front: Front, make: Callable[[Application], tuple[Host, App]]) -> None:
        self._front = front
        self._make = make
        self._host: Host | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    def serve(self, application: Application) -> None:
        """Serve an application; requests under way finish with the one before."""
        before = self._host
        self._host, app = self._make(application)
        self._host.warm()
        self._front.serve(app)
        if before is not None:
            task = asyncio.get_running_loop().create_task(before.retire())
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    def refresh(self) -> list[str]:
        """Replace environments whose files have changed; name the files."""
        return self._host.refresh() if self._host else []

    async def close(self) -> None:
        """End everything at once."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        if self._host:
            await self._host.close()
