"""The backend's clock over HTTP: a test moves it instead of waiting."""

import json
import math
from collections.abc import Mapping
from typing import Any

from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.json_answer import send_json
from visitplannr.backend.server.relay import read
from visitplannr.backend.server.steps import App, Message, Receive, Send

CLOCK_PATH = "/_visitplannr/clock"


def clock_api(clock: Clock, app: App) -> App:
    """Answer GET and POST `{"advance": seconds}` at CLOCK_PATH with the time; leave the rest."""

    async def answering(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != CLOCK_PATH:
            await app(scope, receive, send)
            return
        body = await read(receive)
        if body is None:
            return
        await send_json(send, *_answer(clock, scope["method"], body))

    return answering


def _answer(clock: Clock, method: str, body: bytes) -> tuple[int, Mapping[str, Any]]:
    try:
        if method == "POST":
            clock.advance(_seconds(body))
    except ValueError as error:
        return 400, {"message": str(error)}
    return 200, {"now": clock(), "moved": clock.moved}


def _seconds(body: bytes) -> float:
    match json.loads(body or b"{}"):
        case {"advance": int() | float() as seconds} if math.isfinite(seconds):
            return float(seconds)
    raise ValueError('it is moved by {"advance": seconds}')
