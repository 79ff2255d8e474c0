"""The HTTP server: listens from the first moment, answers 503 until the stack is ready."""

import contextlib
import json
import socket
from collections.abc import Iterator

import uvicorn

from visitplannr.gateway.asgi import App, Message, Receive, Send
from visitplannr.gateway.http_protocol import server_config


class PortError(Exception):
    """The port cannot be listened on; the message says which and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Bind the port before anything else is started.

    Raises:
        PortError: it is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        message = f"port {port} on {host} cannot be used ({error.strerror})"
        raise PortError(f"{message}; stop what has it, or choose another with --port") from error
    except OverflowError as error:
        raise PortError(f"port {port} is no port: choose one from 0 to 65535") from error


class Front:
    """The app that the server calls: `starting` answers until `serve` gives the real one."""

    def __init__(self) -> None:
        self.waiting_for = "the start"
        self._app: App = self._starting

    def serve(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _starting(self, scope: Message, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = json.dumps({"status": "starting", "waiting_for": self.waiting_for}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"retry-after", b"1"),
        ]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals to its caller and ends at once when told to."""

    def __init__(self, app: App) -> None:
        super().__init__(server_config(app))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
