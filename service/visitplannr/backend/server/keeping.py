"""What a request has changed is on disk before it is answered, or it is refused in AWS's words."""

import contextlib
import sqlite3
from collections.abc import Callable

from visitplannr.backend.server.error_answers import ServiceError, error_answer
from visitplannr.backend.server.reading import head_of
from visitplannr.backend.server.steps import App, Message, Receive, Send, Step
from visitplannr.backend.server.wire import credentials_of

_SENDING = frozenset({"sqs", "sns", "events"})
_CODE = "ServiceUnavailable"

Keep = Callable[[], None]
"""Write what has changed; raises sqlite3.Error if that is impossible."""


def keeping(keep: Keep) -> Step:
    """Call `keep` when a request is about to be answered."""

    def step(app: App) -> App:
        async def kept(scope: Message, receive: Receive, send: Send) -> None:
            answer = _Answer(keep, scope, send)
            await app(scope, receive, answer if scope["type"] == "http" else send)

        return kept

    return step


def quietly(keep: Keep) -> None:
    """Write what can be written; what cannot is tried again the next time."""
    with contextlib.suppress(sqlite3.Error):
        keep()


class _Answer:
    """Passes on an answer, or refuses in its place a request that sends messages."""

    def __init__(self, keep: Keep, scope: Message, send: Send) -> None:
        self._keep = keep
        self._scope = scope
        self._send = send
        self._refused = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            try:
                self._keep()
            except sqlite3.Error as error:
                await self._refuse(error)
        if not self._refused:
            await self._send(message)

    async def _refuse(self, error: sqlite3.Error) -> None:
        request = head_of(self._scope)
        signed = credentials_of(request)
        if signed is None or signed.signing_name not in _SENDING:
            return
        self._refused = True
        said = ServiceError(_CODE, _CODE, 503, f"The backend cannot write its state: {error}")
        await error_answer(request, signed.signing_name, said).send(self._send)
