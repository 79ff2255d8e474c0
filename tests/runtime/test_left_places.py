"""Where a process has failed, the next invocation goes on (lambda-runtime.md L12, L14)."""

from pathlib import Path

import pytest
from runtime.conftest import FUNCTION
from runtime.fakes import FakeEnvironment
from runtime.test_pool import Pooled
from visitplannr.runtime.lifecycle import State
from visitplannr.runtime.place import Place, new_place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = new_place(FUNCTION, tmp_path)
    made.temporary.mkdir(parents=True)
    return made


def failed(pooled: Pooled, place: Place) -> FakeEnvironment:
    """Have an environment whose process has failed in an invocation."""
    (invocation,) = pooled.invoke("failing")
    environment = pooled.made[-1]
    environment.become(State.IDLE)
    invocation.settle(b"", "Unhandled", 0)
    environment.stop(left=place)
    return environment


async def test_the_next_invocation_goes_on_where_one_has_failed(place: Place) -> None:
    pooled = Pooled()
    failed(pooled, place)
    assert len(pooled.made) == 1
    (invocation,) = pooled.invoke("next")
    assert [(one.first, one.place) for one in pooled.made] == [(None, None), (invocation, place)]
    pooled.invoke("another")
    assert pooled.made[2].place is None


async def test_l12_a_repeated_init_goes_on_in_the_same_place(place: Place) -> None:
    pooled = Pooled()
    (invocation,) = pooled.invoke("a")
    pooled.made[0].stop(init_failed=True, left=place)
    assert (pooled.made[1].first, pooled.made[1].place) == (invocation, place)


async def test_an_init_that_failed_ahead_is_repeated_for_the_next_invocation(place: Place) -> None:
    pooled = Pooled()
    (cancelled,) = pooled.invoke("cancelled")
    cancelled.result.cancel()
    pooled.made[0].stop(init_failed=True, left=place)
    assert len(pooled.made) == 1
    (invocation,) = pooled.invoke("next")
    assert (pooled.made[1].first, pooled.made[1].place) == (invocation, place)


async def test_one_that_is_idle_is_preferred(place: Place) -> None:
    pooled = Pooled()
    first, second = await pooled.idle(2)
    first.become(State.BUSY)
    pooled.invoke("taken")
    first.stop(left=place)
    second.become(State.IDLE)
    (invocation,) = pooled.invoke("next")
    assert second.given[-1] is invocation


async def test_new_code_gets_a_new_place(place: Place) -> None:
    pooled = Pooled()
    failed(pooled, place).stale = "app.py"
    pooled.invoke("next")
    assert pooled.made[1].place is None
    await pooled.pool.close()
    assert not place.root.exists()


async def test_a_saved_file_starts_one_ahead_instead_of_the_failed_one(place: Place) -> None:
    pooled = Pooled()
    environment = failed(pooled, place)
    assert pooled.pool.refresh() is None
    environment.stale = "app.py"
    assert pooled.pool.refresh() == "app.py"
    assert pooled.made[1].place is None
    await pooled.pool.close()
    assert not place.root.exists()


async def test_what_was_saved_after_a_failed_init_starts_anew(place: Place) -> None:
    pooled = Pooled()
    (cancelled,) = pooled.invoke("cancelled")
    cancelled.result.cancel()
    pooled.made[0].stop(init_failed=True, left=place)
    missing = str(FUNCTION.code / "missing.py")
    assert pooled.pool.refresh([missing]) == missing
    assert pooled.made[1].place is None
    await pooled.pool.close()
    assert not place.root.exists()


async def test_what_nobody_needs_for_long_is_removed(place: Place) -> None:
    pooled = Pooled()
    failed(pooled, place)
    timer = pooled.timers.made[-1]
    assert timer.seconds == 600
    timer.fire()
    await pooled.pool.close()
    assert not place.root.exists()
    assert len(pooled.made) == 1


async def test_at_the_end_nothing_is_left(place: Place) -> None:
    pooled = Pooled()
    failed(pooled, place)
    await pooled.pool.close()
    assert not place.root.exists()
