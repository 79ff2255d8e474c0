"""Takes invocations from the backend: Lambda's Invoke API over a Unix socket.

What comes before an application is served waits for it, but a custom resource: the deployment
waits for that.
"""

import asyncio
import contextlib
import json
import re
import socket
import tempfile
from collections.abc import Awaitable, Callable, Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import Never, Self
from urllib.parse import unquote

from visitplannr.gateway.asgi import App, Message, Receive, Send
from visitplannr.model.invocation import TRIGGER_HEADER, InvocationError
from visitplannr.up.front import Front

_CUSTOM_RESOURCE = (TRIGGER_HEADER.lower().encode(), b"custom-resource")
_NAME = re.compile(rb"/functions/([^/]+)/")
_BACKLOG = 2048

Others = Callable[[str], Awaitable[App | None]]


class Invocations:
    """The server at the socket `path`; a context, made in a running loop.

    `serve` gives it what runs the functions of the application, `serve_others` what runs those that
    are not of it (None for one that is nowhere).
    """

    def __init__(self) -> None:
        self._app: App | None = None
        self._names: Collection[str] = ()
        self._is_served = asyncio.Event()
        self._others: Others | None = None

    async def __aenter__(self) -> Self:
        self._held = contextlib.AsyncExitStack()
        self.path, listener = self._held.enter_context(unix_listener())
        self._front = await self._held.enter_async_context(Front(listener))
        self._front.serve(self)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._held.aclose()

    async def run(self) -> Never:
        """Do what the server has to do from time to time; until cancelled."""
        await self._front.run()

    def serve_others(self, others: Others) -> None:
        self._others = others

    def serve(self, app: App, names: Collection[str]) -> None:
        """Run the functions with these names by `app` from now on."""
        self._app, self._names = app, names
        self._is_served.set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if _CUSTOM_RESOURCE not in scope["headers"]:
            await self._is_served.wait()
        name = _function_in(scope["raw_path"])
        if not _is_among(name, self._names) and self._others:
            try:
                app = await self._others(name) or self._app
            except InvocationError as error:
                await _refuse(send, str(error))
                return
        else:
            app = self._app
        if app is None:
            await _refuse(send, f"there is no function {name}")
        else:
            await app(scope, receive, send)


@contextlib.contextmanager
def unix_listener() -> Iterator[tuple[Path, socket.socket]]:
    """Listen at a Unix socket that only this user can reach; give its path, too.

    It lies in a folder of its own with a short name: a socket's path has 103 bytes at most.
    """
    with tempfile.TemporaryDirectory(prefix="visitplannr-") as folder:
        path = Path(folder) / "invoke"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(path))
            listener.listen(_BACKLOG)
            yield path, listener


def _function_in(raw_path: bytes) -> str:
    found = _NAME.search(raw_path)
    return unquote(found[1].decode("latin-1")) if found else ""


def _is_among(name: str, names: Collection[str]) -> bool:
    """Say whether a function, with or without version or alias, has one of the names."""
    return name in names or name.rpartition(":")[0] in names


async def _refuse(send: Send, message: str) -> None:
    body = json.dumps({"Type": "User", "Message": message}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"x-amzn-errortype", b"ResourceNotFoundException"),
    ]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})
