"""What the guardian is told, and what happens without it."""

import asyncio
import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest
from visitplannr.up.processes import Processes

# A guardian that writes down what it is told.
SCRIBE = 'exec cat >> "$0"'
SLEEP = ("sleep", "60")


def scribe(notes: Path) -> tuple[str, ...]:
    notes.touch()
    return ("/bin/sh", "-c", SCRIBE, str(notes))


class Started:
    """Starts processes that write nowhere."""

    def __init__(self, processes: Processes, folder: Path) -> None:
        self._processes = processes
        self._folder = folder

    async def __call__(
        self, *command: str, ends_with: signal.Signals = signal.SIGKILL, marker: str | None = None
    ) -> asyncio.subprocess.Process:
        return await self._processes.start(
            command,
            cwd=self._folder,
            env={"PATH": os.defpath},
            output=subprocess.DEVNULL,
            ends_with=ends_with,
            marker=marker,
        )


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def ended(process: asyncio.subprocess.Process) -> None:
    """End a process, and let that be noted."""
    process.kill()
    await process.wait()
    await turns()


async def test_the_guardian_is_told_what_to_watch_and_how_it_ends(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with Processes(command=scribe(notes)) as processes:
        start = Started(processes, tmp_path)
        backend = await start(*SLEEP, ends_with=signal.SIGTERM)
        environment = await start(*SLEEP, marker="STREAM=one")
        await ended(backend)
    assert notes.read_text().splitlines() == [
        f"watch {backend.pid} 15 ",
        f"watch {environment.pid} 9 STREAM=one",
        f"forget {backend.pid}",
    ]
    await ended(environment)


async def test_a_guardian_that_was_ended_is_replaced_and_told_again(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    said: asyncio.Queue[str] = asyncio.Queue()
    with Processes(command=scribe(notes)) as processes:
        start = Started(processes, tmp_path)
        gone, left = await start(*SLEEP), await start(*SLEEP)
        await ended(gone)
        guarding = asyncio.create_task(processes.guard(said.put_nowait))
        processes._guardian.kill()
        notes.unlink()
        assert "another one takes its place" in await said.get()
        await turns()
        guarding.cancel()
        later = await start(*SLEEP)
        await asyncio.gather(guarding, return_exceptions=True)
    assert notes.read_text().splitlines() == [f"watch {left.pid} 9 ", f"watch {later.pid} 9 "]
    await ended(left)
    await ended(later)


async def test_without_this_process_the_guardian_ends_what_is_left(tmp_path: Path) -> None:
    with Processes() as processes:
        left = await Started(processes, tmp_path)(*SLEEP)
    assert await left.wait() == -signal.SIGKILL


async def test_a_descriptor_is_held_until_the_guardian_has_ended(tmp_path: Path) -> None:
    read, write = os.pipe()
    with Processes(held=[write]):
        os.close(write)
        os.set_blocking(read, False)
        with pytest.raises(BlockingIOError):
            os.read(read, 1)
    assert os.read(read, 1) == b""
    os.close(read)


async def test_functions_have_a_usual_umask_whatever_ours_is(tmp_path: Path) -> None:
    ours, made = os.umask(0o077), tmp_path / "made"
    try:
        with Processes(command=scribe(tmp_path / "notes")) as processes:
            environment = {"AWS_LAMBDA_LOG_STREAM_NAME": "x", "PATH": os.defpath}
            process = await processes.start_environment(
                ("touch", str(made)), cwd=tmp_path, env=environment, output=subprocess.DEVNULL
            )
            await process.wait()
    finally:
        os.umask(ours)
    assert stat.S_IMODE(made.stat().st_mode) == 0o644


async def test_a_guardian_that_stands_still_is_not_waited_for(tmp_path: Path) -> None:
    """Neither at the end, nor when it has not read for so long that its pipe is full."""
    said: asyncio.Queue[str] = asyncio.Queue()
    with Processes(command=("sleep", "60")) as processes:
        guarding = asyncio.create_task(processes.guard(said.put_nowait))
        for _ in range(2):
            processes._tell("x" * 2**19)
        processes._guardian.send_signal(signal.SIGSTOP)
        processes._tell("one more")
        assert "another one takes its place" in await said.get()
        processes._command = ("cat",)
        processes._guardian.kill()
        assert "another one takes its place" in await said.get()
        await turns()
        processes._guardian.send_signal(signal.SIGSTOP)
        guarding.cancel()
        await asyncio.gather(guarding, return_exceptions=True)
