import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import uvloop
from visitplannr.model.application import Function
from visitplannr.runtime.host import RuntimeHost
from visitplannr.runtime.interpreter import OWN, Interpreter
from visitplannr.runtime.platform_log import LogEvent
from visitplannr.runtime.process import start_in_session
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.sandbox import Sandbox
from visitplannr.runtime.settings import HostSettings

HANDLERS = Path(__file__).parent / "handlers"
FUNCTION = Function(
    logical_id="Function",
    name="stack-Function-1",
    arn="arn:aws:lambda:us-east-1:000000000000:function:stack-Function-1",
    handler="app.echo",
    runtime="python3.13",
    code=HANDLERS,
    environment={"TABLE": "events"},
)


class Running:
    """A host with one function, and what its environments logged."""

    def __init__(self, host: RuntimeHost, events: list[LogEvent], reports: list[str]) -> None:
        self.host = host
        self.events = events
        self.reports = reports

    @property
    def lines(self) -> list[str]:
        return [event.message for event in self.events]

    @property
    def environments(self) -> int:
        return len({event.log_stream for event in self.events})

    async def invoke(self, payload: bytes = b"{}") -> tuple[bytes, str | None]:
        result = await self.host.invoke("Function", payload)
        return result.payload, result.function_error

    async def logged(self, start_of_line: str, times: int = 1) -> list[str]:
        """Wait until lines with that start were logged: END and REPORT come after the answer."""
        for _ in range(1000):
            if len(found := [x for x in self.lines if x.startswith(start_of_line)]) >= times:
                return found
            await asyncio.sleep(0.01)
        raise AssertionError(f"no {start_of_line!r} in {self.lines}")


Run = Callable[..., AbstractAsyncContextManager[Running]]


class OwnPython(Runtimes):
    """Runs every Python function on the interpreter of these tests."""

    def interpreter(self, function: Function) -> Interpreter:
        return super().interpreter(replace(function, runtime=OWN))


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run on the loop that `visitplannr up` runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def runtimes(tmp_path_factory: pytest.TempPathFactory) -> Runtimes:
    return OwnPython(tmp_path_factory.mktemp("packages"), os.environ["PATH"], Path.home())


@pytest.fixture
def run(tmp_path: Path, runtimes: Runtimes) -> Run:
    @asynccontextmanager
    async def running(
        handler: str,
        *,
        idle_seconds: float = 600,
        init_seconds: float = 10,
        account_concurrency: int = 1000,
        next_seconds: float = 1,
        on: Runtimes = runtimes,
        debug_ports: Mapping[str, int] = MappingProxyType({}),
        **changes: Any,
    ) -> AsyncIterator[Running]:
        events: list[LogEvent] = []
        reports: list[str] = []
        sandbox = Sandbox(
            region="us-east-1",
            access_key_id="test",
            secret_access_key="test",
            session_token="test",
            endpoint_url="http://127.0.0.1:1",
            path=os.environ["PATH"],
            work=tmp_path / "tmp",
        )
        settings = HostSettings(
            sandbox,
            on,
            start_in_session,
            events.append,
            reports.append,
            init_seconds=init_seconds,
            idle_seconds=idle_seconds,
            next_seconds=next_seconds,
            debug_ports=debug_ports,
            account_concurrency=account_concurrency,
        )
        function = replace(FUNCTION, handler=handler, **changes)
        host = RuntimeHost([function], settings)
        try:
            yield Running(host, events, reports)
        finally:
            await host.close()

    return running
