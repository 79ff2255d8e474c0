"""Processes that are started without a copy of this one are awaited as asyncio's are."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from visitplannr.runtime.started import Started

PidfdOpen = Callable[[int], int] | None
WAYS = [
    pytest.param(os.pidfd_open, id="by a descriptor"),
    pytest.param(None, id="in a thread"),
]


def start(command: str, pidfd_open: PidfdOpen) -> Started:
    return Started(subprocess.Popen(["sh", "-c", command]), pidfd_open)


@pytest.mark.parametrize("pidfd_open", WAYS)
async def test_all_who_wait_get_the_exit_code(pidfd_open: PidfdOpen) -> None:
    process = start("exit 3", pidfd_open)
    assert set(await asyncio.gather(process.wait(), process.wait())) == {3}
    assert process.returncode == 3
    assert await process.wait() == 3


@pytest.mark.parametrize("pidfd_open", WAYS)
async def test_who_stops_waiting_does_not_stop_the_others(pidfd_open: PidfdOpen) -> None:
    process = start("exec sleep 1000", pidfd_open)
    waiting = asyncio.create_task(process.wait())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(process.wait(), 0.01)
    assert process.returncode is None
    process.terminate()
    assert await waiting == -signal.SIGTERM


@pytest.mark.parametrize("pidfd_open", WAYS)
async def test_it_can_be_killed(pidfd_open: PidfdOpen) -> None:
    process = start("exec sleep 1000", pidfd_open)
    process.kill()
    assert await process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("pidfd_open", WAYS)
async def test_a_signal_reaches_it(pidfd_open: PidfdOpen) -> None:
    process = start("exec sleep 1000", pidfd_open)
    process.send_signal(signal.SIGINT)
    assert await process.wait() == -signal.SIGINT


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_descriptors_are_closed() -> None:
    before = open_descriptors()
    for _ in range(5):
        await start("exit 0", os.pidfd_open).wait()
    assert open_descriptors() <= before + 2
