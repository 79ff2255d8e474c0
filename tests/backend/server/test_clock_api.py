"""The backend's clock is read and moved over HTTP."""

import asyncio
import json
from typing import Any

import pytest
from backend.server.test_relay import ask, others
from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.clock_api import clock_action
from visitplannr.backend.server.control_api import control_api

CLOCK_PATH = "/_visitplannr/clock"


class Moved:
    """Counts how often it is told of a move."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def asked(
    clock: Clock,
    body: bytes = b"",
    *,
    method: str = "POST",
    path: str = CLOCK_PATH,
    moved: Moved | None = None,
) -> Any:
    app = control_api({"clock": clock_action(clock, moved or Moved())}, others)
    status, _, parts = asyncio.run(ask(app, path, body, method=method))
    return status, json.loads(b"".join(parts) or b"null")


def test_it_tells_the_time_and_is_moved() -> None:
    clock, moved = Clock(lambda: 1_000.0), Moved()
    assert asked(clock, method="GET", moved=moved) == (200, {"now": 1_000.0, "moved": 0.0})
    assert moved.times == 0
    assert asked(clock, b'{"advance": 60}', moved=moved) == (200, {"now": 1_060.0, "moved": 60.0})
    assert (clock(), moved.times) == (1_060.0, 1)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"advance": "1"}', b'{"advance": -1}',
             b'{"advance": Infinity}']
)  # fmt: skip
def test_what_is_no_number_of_seconds_is_refused(body: bytes) -> None:
    clock = Clock(lambda: 1_000.0)
    status, said = asked(clock, body)
    assert (status, clock.moved) == (400, 0.0)
    assert said["message"]


@pytest.mark.parametrize("path", ["/", "/_visitplannr", "/_visitplannr/other"])
def test_other_paths_are_somebody_elses(path: str) -> None:
    assert asked(Clock(), path=path)[0] == 299
