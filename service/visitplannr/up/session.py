"""The first half of `visitplannr up`: listen, lock the state, start the backend.

While the backend starts, a thread imports the second half, `visitplannr.up.parts`: boto3 and
FastAPI take as long as the backend does.
"""

import asyncio
import contextlib
import functools
import importlib
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Never, TextIO

from visitplannr.backend.embedded.child import EmbeddedBackend
from visitplannr.template.source import load
from visitplannr.up.backends import running_backend
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.front import Front, Server, listen
from visitplannr.up.invocations import Invocations, listening
from visitplannr.up.options import UpOptions
from visitplannr.up.processes import Processes
from visitplannr.up.saved_file import version_of
from visitplannr.up.started import Started
from visitplannr.up.state_folder import locked
from visitplannr.up.terminal import Terminal


async def up(options: UpOptions, state: Path, terminal: Terminal) -> None:
    """Run the stack, keeping its state in the folder `state`, until it is cancelled.

    Raises:
        BackendError, DeploymentError, PortError, StateDirectoryError, TemplateError: it cannot run;
            the message says why and what to do.
    """
    at = time.monotonic()
    version = version_of(options.template)
    load(options.template)
    front, failure = Front(), _failure()
    with (
        listen(options.host, options.port) as listener,
        locked(state, terminal.say) as lock,
        Processes(held=[lock]) as processes,
    ):
        invocations = Invocations()
        async with (
            _serving(Server(front), listener),
            listening(invocations) as socket_path,
            running_backend(
                options,
                functools.partial(_embedded, options, state, processes, socket_path, lock),
                _import_the_rest,
                front,
                failure,
            ) as endpoint_url,
        ):
            from visitplannr.up.parts import serve_stack  # noqa: PLC0415 - imported meanwhile

            started = Started(
                options,
                version,
                endpoint_url,
                state,
                processes,
                terminal,
                invocations,
                failure,
                at,
            )
            await serve_stack(started, listener, front)


def terminal_on(stream: TextIO) -> Terminal:
    """Paint only on a terminal, and not if NO_COLOR is set (no-color.org)."""
    return Terminal(stream, colour=stream.isatty() and not os.environ.get("NO_COLOR"))


async def _import_the_rest() -> None:
    await in_daemon_thread(functools.partial(importlib.import_module, "visitplannr.up.parts"))


@contextlib.asynccontextmanager
async def _serving(server: Server, listener: socket.socket) -> AsyncIterator[None]:
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def _embedded(
    options: UpOptions, state: Path, processes: Processes, invocations: Path, lock: int
) -> EmbeddedBackend:
    return EmbeddedBackend(
        functools.partial(processes.start, ends_with=signal.SIGTERM),
        state,
        {"PATH": os.environ.get("PATH", os.defpath), "MINISTACK_REGION": options.region},
        options.backend_port,
        invocations=invocations,
        held=[lock],
    )


def _failure() -> asyncio.Future[Never]:
    """Make the future that fails with what ends a running stack, awaited already or not."""
    failure: asyncio.Future[Never] = asyncio.get_running_loop().create_future()
    failure.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return failure
