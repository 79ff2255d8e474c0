"""Takes invocations from the backend: Lambda's Invoke API over a Unix socket.

What comes before an application is served waits for it, but a custom resource: the deployment
waits for that, so it runs on what of the stack is there already.
"""

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from visitplannr.gateway.asgi import App, Message, Receive, Send
from visitplannr.model.invocation import TRIGGER_HEADER
from visitplannr.up.front import Server

_CUSTOM_RESOURCE = (TRIGGER_HEADER.lower().encode(), b"custom-resource")

_BACKLOG = 2048


class Invocations:
    """The ASGI application at the socket: `serve` gives it what runs the functions."""

    def __init__(self) -> None:
        self._app: App | None = None
        self._is_served = asyncio.Event()
        self._early: App | None = None

    def serve_custom_resources(self, app: App) -> None:
        """Run the functions that the first deployment itself calls by this."""
        self._early = app

    def serve(self, app: App) -> None:
        """Run functions by this from now on."""
        self._app = app
        self._is_served.set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        app = self._app
        if app is None and _CUSTOM_RESOURCE in scope["headers"]:
            app = self._early
        while app is None:
            await self._is_served.wait()
            app = self._app
        await app(scope, receive, send)


@contextlib.asynccontextmanager
async def listening(app: App) -> AsyncIterator[Path]:
    """Serve `app` at a Unix socket that only this user can reach; give the socket's path.

    It lies in a folder of its own with a short name: a socket's path has 103 bytes at most.
    """
    with tempfile.TemporaryDirectory(prefix="visitplannr-") as folder:
        path = Path(folder) / "invoke"
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        listener.listen(_BACKLOG)
        server = Server(app)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield path
        finally:
            server.should_exit = True
            await task
