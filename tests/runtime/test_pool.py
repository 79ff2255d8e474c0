"""Which invocation gets which environment, and when one is started or ended."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from runtime.conftest import FUNCTION
from runtime.fakes import FakeEnvironment, FakeTimers, an_invocation, settled
from visitplannr.model.code import BuildError
from visitplannr.model.invocation import InvocationError, NotRunError, ThrottledError
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.lifecycle import State
from visitplannr.runtime.pool import Environment, Limits, Pool


class Pooled:
    """A pool of fake environments, in the order in which they were made."""

    def __init__(
        self, *, most: int = 10, inits: int = 2, reserved_concurrency: int | None = None
    ) -> None:
        self.made: list[FakeEnvironment] = []
        self.timers = FakeTimers()
        self.reports: list[str] = []
        self.pool = Pool(
            replace(FUNCTION, reserved_concurrency=reserved_concurrency),
            self._make,
            Limits(most, inits, idle_seconds=600),
            self.timers,
            self.reports.append,
        )

    def _make(
        self, changed: Callable[[Environment], None], first: Invocation | None
    ) -> FakeEnvironment:
        self.made.append(FakeEnvironment(changed, first))
        return self.made[-1]

    def invoke(self, *names: str) -> list[Invocation]:
        invocations = [an_invocation(name) for name in names]
        for invocation in invocations:
            self.pool.invoke(invocation)
        return invocations

    async def idle(self, number: int) -> list[FakeEnvironment]:
        """Have idle environments; the last is the one most recently used."""
        assert number <= 2
        invocations = self.invoke(*map(str, range(number)))
        for environment, invocation in zip(self.made, invocations, strict=True):
            environment.become(State.IDLE)
            invocation.settle(b"", None, 0)
        for environment in self.made:
            environment.become(State.IDLE)
        await settled()
        return self.made


def done(environment: FakeEnvironment) -> None:
    """Answer what it runs, and ask for the next."""
    environment.given[-1].settle(b"", None, 0)
    environment.become(State.FINISHING)
    environment.become(State.IDLE)


async def test_the_first_invocation_starts_an_environment_and_gets_it() -> None:
    pooled = Pooled()
    (invocation,) = pooled.invoke("a")
    (environment,) = pooled.made
    assert environment.given == []
    environment.become(State.IDLE)
    assert environment.given == [invocation]


async def test_l17_the_most_recently_used_is_taken_first() -> None:
    pooled = Pooled()
    one, two = await pooled.idle(2)
    (taken,) = pooled.invoke("next")
    assert two.given[-1] is taken
    (other,) = pooled.invoke("other")
    assert one.given[-1] is other
    assert len(pooled.made) == 2


async def test_how_many_start_at_once_is_bounded_for_each_function_by_itself() -> None:
    slow, quick = Pooled(), Pooled()
    slow.invoke("a", "b", "c", "d")
    assert len(slow.made) == 2
    quick.invoke("e")
    assert len(quick.made) == 1


async def test_when_one_has_started_the_next_in_line_gets_it_or_a_new_one() -> None:
    pooled = Pooled()
    a, b, c, d, e = pooled.invoke("a", "b", "c", "d", "e")
    pooled.made[0].become(State.IDLE)
    assert pooled.made[0].given == [a]
    assert len(pooled.made) == 3
    done(pooled.made[0])
    assert pooled.made[0].given == [a, b]
    assert len(pooled.made) == 3
    assert [one.result.done() for one in (a, b, c, d, e)] == [True] + [False] * 4


async def test_who_has_answered_is_waited_for_only_for_a_while() -> None:
    pooled = Pooled()
    pooled.invoke("a")
    first = pooled.made[0]
    first.become(State.IDLE)
    first.state = State.FINISHING
    (waiting,) = pooled.invoke("b")
    assert len(pooled.made) == 1
    first.become(State.OVERDUE)
    assert len(pooled.made) == 2
    pooled.made[1].become(State.IDLE)
    assert pooled.made[1].given == [waiting]
    first.become(State.IDLE)
    (later,) = pooled.invoke("c")
    assert first.given[-1] is later


async def test_who_stops_while_it_is_idle_is_given_nothing_more() -> None:
    pooled = Pooled()
    (environment,) = await pooled.idle(1)
    environment.stop()
    (invocation,) = pooled.invoke("next")
    assert len(pooled.made) == 2
    assert invocation not in environment.given


async def test_reserved_concurrency_counts_who_runs_and_who_waits() -> None:
    pooled = Pooled(reserved_concurrency=1)
    (first,) = pooled.invoke("a")
    with pytest.raises(ThrottledError):
        pooled.invoke("b")
    first.settle(b"", None, 0)
    await settled()
    pooled.invoke("c")


async def test_a_full_pool_waits_for_one_to_be_free_or_gone() -> None:
    pooled = Pooled(most=1)
    pooled.invoke("a", "b")
    assert len(pooled.made) == 1
    pooled.made[0].become(State.IDLE)
    pooled.made[0].stop()
    assert len(pooled.made) == 2
    pooled.made[1].become(State.IDLE)
    assert [one.request_id for one in pooled.made[1].given] == ["b"]


async def test_l12_an_init_that_failed_is_repeated_for_who_waits() -> None:
    pooled = Pooled()
    (invocation,) = pooled.invoke("a")
    pooled.made[0].stop(init_failed=True)
    assert [one.first for one in pooled.made] == [None, invocation]


async def test_an_invocation_that_nobody_waits_for_is_left_out() -> None:
    pooled = Pooled()
    cancelled, wanted = pooled.invoke("a", "b")
    cancelled.result.cancel()
    pooled.made[0].become(State.IDLE)
    assert pooled.made[0].given == [wanted]


async def test_a_failed_start_refuses_nobody_while_an_environment_lives() -> None:
    pooled = Pooled()
    (first,) = pooled.invoke("a")
    alive = pooled.made[0]
    alive.become(State.IDLE)
    waiting = pooled.invoke("b", "c")
    for environment in pooled.made[1:]:
        environment.cannot_start(OSError("too many open files"))
    await settled()
    assert not any(one.result.done() for one in waiting)
    assert len(pooled.reports) == 1
    assert "cannot be started: too many open files" in pooled.reports[0]
    done(alive)
    assert alive.given == [first, waiting[0]]


async def test_a_failed_start_refuses_all_when_no_environment_lives() -> None:
    pooled = Pooled()
    waiting = pooled.invoke("a", "b", "c")
    for environment in tuple(pooled.made):
        environment.cannot_start(ValueError("there is no Python"))
    await settled()
    for invocation in waiting:
        with pytest.raises(InvocationError, match=r"Function in .* cannot be started: there is no"):
            invocation.result.result()


async def test_code_that_cannot_be_built_is_said_to_who_asks() -> None:
    pooled = Pooled()
    (invocation,) = pooled.invoke("a")
    pooled.made[-1].cannot_start(BuildError("requirements.txt: no words"))
    await settled()
    with pytest.raises(NotRunError, match=r"^Function is not run: requirements\.txt: no words$"):
        invocation.result.result()


async def test_a_repeated_init_that_cannot_start_refuses_its_own_invocation() -> None:
    pooled = Pooled()
    first, second = pooled.invoke("a", "b")
    pooled.made[0].stop(init_failed=True)
    pooled.made[-1].cannot_start(OSError("no"))
    await settled()
    assert isinstance(first.result.exception(), InvocationError)
    assert not second.result.done()


async def test_idle_for_too_long_is_ended() -> None:
    pooled = Pooled()
    (environment,) = await pooled.idle(1)
    assert pooled.timers.made[-1].seconds == 600
    pooled.timers.made[-1].fire()
    assert environment.killed
    pooled.invoke("next")
    assert len(pooled.made) == 2


async def test_what_was_replaced_is_not_ended_again_when_its_time_comes() -> None:
    pooled = Pooled()
    one, two = await pooled.idle(2)
    one.stale = "app.py"
    assert pooled.pool.refresh() == "app.py"
    assert (one.killed, two.killed) == (True, False)
    for timer in pooled.timers.made:
        timer.fire()
    await settled()


async def test_a_taken_environment_is_not_ended_as_idle() -> None:
    pooled = Pooled()
    (environment,) = await pooled.idle(1)
    pooled.invoke("next")
    for timer in pooled.timers.made:
        timer.fire()
    assert not environment.killed


async def test_old_code_gets_no_invocation() -> None:
    pooled = Pooled()
    (environment,) = await pooled.idle(1)
    environment.stale = "app.py"
    pooled.invoke("next")
    assert environment.killed
    assert len(pooled.made) == 2


async def test_who_waited_when_an_environment_began_is_served_though_its_code_was_saved_since() -> (
    None
):
    pooled = Pooled(inits=1)
    a, b, c = pooled.invoke("a", "b", "c")
    pooled.made[0].become(State.IDLE)
    _, second = pooled.made
    (later,) = pooled.invoke("later")
    second.stale = "app.py"
    second.become(State.IDLE)
    done(second)
    assert (pooled.made[0].given, second.given) == ([a], [b, c])
    done(second)
    assert (second.given, second.killed) == ([b, c], True)
    pooled.made[-1].become(State.IDLE)
    assert pooled.made[-1].given == [later]


async def test_who_gave_up_waiting_makes_nobody_older() -> None:
    pooled = Pooled(inits=1)
    (gone,) = pooled.invoke("gone")
    (later,) = pooled.invoke("later")
    gone.result.cancel()
    pooled.made[0].stale = "app.py"
    pooled.made[0].become(State.IDLE)
    assert (pooled.made[0].given, pooled.made[0].killed) == ([], True)
    pooled.made[1].become(State.IDLE)
    assert pooled.made[1].given == [later]


async def test_when_all_idle_ones_are_replaced_one_is_started_ahead() -> None:
    pooled = Pooled()
    (environment,) = await pooled.idle(1)
    assert pooled.pool.refresh() is None
    environment.stale = "app.py"
    pooled.pool.refresh()
    assert len(pooled.made) == 2


async def test_a_place_that_is_not_free_yet_is_not_taken_ahead() -> None:
    pooled = Pooled(most=1)
    (environment,) = await pooled.idle(1)
    environment.stale = "app.py"
    pooled.pool.refresh()
    assert len(pooled.made) == 1


async def test_close_ends_all_and_refuses_who_waits() -> None:
    pooled = Pooled(inits=1)
    _, waiting = pooled.invoke("a", "b")
    pooled.made[0].become(State.IDLE)
    await pooled.pool.close()
    assert all(environment.killed for environment in pooled.made)
    with pytest.raises(InvocationError, match="shutting down"):
        waiting.result.result()
