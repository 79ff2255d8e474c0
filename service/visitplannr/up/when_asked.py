"""An ASGI application that is made when it is first asked."""

import asyncio
from collections.abc import Callable

from visitplannr.gateway.asgi import App, Message, Receive, Send
from visitplannr.up.daemon_thread import in_daemon_thread


class WhenAsked:
    """Stands for the application that `make` gives, which is called once, for the first request.

    It is called in a thread, as it may import what takes long; requests wait for it.
    """

    def __init__(self, make: Callable[[], App]) -> None:
        self._make = make
        self._made: asyncio.Task[App] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if self._made is None:
            self._made = asyncio.create_task(in_daemon_thread(self._make))
        app = await asyncio.shield(self._made)
        await app(scope, receive, send)
