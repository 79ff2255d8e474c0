"""The states of one environment: its process only sleeps, and the test speaks for its runtime."""

import asyncio
import json
import os
import resource
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from runtime.conftest import FUNCTION
from runtime.fakes import an_invocation
from visitplannr.runtime.environment import ExecutionEnvironment
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.lifecycle import State
from visitplannr.runtime.memory import MemoryWatch
from visitplannr.runtime.place import Place
from visitplannr.runtime.process import start_in_session
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.sandbox import Sandbox
from visitplannr.runtime.settings import HostSettings

if TYPE_CHECKING:
    from visitplannr.model.invocation import Begun

NEXT = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n"
API = "AWS_LAMBDA_RUNTIME_API"
Prepare = Callable[[Mapping[str, str]], Awaitable[None]]


class Life:
    """An environment and what is seen of it; `before_start` runs when its process is due."""

    def __init__(
        self,
        runtimes: Runtimes,
        work: Path,
        *,
        before_start: Prepare | None = None,
        timeout: int = 30,
        first: Invocation | None = None,
        place: Place | None = None,
        **limits: Any,
    ) -> None:
        self.work = work
        self.lines: list[str] = []
        self.reports: list[str] = []
        self.states: list[State] = []
        self.started = asyncio.Event()
        self._before_start = before_start
        self._connections: list[asyncio.StreamWriter] = []
        settings = HostSettings(
            Sandbox("us-east-1", "k", "s", "t", "http://127.0.0.1:1", os.environ["PATH"], work),
            runtimes,
            self._start,
            lambda event: self.lines.append(event.message),
            self.reports.append,
            belongs_to=lambda *_: True,
            **limits,
        )
        function = replace(FUNCTION, timeout=timeout)
        self.environment = ExecutionEnvironment(
            function, settings, MemoryWatch(), self._note, first, place
        )

    async def _start(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], output: int
    ) -> asyncio.subprocess.Process:
        self.api = env[API]
        if self._before_start:
            await self._before_start(env)
        self.process = await start_in_session(["sleep", "60"], cwd=cwd, env=env, output=output)
        self.started.set()
        return self.process

    def _note(self, environment: ExecutionEnvironment) -> None:
        self.states.append(environment.state)

    async def reached(self, *states: State) -> None:
        """Wait until these were the states that others were told of."""
        for _ in range(2000):
            if self.states == list(states):
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"{self.states} instead of {states}")

    @asynccontextmanager
    async def lived(self) -> AsyncIterator[None]:
        """Run it; at the end wait for its own."""
        run = asyncio.ensure_future(self.environment.run())
        try:
            await asyncio.wait_for(self.started.wait(), 20)
            yield
        finally:
            self.environment.kill()
            await asyncio.wait_for(run, 20)
            for writer in self._connections:
                writer.close()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*self.api.split(":"))
        self._connections.append(writer)
        return reader, writer

    async def asks(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Ask for work as the runtime does."""
        reader, writer = await self.connect()
        writer.write(NEXT)
        return reader, writer

    def kinds(self) -> list[str]:
        return [line.split()[0] for line in self.lines]


Begin = Callable[..., Life]


@pytest.fixture
def begin(runtimes: Runtimes, tmp_path: Path) -> Begin:
    def make(**given: Any) -> Life:
        return Life(runtimes, tmp_path / "work", **given)

    return make


def answer(request_id: str) -> bytes:
    path = f"/2018-06-01/runtime/invocation/{request_id}/response"
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1".encode()


async def test_who_asks_before_its_start_is_over_finds_a_complete_environment(
    begin: Begin,
) -> None:
    states: list[State] = []
    asked: list[asyncio.StreamReader] = []

    async def ask(_env: Mapping[str, str]) -> None:
        reader, _ = await life.asks()
        asked.append(reader)
        await asyncio.sleep(0.1)
        states.append(life.environment.state)

    life = begin(before_start=ask)
    async with life.lived():
        await life.reached(State.IDLE)
        assert states == [State.INIT]
        life.environment.invoke(an_invocation())
        assert (await asked[0].readline()).startswith(b"HTTP/1.1 200 ")


async def test_the_limit_of_a_step_ends_with_it(begin: Begin) -> None:
    """Neither init's limit nor that of the last invocation ends one that comes later."""
    life = begin(timeout=1, init_seconds=0.5, next_seconds=0.5)
    async with life.lived():
        _, writer = await life.asks()
        await life.reached(State.IDLE)
        life.environment.invoke(an_invocation("one"))
        writer.write(answer("one") + NEXT)
        await life.reached(State.IDLE, State.IDLE)
        await asyncio.sleep(1.2)
        assert life.process.returncode is None
        assert life.environment.state is State.IDLE


async def test_an_init_that_is_not_needed_any_more_has_not_failed(begin: Begin) -> None:
    life = begin()
    async with life.lived():
        life.environment.kill()
    assert life.kinds() == ["INIT_START"]
    assert life.states == [State.STOPPED]
    assert not life.environment.init_failed


async def test_l13_an_init_that_takes_too_long(begin: Begin) -> None:
    life = begin(init_seconds=0.01)
    async with life.lived():
        await life.reached(State.STOPPED)
    assert life.kinds() == ["INIT_START", "INIT_REPORT"]
    assert life.lines[-1].endswith("Phase: init\tStatus: timeout")
    assert life.environment.init_failed


async def test_l13_an_init_that_ends_by_a_signal_is_an_error_and_no_timeout(begin: Begin) -> None:
    life = begin()
    async with life.lived():
        os.kill(life.process.pid, signal.SIGSEGV)
        await life.reached(State.STOPPED)
    assert life.lines[-1].endswith("Status: error\tError Type: Runtime.ExitError")


def descriptors() -> list[str]:
    return sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names are enough


async def fails(_env: Mapping[str, str]) -> None:
    raise OSError("no more processes")


@asynccontextmanager
async def no_descriptors(_work: Path) -> AsyncIterator[None]:
    """Let no further file be opened: the next number would be over the limit."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@asynccontextmanager
async def no_folder(work: Path) -> AsyncIterator[None]:
    await asyncio.to_thread(work.touch)
    yield


@asynccontextmanager
async def nothing_wrong(_work: Path) -> AsyncIterator[None]:
    yield


FAULTS: list[Any] = [
    pytest.param(no_folder, None, id="no folder"),
    pytest.param(no_descriptors, None, id="no pipe"),
    pytest.param(nothing_wrong, fails, id="no process"),
]


@pytest.mark.parametrize(("fault", "before_start"), FAULTS)
async def test_nothing_is_left_of_one_that_cannot_be_started(
    begin: Begin, fault: Any, before_start: Prepare | None
) -> None:
    await asyncio.to_thread(lambda: None)  # its thread is made with descriptors of its own
    life = begin(before_start=before_start)
    before = descriptors()
    async with fault(life.work):
        with pytest.raises(OSError):  # noqa: PT011 - each fault has a text of its own
            await life.environment.run()
    assert descriptors() == before
    assert not life.work.is_dir() or not list(life.work.iterdir())


async def test_nothing_is_left_of_one_that_has_lived(begin: Begin) -> None:
    life = begin()
    async with life.lived():
        pass
    assert list(life.work.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        await life.connect()


async def test_l14_one_whose_process_fails_leaves_its_place(begin: Begin) -> None:
    life = begin()
    async with life.lived():
        life.environment.next_invocation(lambda _: None)
        life.environment.invoke(an_invocation())
        os.kill(life.process.pid, signal.SIGSEGV)
        await life.reached(State.IDLE, State.STOPPED)
    left = life.environment.left
    assert left
    assert left.temporary.is_dir()
    other = begin(first=an_invocation(), place=left)
    async with other.lived():
        other.environment.next_invocation(lambda _: None)
        assert other.kinds() == ["START"]


async def test_who_does_not_ask_for_more_is_overdue_until_it_asks(begin: Begin) -> None:
    life = begin(next_seconds=0.01)
    async with life.lived():
        _, writer = await life.asks()
        await life.reached(State.IDLE)
        invocation = an_invocation("one")
        life.environment.invoke(invocation)
        writer.write(answer("one"))
        await life.reached(State.IDLE, State.OVERDUE)
        assert (await invocation.result).payload == b"1"
        assert "REPORT" not in life.kinds()
        writer.write(NEXT)
        await life.reached(State.IDLE, State.OVERDUE, State.IDLE)
        assert life.kinds()[-1] == "REPORT"


async def test_who_never_asks_for_more_is_ended_by_the_timeout(begin: Begin) -> None:
    life = begin(timeout=1, next_seconds=0.01)
    async with life.lived():
        _, writer = await life.asks()
        await life.reached(State.IDLE)
        life.environment.invoke(an_invocation("one"))
        writer.write(answer("one"))
        await life.reached(State.IDLE, State.OVERDUE, State.STOPPED)
    assert life.kinds() == ["INIT_START", "START", "END", "REPORT"]


async def test_who_hangs_up_while_it_waits_is_gone(begin: Begin) -> None:
    life = begin()
    async with life.lived():
        _, writer = await life.asks()
        await life.reached(State.IDLE)
        writer.close()
        await life.reached(State.IDLE, State.STOPPED)
        assert await asyncio.wait_for(life.process.wait(), 20) == -signal.SIGKILL
    assert life.states == [State.IDLE, State.STOPPED]
    assert life.kinds() == ["INIT_START"]


async def test_l2_a_second_one_that_asks_takes_nothing_away(begin: Begin) -> None:
    life = begin()
    async with life.lived():
        reader, writer = await life.asks()
        await life.reached(State.IDLE)
        other, intruder = await life.asks()
        assert (await asyncio.wait_for(other.readline(), 10)).startswith(b"HTTP/1.1 403 ")
        intruder.close()
        invocation = an_invocation("one")
        life.environment.invoke(invocation)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        other, _ = await life.asks()
        assert (await asyncio.wait_for(other.readline(), 10)).startswith(b"HTTP/1.1 403 ")
        writer.write(answer("one"))
        assert (await asyncio.wait_for(invocation.result, 20)).payload == b"1"


async def test_a_runtime_may_have_a_connection_for_each_call(begin: Begin) -> None:
    life = begin()
    async with life.lived():
        reader, writer = await life.asks()
        await life.reached(State.IDLE)
        invocation = an_invocation("one")
        life.environment.invoke(invocation)
        await reader.readuntil(b"\r\n\r\n{}")
        writer.close()
        _, writer = await life.connect()
        writer.write(answer("one"))
        assert (await asyncio.wait_for(invocation.result, 20)).payload == b"1"
        writer.close()
        await life.asks()
        await life.reached(State.IDLE, State.IDLE)


async def test_a_repeated_init_that_takes_too_long_fails_its_invocation(begin: Begin) -> None:
    first = an_invocation("one")
    life = begin(first=first, timeout=1)
    async with life.lived():
        error = json.loads((await asyncio.wait_for(first.result, 20)).payload)
        assert error["errorType"] == "Sandbox.Timedout"
        await life.reached(State.STOPPED)
    wanted = ["INIT_START", "INIT_REPORT", "START", "one", "END", "REPORT"]
    assert life.kinds() == wanted


async def test_a_debugged_one_starts_when_its_port_is_free(begin: Begin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        life = begin(debug_ports={"Function": port})
        run = asyncio.ensure_future(life.environment.run())
        await asyncio.sleep(0.2)
        assert not life.started.is_set()
    await asyncio.wait_for(life.started.wait(), 20)
    (waits,) = life.reports
    assert waits.startswith(f"Function waits for a debugger on port {port} (127.0.0.1)")
    life.environment.kill()
    await run


async def test_a_debugged_one_that_waits_for_its_port_can_be_ended(begin: Begin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        life = begin(debug_ports={"Function": held.getsockname()[1]})
        run = asyncio.ensure_future(life.environment.run())
        await asyncio.sleep(0.1)
        life.environment.kill()
        await asyncio.wait_for(run, 20)
    assert not life.started.is_set()


async def test_one_that_is_ended_while_it_starts_lives_no_longer(begin: Begin) -> None:
    async def end(_env: Mapping[str, str]) -> None:
        life.environment.kill()

    life = begin(before_start=end)
    await asyncio.wait_for(life.environment.run(), 20)
    assert life.process.returncode == -signal.SIGKILL
    assert life.states == [State.STOPPED]


async def test_an_invocation_has_begun_before_its_function_can_call_anybody(begin: Begin) -> None:
    seen: list[Begun] = []
    delivered: list[float] = []
    life = begin(observe=seen.append)
    async with life.lived():
        life.environment.next_invocation(lambda _: delivered.append(time.time()))
        life.environment.invoke(an_invocation())
    assert seen[0].time <= delivered[0]
