"""MemorySize is a limit on what is really resident (lambda-runtime.md L29, L53, L54)."""

import asyncio
import json
import os

import pytest
from runtime.conftest import Run
from visitplannr.runtime.memory import MemoryWatch


async def test_l29_over_its_memory_a_function_is_killed(run: Run) -> None:
    async with run("app.fill", memory=128) as running:
        payload, error = await running.invoke(b"400")
        assert error == "Unhandled"
        assert json.loads(payload)["errorType"] == "Runtime.OutOfMemory"
        assert json.loads(payload)["errorMessage"].endswith("signal: killed")
        (report,) = await running.logged("REPORT")
        assert "Memory Size: 128 MB\tMax Memory Used: 128 MB\t" in report
        assert report.endswith("Status: error\tError Type: Runtime.OutOfMemory")
        assert await running.invoke(b"1") == (b'"done"', None)


async def test_l53_its_children_count(run: Run) -> None:
    async with run("app.child_fills", memory=128) as running:
        payload, _ = await running.invoke()
        assert json.loads(payload)["errorType"] == "Runtime.OutOfMemory"


async def test_l41_the_peak_is_reported_and_never_falls(run: Run) -> None:
    async with run("app.fill", memory=256) as running:
        for size in (b"100", b"1"):
            assert await running.invoke(size) == (b'"done"', None)
        for report in await running.logged("REPORT", 2):
            used = int(report.split("Max Memory Used: ")[1].split(" ")[0])
            assert 100 <= used <= 160


class Watched:
    """Counts how often it is checked; each check may fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.checks = 0
        self._error = error

    def check_memory(self) -> None:
        self.checks += 1
        if self._error:
            raise self._error


async def test_a_check_that_fails_ends_the_watch_over_nobody_else() -> None:
    said: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: said.append(context["exception"]))
    error = AttributeError("half made")
    watch, broken, others = MemoryWatch(0.001), Watched(error), [Watched() for _ in range(5)]
    for one in (others[0], broken, *others[1:]):
        watch.add(one)
    for _ in range(1000):
        if min(other.checks for other in others) > 3:
            break
        await asyncio.sleep(0.005)
    assert min(other.checks for other in others) > 3
    assert said == [error] * broken.checks
    for one in others:
        watch.discard(one)


@pytest.mark.parametrize("own_session", [False, True])
async def test_l14_hundreds_of_children_end_with_their_function(
    run: Run, own_session: bool
) -> None:
    seconds = f"600.{os.getpid()}"
    event = json.dumps({"session": own_session, "seconds": seconds}).encode()
    async with run("app.fork_many", timeout=2, memory=1024) as running:
        payload, _ = await running.invoke(event)
        assert json.loads(payload)["errorType"] == "Sandbox.Timedout"
        assert not await sleeping_children(seconds)


async def sleeping_children(seconds: str) -> int:
    """Count those of this test run alone, which sleep so long; wait for them to end."""
    pattern = f"^/bin/sleep {seconds}".replace(".", "[.]")
    for _ in range(200):
        listing = await asyncio.create_subprocess_exec(
            "pgrep", "-fc", f"{pattern}$", stdout=asyncio.subprocess.PIPE
        )
        count = int((await listing.communicate())[0])
        if not count:
            return 0
        await asyncio.sleep(0.05)
    return count
