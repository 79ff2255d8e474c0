"""The connections that are open, and what can be done with one: send, end, ask."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.identifiers import new_id
from visitplannr.gateway.request import Request

Tell = Callable[[Exchange], None]
Write = Callable[[str | bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Closing:
    """Why a connection ends: a close code of RFC 6455, and its reason."""

    code: int
    reason: str


NORMAL = Closing(1000, "Connection Closed Normally")
GOING_AWAY = Closing(1001, "Going away")
NO_BINARY = Closing(1003, "Binary frames are not supported")


class Connection:
    """One connection to an API (its logical id), from its handshake on.

    `domain` is what its events call their domain; `write` sends a message to the client; `now`
    gives epoch seconds.
    """

    def __init__(
        self, api: str, request: Request, domain: str, write: Write, now: Callable[[], float]
    ) -> None:
        self.id = new_id()
        self.api = api
        self.request = request
        self.domain = domain
        self.authorizer: Mapping[str, Any] | None = None
        self.connected_at = self.last_active_at = now()
        self._closing = NORMAL
        self._ended = asyncio.Event()
        self._write = write
        self._now = now

    def active(self) -> None:
        """Note that something came in or went out."""
        self.last_active_at = self._now()

    async def post(self, message: str | bytes) -> None:
        """Send a message.

        Raises:
            OSError: the client has gone, or the connection is being closed.
        """
        if self._ended.is_set():
            raise ConnectionAbortedError(self._closing.reason)
        await self._write(message)
        self.active()

    def end(self, closing: Closing) -> None:
        """Have it closed, if it is not on its way there already."""
        if not self._ended.is_set():
            self._closing = closing
            self._ended.set()

    async def ended(self) -> Closing:
        """Wait until it is to be closed; give why."""
        await self._ended.wait()
        return self._closing


class Messages(Protocol):
    """Who takes an API's messages."""

    async def take(self, connection: Connection, message: str, tell: Tell) -> None:
        """Take a message of a client; `tell` hears of it if something is wrong."""

    async def disconnected(self, connection: Connection, closing: Closing) -> None:
        """Hear that a connection has ended."""


class OpenConnections:
    """All that are open, of whatever API; they stay open while the application is exchanged.

    `domain` is what the events call their domain, if that is not the Host that the client named.
    """

    def __init__(self, domain: str | None = None) -> None:
        self.domain = domain
        self._by_id: dict[str, Connection] = {}
        self._messages: dict[str, Messages] = {}

    def serve(self, api: str, messages: Messages) -> None:
        """Let an API's messages from now on be taken by another."""
        self._messages[api] = messages

    def keep(self, apis: Collection[str]) -> None:
        """Forget all APIs but these; the connections of those end."""
        self._messages = {api: taken for api, taken in self._messages.items() if api in apis}
        for connection in self._by_id.values():
            if connection.api not in apis:
                connection.end(GOING_AWAY)

    def add(self, connection: Connection) -> None:
        """Note that a connection is open."""
        self._by_id[connection.id] = connection

    def remove(self, connection: Connection) -> None:
        """Note that it is no longer."""
        self._by_id.pop(connection.id, None)

    def find(self, connection_id: str) -> Connection | None:
        """Give an open connection by its id."""
        return self._by_id.get(connection_id)

    def messages_of(self, connection: Connection) -> Messages | None:
        """Give who takes a connection's messages now."""
        return self._messages.get(connection.api)
