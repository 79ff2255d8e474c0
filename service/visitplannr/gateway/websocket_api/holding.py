"""A connection's life after its handshake: messages come in until somebody or a limit ends it.

Idle for ten minutes, or two hours old, it is closed (websocket.md W41, W42).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from visitplannr.gateway.asgi import Message, Receive
from visitplannr.gateway.connections import (
    GOING_AWAY,
    NO_BINARY,
    Closing,
    Connection,
)

IDLE_SECONDS = 600.0
LONGEST_SECONDS = 7_200.0
_AT_ONCE = 100
_NO_STATUS = 1005
_ABNORMAL = 1006
_REASONS = {
    _NO_STATUS: "Client-side close frame status not set",
    _ABNORMAL: "Connection closed abnormally",
}
Take = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock that limits go by: epoch seconds, and waiting for some."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


async def hold(connection: Connection, receive: Receive, take: Take, timing: Timing) -> Closing:
    """Give each message to `take`, without waiting for it; give why the connection ends.

    If that is not the client's doing, it is still to be closed. A client whose messages are taken
    more slowly than they come is read no faster.
    """
    taking: set[asyncio.Future[None]] = set()
    ends = [
        asyncio.ensure_future(connection.ended()),
        asyncio.ensure_future(_late(connection, timing)),
    ]
    reading = asyncio.ensure_future(receive())
    try:
        while True:
            await asyncio.wait([reading, *ends], return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                return next(end.result() for end in ends if end.done())
            message = reading.result()
            if message["type"] == "websocket.disconnect":
                return _closed_by(message)
            if message.get("text") is None:
                return NO_BINARY
            connection.active()
            task = asyncio.ensure_future(take(message["text"]))
            taking.add(task)
            task.add_done_callback(taking.discard)
            if len(taking) >= _AT_ONCE:
                await asyncio.wait(taking, return_when=asyncio.FIRST_COMPLETED)
            reading = asyncio.ensure_future(receive())
    finally:
        await _cancelled(reading, *ends)


async def _cancelled(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def _late(connection: Connection, timing: Timing) -> Closing:
    """Wait until the connection has been idle, or open, for too long."""
    while True:
        idle = connection.last_active_at + IDLE_SECONDS
        left = min(idle, connection.connected_at + LONGEST_SECONDS) - timing.now()
        if left <= 0:
            return GOING_AWAY
        await timing.sleep(left)


def _closed_by(message: Message) -> Closing:
    code = int(message.get("code") or _NO_STATUS)
    return Closing(code, str(message.get("reason") or _REASONS.get(code, "")))
