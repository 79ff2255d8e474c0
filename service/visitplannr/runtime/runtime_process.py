"""The process of an execution environment, and what it has of this machine while it lives.

That is a folder for its temporary files, a pipe that it writes to, and the socket of its Runtime
API. Connections to that wait in the socket until somebody serves it, so that a runtime which asks
at once finds an environment that is complete.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

from visitplannr.model.application import Function
from visitplannr.runtime.environment_log import EnvironmentLog
from visitplannr.runtime.launch import launch
from visitplannr.runtime.notes import note_inputs
from visitplannr.runtime.output import Output
from visitplannr.runtime.place import Place
from visitplannr.runtime.preparation import Prepared
from visitplannr.runtime.process import kill_all
from visitplannr.runtime.settings import HostSettings


@dataclass(frozen=True, slots=True)
class RuntimeProcess:
    """A process that runs, with its socket, its pipe and the access key that it was given."""

    process: asyncio.subprocess.Process
    listener: socket.socket
    output: Output
    access_key: str

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        """End it, and all that it has started, at once."""
        if self.process.returncode is None:
            kill_all(self.process)

    async def ended(self) -> int:
        """Wait for its end and read the rest of what it has written; give its return code."""
        returncode = await self.process.wait()
        kill_all(self.process)
        self.output.drain()
        return returncode


@contextlib.asynccontextmanager
async def runtime_process(
    function: Function, settings: HostSettings, place: Place, log: EnvironmentLog
) -> AsyncIterator[RuntimeProcess]:
    """Start what runs a function; when the context ends, only its place is left.

    Raises:
        BuildError: it cannot be built; the message says why.
        OSError: the machine has no place for it, or its program cannot be started.
        ValueError: there is nothing to start it with; the message says what is missing.
    """
    async with contextlib.AsyncExitStack() as held:
        output = held.enter_context(contextlib.closing(Output(log.add)))
        listener = held.enter_context(socket.create_server(("127.0.0.1", 0)))
        place.temporary.mkdir(parents=True, exist_ok=True)
        prepared = await asyncio.to_thread(_prepare, function, settings, place)
        started = launch(prepared, settings, place)
        variables = settings.sandbox.variables(
            prepared.function,
            runtime_api=f"127.0.0.1:{listener.getsockname()[1]}",
            log_stream=log.stream,
        )
        process = await settings.start_process(
            started.command,
            cwd=prepared.root,
            env={**variables, **started.variables},
            output=output.writer,
        )
        output.close_writer()
        running = RuntimeProcess(process, listener, output, variables["AWS_ACCESS_KEY_ID"])
        held.callback(running.kill)
        yield running


def _prepare(function: Function, settings: HostSettings, place: Place) -> Prepared:
    place.save()
    prepared = settings.runtimes.prepare(function)
    if settings.reload:
        is_python = function.runtime.startswith("python")
        left_out = (settings.sandbox.work, settings.sandbox.work.parent, settings.runtimes.cache)
        note_inputs(prepared, place.notes, left_out, whole=not is_python)
    return prepared
