"""One application is exchanged for another: who answers, and when the old host ends."""

import asyncio
from collections.abc import Collection

import pytest
from visitplannr.gateway.asgi import App, Message, Receive, Send
from visitplannr.model.application import Application
from visitplannr.up.switch import Host, Switch

NAMES = ("first", "second")


async def nothing(_scope: Message, _receive: Receive, _send: Send) -> None: ...


class Served:
    """What a server served: its requests are answered when a test says so."""

    def __init__(self) -> None:
        self.answered = asyncio.Event()

    async def quiet(self) -> None:
        await self.answered.wait()


class Server:
    def __init__(self, told: list[str]) -> None:
        self.before = Served()
        self._told = told

    def serve(self, app: App) -> Served:
        self._told.append("serve")
        return self.before

    async def end(self) -> None:
        self._told.append("requests end")


class FakeHost:
    """Tells what it was asked for."""

    def __init__(self, name: str, told: list[str]) -> None:
        self._name = name
        self._told = told

    def warm(self) -> None:
        self._told.append(f"{self._name} warms")

    def refresh(self, saved: Collection[str] = ()) -> list[str]:
        return [f"/{self._name}/app.py"]

    async def retire(self) -> None:
        self._told.append(f"{self._name} retires")

    async def close(self) -> None:
        self._told.append(f"{self._name} closes")


class Stage:
    """A switch with fakes around it; `told` is what they were asked for, in its order."""

    def __init__(self, tasks: asyncio.TaskGroup, *, patience: float = 30.0) -> None:
        self.told: list[str] = []
        self.server = Server(self.told)
        self.switch = Switch(self.server, self._make, tasks, patience)

    def _make(self, application: Application) -> tuple[Host, App]:
        if application.stack_name == "unmakeable":
            raise ValueError("no such application")
        return FakeHost(application.stack_name, self.told), nothing


def application(name: str) -> Application:
    return Application(name, "us-east-1", "000000000000", (), (), (), {})


async def turns() -> None:
    """Let all tasks go on as far as they can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_environments_are_started_before_requests_come() -> None:
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(tasks)
        stage.switch.serve(application("first"))
    assert stage.told == ["first warms", "serve"]


async def test_a_host_is_retired_only_after_the_requests_under_way() -> None:
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(tasks)
        for name in NAMES:
            stage.switch.serve(application(name))
        await turns()
        assert stage.told == ["first warms", "serve", "second warms", "serve"]
        stage.server.before.answered.set()
        await turns()
        assert stage.told[4:] == ["first retires"]


async def test_a_request_without_an_end_keeps_no_host() -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        stage = Stage(tasks, patience=0.01)
        for name in NAMES:
            stage.switch.serve(application(name))
    assert stage.told[4:] == ["first retires"]


async def test_at_the_end_requests_end_before_what_they_run_on() -> None:
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(tasks)
        async with stage.switch:
            stage.switch.serve(application("first"))
    assert stage.told[2:] == ["requests end", "first closes"]


async def test_at_the_end_hosts_that_are_being_retired_are_closed_too() -> None:
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(tasks)
        async with stage.switch:
            for name in NAMES:
                stage.switch.serve(application(name))
            await turns()
        assert stage.told[4:] == ["requests end", "first closes", "second closes"]
        stage.server.before.answered.set()


async def test_a_retired_host_is_not_closed_again() -> None:
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(tasks)
        async with stage.switch:
            for name in NAMES:
                stage.switch.serve(application(name))
            stage.server.before.answered.set()
            await turns()
    assert stage.told[4:] == ["first retires", "requests end", "second closes"]


async def test_what_cannot_be_made_leaves_the_one_before() -> None:
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(tasks)
        async with stage.switch:
            stage.switch.serve(application("first"))
            with pytest.raises(ValueError, match="no such application"):
                stage.switch.serve(application("unmakeable"))
            assert stage.switch.refresh() == ["/first/app.py"]
    assert stage.told[2:] == ["requests end", "first closes"]


async def test_nothing_is_refreshed_before_there_is_an_application() -> None:
    async with asyncio.TaskGroup() as tasks:
        assert Stage(tasks).switch.refresh() == []
