"""A client of WebSocket APIs that tests read like a story; wsproto speaks the protocol."""

import socket
from typing import Any, Self
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Message,
    RejectConnection,
    Request,
    TextMessage,
)


class Client:
    """Connects at once; `status` is 101 if that went well."""

    def __init__(self, url: str, *subprotocols: str, host: str | None = None) -> None:
        at = urlsplit(url)
        target = f"{at.path or '/'}?{at.query}" if at.query else at.path or "/"
        self._socket = socket.create_connection((at.hostname or "", at.port or 0), timeout=30)
        self._connection = WSConnection(ConnectionType.CLIENT)
        self._events: list[Event] = []
        self.close: CloseConnection | None = None
        self._send(Request(host or at.netloc, target, subprotocols=list(subprotocols)))
        answer = self._event()
        assert isinstance(answer, AcceptConnection | RejectConnection)
        self.status = answer.status_code if isinstance(answer, RejectConnection) else 101

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def send(self, message: str | bytes, *, in_frames_of: int = 32_768) -> None:
        parts = range(0, max(len(message), 1), in_frames_of)
        for at in parts:
            part: Any = message[at : at + in_frames_of]
            self._send(Message(part, message_finished=at == parts[-1]))

    def receive(self) -> str:
        """Wait for a message; if the connection is closed instead, `close` says how."""
        text = ""
        while True:
            event = self._event()
            if isinstance(event, CloseConnection):
                self.close = event
                return ""
            assert isinstance(event, TextMessage | BytesMessage), event
            text += event.data if isinstance(event.data, str) else event.data.decode()
            if event.message_finished:
                return text

    def leave(self, code: int = 1000, reason: str = "") -> None:
        self._send(CloseConnection(code, reason))
        self._socket.close()

    def _send(self, event: Event) -> None:
        self._socket.sendall(self._connection.send(event))

    def _event(self) -> Event:
        while not self._events:
            data = self._socket.recv(65_536)
            self._connection.receive_data(data or None)
            self._events.extend(self._connection.events())
        return self._events.pop(0)
