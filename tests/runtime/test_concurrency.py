"""What the functions of a host share, and who gets what is idle (lambda-runtime.md L17 to L19)."""

import asyncio

import pytest
from runtime.conftest import Run, Running
from visitplannr.model.invocation import ThrottledError


async def test_l18_the_accounts_concurrency_is_a_bound_for_all_functions(run: Run) -> None:
    async with run("app.sleep", account_concurrency=2) as running:
        first, second = (asyncio.ensure_future(running.invoke(b"0.3")) for _ in range(2))
        await asyncio.sleep(0)
        with pytest.raises(ThrottledError) as throttled:
            await running.invoke(b"0")
        assert throttled.value.reason == "ConcurrentInvocationLimitExceeded"
        assert [error for _, error in await asyncio.gather(first, second)] == [None, None]
        assert (await running.invoke(b"0"))[1] is None


async def test_l17_the_environment_that_was_used_last_is_taken_first(run: Run) -> None:
    async with run("app.sleep") as running:
        before = await used_both(running)
        for number in range(3):
            await running.invoke(b"0")
            await running.logged("END", before + number + 1)
        last, *later = ended_in(running)[before - 1 :]
        assert set(later) == {last}


async def used_both(running: Running) -> int:
    """Use two environments at once; they end one after the other. Say how many ENDs there were.

    While the second starts, the first may have served both invocations: then once more.
    """
    ends = 0
    while len(set(ended_in(running)[-2:])) < 2:
        ends += 2
        await asyncio.gather(running.invoke(b"0.1"), running.invoke(b"0.1"))
        await running.logged("END", ends)
    return ends


def ended_in(running: Running) -> list[str]:
    return [event.log_stream for event in running.events if event.message.startswith("END")]
