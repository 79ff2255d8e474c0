"""A function whose init fails is tried again at each save of its own; it is said to be whole."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from runtime.conftest import FUNCTION
from runtime.fakes import FakeEnvironment, FakeTimers, settled
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.lifecycle import State
from visitplannr.runtime.place import Place
from visitplannr.runtime.pool import Environment, Limits, Pool


class Broken:
    """A pool whose first environment has failed in its init."""

    def __init__(self) -> None:
        self.made: list[FakeEnvironment] = []
        self.reports: list[str] = []
        function = replace(FUNCTION, code=Path("/code"))
        limits = Limits(10, 2, idle_seconds=600)
        self.pool = Pool(function, self._make, limits, FakeTimers(), self.reports.append)

    def _make(
        self,
        changed: Callable[[Environment], None],
        first: Invocation | None,
        place: Place | None,
    ) -> FakeEnvironment:
        self.made.append(FakeEnvironment(changed, first, place))
        return self.made[-1]

    async def failed(self) -> "Broken":
        task = asyncio.create_task(self.pool.warm())
        await settled()
        self.made[0].stop(init_failed=True)
        await task
        return self


@pytest.mark.parametrize(
    ("saved", "named"), [("/code/app.py", "/code/app.py"), ("/other/app.py", None)]
)
async def test_a_save_of_its_own_tries_it_again(saved: str, named: str | None) -> None:
    broken = await Broken().failed()
    assert broken.pool.refresh([saved]) == named
    assert len(broken.made) == (2 if named else 1)
    await broken.pool.close()


async def test_each_broken_save_is_tried_and_the_healed_one_said_once() -> None:
    broken = await Broken().failed()
    for number in (1, 2):
        broken.pool.refresh(["/code/app.py"])
        broken.made[number].stop(init_failed=True)
        await settled()
    broken.pool.refresh(["/code/app.py"])
    assert broken.reports == []
    broken.made[3].become(State.IDLE)
    broken.made[3].become(State.IDLE)
    assert broken.reports == [f"{FUNCTION.logical_id} can be run again"]
    await broken.pool.close()
