"""The story of `visitplannr up`: what is started, in which order, and what ends it.

What runs beside the story is a task of one group: the end of any part is an error, which ends the
whole. All is left in reverse: requests, environments, records, the backend, the guardian, the lock.
"""

import asyncio
import contextlib
import functools
import importlib
import os
import signal
import time
from pathlib import Path
from typing import TextIO

from visitplannr.backend.embedded.child import EmbeddedBackend, start_embedded
from visitplannr.template.source import load
from visitplannr.up.announcement import announced
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.front import Front, listen
from visitplannr.up.options import UpOptions
from visitplannr.up.processes import Processes
from visitplannr.up.state_folder import locked
from visitplannr.up.switch import Switch
from visitplannr.up.terminal import Terminal


async def up(options: UpOptions, state: Path, terminal: Terminal) -> None:
    """Run the stack, keeping its state in the folder `state`, until it is cancelled.

    Raises:
        ExceptionGroup: of a BackendError, DeploymentError, PortError, StateDirectoryError or
            TemplateError: it cannot run; the message says why and what to do.
    """
    began = time.monotonic()
    async with contextlib.AsyncExitStack() as held, asyncio.TaskGroup() as tasks:
        await in_daemon_thread(functools.partial(load, options.template))
        listener = held.enter_context(listen(options.host, options.port))
        lock = await held.enter_async_context(locked(state, terminal.say))
        processes = held.enter_context(Processes(held=[lock]))
        tasks.create_task(processes.guard(terminal.say))
        front = await held.enter_async_context(Front(listener))
        tasks.create_task(front.run())

        front.waiting_for = "the embedded backend"
        embedded = await _embedded(options, state, processes)
        if embedded:
            held.push_async_callback(embedded.stop)
        await _import_parts()  # takes as long as the backend does to boot
        if embedded:
            await embedded.ready()
            tasks.create_task(embedded.watch())

        from visitplannr.up.parts import Parts  # noqa: PLC0415 - imported meanwhile

        endpoint_url = embedded.endpoint_url if embedded else str(options.endpoint_url)
        port = listener.getsockname()[1]
        parts = Parts(options, port, endpoint_url, state, terminal)
        front.waiting_for = f"the deployment of the stack {parts.stack_name}"
        application = await parts.application()

        recorder = await held.enter_async_context(parts.recording())
        shipper = held.enter_context(parts.shipping())
        serve = functools.partial(parts.serve, processes, recorder, shipper)
        switch = await held.enter_async_context(Switch(front, serve, tasks))
        held.callback(recorder.close)
        switch.serve(application)

        url = f"http://{options.host}:{port}"
        held.enter_context(announced(state, parts.announcement(url)))
        for line in parts.summary(application, url):
            terminal.say(line)
        terminal.say(f"\nReady in {time.monotonic() - began:.1f} s; Ctrl-C ends it.\n")
        if options.reload:
            tasks.create_task(parts.follow_files(application, switch))
        if options.endpoint_url:
            tasks.create_task(parts.follow_stack(switch))


async def _embedded(
    options: UpOptions, state: Path, processes: Processes
) -> EmbeddedBackend | None:
    """Start a backend of our own, unless another one is named."""
    if options.endpoint_url:
        return None
    start = functools.partial(processes.start, ends_with=signal.SIGTERM)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "MINISTACK_REGION": options.region}
    return await start_embedded(start, state, environment, options.backend_port)


async def _import_parts() -> None:
    await in_daemon_thread(functools.partial(importlib.import_module, "visitplannr.up.parts"))


def terminal_on(stream: TextIO) -> Terminal:
    """Paint only on a terminal, and not if NO_COLOR is set (no-color.org)."""
    return Terminal(stream, colour=stream.isatty() and not os.environ.get("NO_COLOR"))
