"""Takes what the backend asks for: invocations and addresses, over a Unix socket.

An invocation that comes before an application is served waits for it, but a custom resource: the
deployment waits for that.
"""

import asyncio
import contextlib
import re
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from pathlib import Path
from urllib.parse import unquote

from visitplannr.gateway.asgi import App, Message, Receive, Send, send_response
from visitplannr.gateway.request import Response
from visitplannr.model.addresses import ADDRESSES_PATH, Address, to_json
from visitplannr.model.invocation import (
    TRIGGER_HEADER,
    FunctionNotFoundError,
    InvocationError,
)
from visitplannr.model.lambda_error import LambdaError
from visitplannr.up.front import Front

_CUSTOM_RESOURCE = (TRIGGER_HEADER.lower().encode(), b"custom-resource")
_NAME = re.compile(rb"/functions/([^/]+)/")
_BACKLOG = 2048
_SOCKET = "invoke"

Others = Callable[[str], Awaitable[App | None]]


class Invocations:
    """Answers at the socket `path`.

    `serve` gives it what runs the functions of the application and its local addresses,
    `serve_others` what runs functions that are not of it (None for one that is nowhere).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._app: App | None = None
        self._names: Collection[str] = ()
        self._addresses: tuple[Address, ...] = ()
        self._is_served = asyncio.Event()
        self._others: Others | None = None

    def serve_others(self, others: Others) -> None:
        self._others = others

    def serve(self, app: App, names: Collection[str], addresses: tuple[Address, ...] = ()) -> None:
        """Run the functions with these names by `app` from now on."""
        self._app, self._names, self._addresses = app, names, addresses
        self._is_served.set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == ADDRESSES_PATH:
            await send_response(send, Response(200, (), to_json(self._addresses)))
        else:
            await self._invoke(scope, receive, send)

    async def _invoke(self, scope: Message, receive: Receive, send: Send) -> None:
        if _CUSTOM_RESOURCE not in scope["headers"]:
            await self._is_served.wait()
        name = _function_in(scope["raw_path"])
        try:
            app = await self._app_for(name)
        except InvocationError as error:
            for message in LambdaError(404, "ResourceNotFoundException", str(error)).messages():
                await send(message)
        else:
            await app(scope, receive, send)

    async def _app_for(self, name: str) -> App:
        """Give what runs a function, or says that there is none.

        Raises:
            InvocationError: it cannot be run here.
        """
        app = self._app
        if not _is_among(name, self._names) and self._others:
            app = await self._others(name) or app
        if app is None:
            raise FunctionNotFoundError(f"there is no function {name}")
        return app


@contextlib.asynccontextmanager
async def taking_invocations(folder: Path) -> AsyncIterator[tuple[Invocations, Front]]:
    """Listen at a socket in a folder that is ours; give what answers there, and its server."""
    with unix_listener(folder) as (path, listener):
        async with Front(listener) as front:
            invocations = Invocations(path)
            front.serve(invocations)
            yield invocations, front


@contextlib.contextmanager
def unix_listener(folder: Path) -> Iterator[tuple[Path, socket.socket]]:
    """Listen at a Unix socket in a folder that only this user can reach; give its path, too.

    What somebody who was killed has left there is replaced. Where no socket can be (its path may
    have 103 bytes; some shared folders take none), it lies in a temporary folder of its own.
    """
    with (
        contextlib.ExitStack() as held,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener,
    ):
        path = folder / _SOCKET
        try:
            path.unlink(missing_ok=True)
            listener.bind(str(path))
        except OSError:
            temporary = tempfile.TemporaryDirectory(prefix="visitplannr-")
            path = Path(held.enter_context(temporary)) / _SOCKET
            listener.bind(str(path))
        held.callback(path.unlink, missing_ok=True)
        listener.listen(_BACKLOG)
        yield path, listener


def _function_in(raw_path: bytes) -> str:
    found = _NAME.search(raw_path)
    return unquote(found[1].decode("latin-1")) if found else ""


def _is_among(name: str, names: Collection[str]) -> bool:
    """Say whether a function, with or without version or alias, has one of the names."""
    return name in names or name.rpartition(":")[0] in names
