"""A backend that ends by itself is started again, with the stack; but not over and over."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest
from visitplannr.backend.embedded.child import BackendError
from visitplannr.deployment.errors import DeploymentError
from visitplannr.model.application import Application
from visitplannr.up.kept_backend import kept

APPLICATION = Application("stack", "us-east-1", "1", (), (), (), {})


class Backend:
    """Notes what is done with it; ends when the test says so."""

    endpoint_url = "http://127.0.0.1:1"
    log = Path("backend.log")

    def __init__(self) -> None:
        self.done: list[str] = []
        self.said = ""
        self.exits: asyncio.Queue[int] = asyncio.Queue()
        self.loop = asyncio.get_running_loop()

    def end(self) -> None:
        """End it from any thread."""
        self.loop.call_soon_threadsafe(self.exits.put_nowait, -9)

    async def start(self) -> None:
        self.done.append("start")

    async def ready(self) -> None:
        self.done.append("ready")

    async def ended(self) -> int:
        return await self.exits.get()

    def last_words(self) -> str:
        return self.said

    @contextlib.asynccontextmanager
    async def replaced(self) -> AsyncIterator[None]:
        self.done.append("replaced")
        yield
        self.done.append("itself")

    async def stop(self) -> None:
        self.done.append("stop")


class Serving:
    def __init__(self) -> None:
        self.served = asyncio.Event()

    def serve(self, application: Application) -> None:
        assert application is APPLICATION
        self.served.set()

    def refresh(self, saved: Collection[str] = ()) -> list[str]:
        return []


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_it_is_started_again_and_the_stack_made_again() -> None:
    backend, serving, said, clock = Backend(), Serving(), list[str](), Clock()
    async with kept(backend, clock) as it:
        it.restore_with(lambda: APPLICATION, serving)
        running = asyncio.create_task(it.run(said.append))
        for _ in range(2):
            serving.served.clear()
            clock.now += 60
            backend.exits.put_nowait(-9)
            await asyncio.wait_for(serving.served.wait(), 10)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    again = ["replaced", "start", "ready", "itself"]
    assert backend.done == ["start", *again, *again, "stop"]
    assert said[0].startswith("The embedded backend ended with exit code -9; it is started again")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", r"exit code 1; its log is backend\.log"),
        ("a.sqlite: is damaged", r"^a\.sqlite: is damaged$"),
    ],
)
async def test_one_that_ends_before_there_is_a_stack_ends_all(said: str, why: str) -> None:
    backend = Backend()
    backend.said = said
    backend.exits.put_nowait(1)
    async with kept(backend) as it:
        with pytest.raises(BackendError, match=why):
            await it.run(lambda _: None)


@pytest.mark.parametrize("while_it", ["boots", "is given its stack"])
async def test_one_that_ends_while_it_is_started_again_is_started_once_more(while_it: str) -> None:
    backend, serving, said = Backend(), Serving(), list[str]()
    tries = iter(range(2))

    def made() -> Application:
        if not next(tries) and while_it != "boots":
            backend.end()
            raise DeploymentError("Connection reset")
        return APPLICATION

    async def ready() -> None:
        if backend.done.count("start") == 2 and while_it == "boots":
            backend.exits.put_nowait(-9)
            raise BackendError("ended while starting")

    backend.ready = ready  # type: ignore[method-assign]
    async with kept(backend, Clock()) as it:
        it.restore_with(made, serving)
        running = asyncio.create_task(it.run(said.append))
        backend.exits.put_nowait(-9)
        await asyncio.wait_for(serving.served.wait(), 10)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert backend.done.count("start") == 3
    assert [line.partition(" is back")[0] for line in said][2:] == ["The embedded backend"]


async def test_it_is_whole_once_the_stack_is_there_again() -> None:
    backend, serving, whole = Backend(), Serving(), list[bool]()
    async with kept(backend, Clock()) as it:

        def made() -> Application:
            whole.append(it.is_whole())
            return APPLICATION

        it.restore_with(made, serving)
        running = asyncio.create_task(it.run(lambda _: None))
        whole.append(it.is_whole())
        backend.exits.put_nowait(-9)
        await asyncio.wait_for(serving.served.wait(), 10)
        whole.append(it.is_whole())
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert whole == [True, False, True]


async def test_what_it_refuses_while_it_runs_ends_all() -> None:
    def refused() -> Application:
        raise DeploymentError("no such parameter")

    backend = Backend()
    async with kept(backend, Clock()) as it:
        it.restore_with(refused, Serving())
        backend.exits.put_nowait(-9)
        with pytest.raises(DeploymentError, match="no such parameter"):
            await asyncio.wait_for(it.run(lambda _: None), 10)


async def test_one_that_ends_again_and_again_ends_all() -> None:
    backend, serving, clock = Backend(), Serving(), Clock()
    async with kept(backend, clock) as it:
        it.restore_with(lambda: APPLICATION, serving)
        for _ in range(4):
            backend.exits.put_nowait(1)
        with pytest.raises(BackendError):
            await asyncio.wait_for(it.run(lambda _: None), 10)
    assert backend.done.count("start") == 4
