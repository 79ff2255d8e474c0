"""The backend's clock over HTTP: a test moves it instead of waiting."""

import math
from collections.abc import Callable
from typing import Any

from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.control_api import Action, BadRequestError


def clock_action(clock: Clock, moved: Callable[[], None]) -> Action:
    """Answer GET and POST `{"advance": seconds}` with the time; `moved` is called after a move."""

    def answer(method: str, body: Any) -> tuple[int, Any]:
        if method == "POST":
            clock.advance(_seconds(body))
            moved()
        return 200, {"now": clock(), "moved": clock.moved}

    return answer


def _seconds(body: Any) -> float:
    match body:
        case {"advance": int() | float() as seconds} if math.isfinite(seconds):
            return float(seconds)
    raise BadRequestError('it is moved by {"advance": seconds}')
