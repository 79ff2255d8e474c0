"""The HTTP server: listens from the first moment, answers 503 until the stack is ready."""

import asyncio
import contextlib
import errno
import json
import logging
import os
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Never, Self

import uvicorn

from visitplannr.gateway.asgi import App, Message, Receive, Send
from visitplannr.gateway.http_protocol import RawHeadersProtocol, server_config
from visitplannr.up.port_holder import holder_of

_LAST_PORT = 65_535
_CUT_OFF_SECONDS = 1.0
_ENDING = {"message": "Service Unavailable"}


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the application and the console are served."""

    application: int
    console: int

    @classmethod
    def of(cls, application: socket.socket, console: socket.socket) -> Self:
        """Name those of two sockets."""
        return cls(application.getsockname()[1], console.getsockname()[1])


class PortError(Exception):
    """The port cannot be listened on; the message says which and what to do."""


def listen_beside(listener: socket.socket, wanted: int | None) -> socket.socket:
    """Bind the console's port: the `wanted` one, or the next after the listener's, or any.

    Raises:
        PortError: the wanted one is taken.
    """
    host, port, *_ = listener.getsockname()
    if wanted is not None:
        return listen(host, wanted, "--console-port")
    try:
        return listen(host, port + 1)
    except PortError:
        return listen(host, 0)


def listen(host: str, port: int, flag: str = "--port") -> socket.socket:
    """Bind the port before anything else is started; `flag` names another one.

    Raises:
        PortError: it is taken, or the address is not this machine's.
    """
    if not 0 <= port <= _LAST_PORT:
        raise PortError(f"port {port} is no port: choose one from 0 to {_LAST_PORT}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        who = holder_of(port) if error.errno == errno.EADDRINUSE else None
        why = f"{os.strerror(error.errno or 0)}{f' by {who}' if who else ''}"
        message = f"port {port} on {host} cannot be used ({why})"
        raise PortError(f"{message}; stop what has it, or choose another with {flag}") from error


class Served:
    """An application, and how many requests are under way in it."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def begin(self) -> None:
        """Count a request."""
        self.under_way += 1
        self._quiet.clear()

    def end(self) -> None:
        """Count it no longer."""
        self.under_way -= 1
        if not self.under_way:
            self._quiet.set()

    async def quiet(self) -> None:
        """Wait until no request is under way."""
        await self._quiet.wait()


class Front:
    """Serves one application at a time on listening sockets; a context, made in a running loop.

    `waiting_for` is what those hear who ask before there is an application. At the end, requests
    under way have a second to finish; then they are answered with 503.
    """

    def __init__(self, *listeners: socket.socket) -> None:
        self.waiting_for = "the start"
        self._listeners = listeners
        self._server = _Server(self)
        self._served = Served(self._starting)
        self._ended = False

    async def __aenter__(self) -> Self:
        await self._server.begin(self._listeners)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.end()

    async def run(self) -> Never:
        """Do what the server has to do from time to time; until cancelled."""
        await self._server.main_loop()
        raise PortError("the HTTP server has ended by itself")

    def serve(self, app: App) -> Served:
        """Give each request from now on to `app`; return what was served before."""
        before, self._served = self._served, Served(app)
        return before

    async def serve_securely(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        """Listen on one more socket, by TLS."""
        await self._server.begin_securely(listener, context)

    async def end(self) -> None:
        """Take no further request, and wait until those under way are answered."""
        if not self._ended:
            self._ended = True
            await self._server.end(self._listeners)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        served = self._served
        if scope["type"] == "websocket":  # it may be open for hours: nobody waits for its end
            await served.app(scope, receive, send)
            return
        served.begin()
        try:
            await served.app(scope, receive, send)
        except asyncio.CancelledError:
            with contextlib.suppress(RuntimeError):  # its answer has begun: it stays cut off
                await _unavailable(send, _ENDING)
        finally:
            served.end()

    async def _starting(self, scope: Message, _receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _unavailable(send, {"status": "starting", "waiting_for": self.waiting_for})
        else:
            await send({"type": "websocket.close"})


async def _unavailable(send: Send, body: Mapping[str, str]) -> None:
    encoded = json.dumps(body).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(encoded)).encode()),
        (b"retry-after", b"1"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": encoded})


class _Server(uvicorn.Server):
    """A uvicorn server that is begun and ended by its caller, who also hears the signals."""

    def __init__(self, app: App) -> None:
        super().__init__(server_config(app))

    async def begin(self, listeners: Sequence[socket.socket]) -> None:
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup(sockets=list(listeners))

    async def begin_securely(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        def protocol() -> asyncio.Protocol:
            config, state = self.config, self.server_state
            return RawHeadersProtocol(config, state, self.lifespan.state)

        loop = asyncio.get_running_loop()
        self.servers.append(await loop.create_server(protocol, sock=listener, ssl=context))

    async def end(self, listeners: Sequence[socket.socket]) -> None:
        with _silence("uvicorn.error"):
            await self.shutdown(sockets=list(listeners))
            if late := set(self.server_state.tasks):
                await asyncio.wait(late, timeout=_CUT_OFF_SECONDS)


@contextlib.contextmanager
def _silence(name: str) -> Iterator[None]:
    """Keep a logger quiet: that a request was cut off at the end is no news."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
