"""The backend's clock is read and moved over HTTP."""

import asyncio
import json
from typing import Any

import pytest
from backend.server.test_relay import ask, others
from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.clock_api import CLOCK_PATH, clock_api


def asked(clock: Clock, body: bytes = b"", *, method: str = "POST", path: str = CLOCK_PATH) -> Any:
    status, _, parts = asyncio.run(ask(clock_api(clock, others), path, body, method=method))
    return status, json.loads(b"".join(parts) or b"null")


def test_it_tells_the_time_and_is_moved() -> None:
    clock = Clock(lambda: 1_000.0)
    assert asked(clock, method="GET") == (200, {"now": 1_000.0, "moved": 0.0})
    assert asked(clock, b'{"advance": 60}') == (200, {"now": 1_060.0, "moved": 60.0})
    assert clock() == 1_060.0


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"advance": "1"}', b'{"advance": -1}',
             b'{"advance": Infinity}']
)  # fmt: skip
def test_what_is_no_number_of_seconds_is_refused(body: bytes) -> None:
    clock = Clock(lambda: 1_000.0)
    status, said = asked(clock, body)
    assert (status, clock.moved) == (400, 0.0)
    assert said["message"]


def test_other_paths_are_somebody_elses() -> None:
    assert asked(Clock(), path="/")[0] == 299
