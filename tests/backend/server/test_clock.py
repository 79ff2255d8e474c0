"""The clock goes by itself, and may be moved forward; whoever sleeps hears of it."""

import threading

import pytest
from visitplannr.backend.server.clock import Clock


def test_it_goes_by_itself_and_by_what_it_was_moved() -> None:
    now = [1_000.0]
    clock = Clock(lambda: now[0])
    clock.advance(60.0)
    now[0] += 1.0
    assert (clock(), clock.moved) == (1_061.0, 60.0)


def test_it_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="does not go back"):
        Clock().advance(-1.0)


def test_who_sleeps_wakes_up_when_it_is_moved() -> None:
    clock = Clock()
    sleeper = threading.Thread(target=clock.sleep, args=(3_600.0,))
    sleeper.start()
    clock.advance(3_599.0)
    assert sleeper.is_alive()
    clock.advance(1.0)
    sleeper.join(20.0)
    assert not sleeper.is_alive()
