"""The story of `visitplannr up`: what is started, in which order, and what ends it.

What runs beside the story is a task of one group: the end of any part is an error, which ends the
whole. All is left in reverse: requests, environments, records, the backend, the guardian, the lock.
"""

import asyncio
import contextlib
import functools
import gc
import importlib
import os
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from visitplannr.backend.embedded.calls import CallReader
from visitplannr.backend.embedded.child import EmbeddedBackend
from visitplannr.model.aws_call import FetchCalls, no_calls
from visitplannr.model.function_credentials import SEALED_WITH, FunctionCredentials
from visitplannr.template.transform import is_sam
from visitplannr.up.announcement import announced
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.debugged import check_debugged
from visitplannr.up.front import Front, Ports, listen, listen_beside
from visitplannr.up.invocations import taking_invocations
from visitplannr.up.kept_backend import KeptBackend, kept
from visitplannr.up.leftovers import cleared
from visitplannr.up.options import UpOptions
from visitplannr.up.processes import Processes
from visitplannr.up.sources import Sources
from visitplannr.up.switch import Switch
from visitplannr.up.terminal import Terminal

_CREDENTIALS = (
    "HOME",
    "AWS_ACCESS_KEY_ID",
    "AWS_CONFIG_FILE",
    "AWS_PROFILE",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
)


async def up(options: UpOptions, state: Path, terminal: Terminal) -> None:
    """Run the stack, keeping its state in the folder `state`, until it is cancelled.

    Raises:
        ExceptionGroup: of a BackendError, DeploymentError, OptionsError, PortError,
            StateDirectoryError or TemplateError, whose message says why and what to do.
    """
    began = time.monotonic()
    async with contextlib.AsyncExitStack() as held, asyncio.TaskGroup() as tasks:
        sources = await in_daemon_thread(functools.partial(_checked_sources, options))
        listener, console = held.enter_context(_listening(options))
        lock = await held.enter_async_context(cleared(state, terminal.say))
        processes = held.enter_context(Processes(held=[lock], temporary=_temporary(options, state)))
        tasks.create_task(processes.guard(terminal.say))
        front = await held.enter_async_context(Front(listener, console))
        tasks.create_task(front.run())
        invocations, taking = await held.enter_async_context(taking_invocations(state))
        tasks.create_task(taking.run())
        front.waiting_for = "the embedded backend"
        secret = secrets.token_bytes()
        backend = _embedded(options, state, processes, terminal, invocations.path, lock, secret)
        embedded = await held.enter_async_context(kept(backend)) if backend else None
        booting = _booted(embedded, tasks, terminal.say)
        await asyncio.gather(_import_parts(options, sources), booting)
        from visitplannr.up.parts import Own, Parts  # noqa: PLC0415 - imported meanwhile

        ports = Ports.of(listener, console)
        own = Own(FunctionCredentials(secret).issue, embedded.is_whole) if embedded else None
        placed = _placed(options, embedded)
        parts = Parts(placed, sources, state, terminal, ports, front=front, own=own)
        recording = await held.enter_async_context(parts.recording(_calls_of(backend)))
        tasks.create_task(recording.run())
        recorder = recording.recorder
        settings = parts.host_settings(processes, recorder, held.enter_context(parts.shipping()))
        await held.enter_async_context(parts.other_functions(settings, invocations))
        front.waiting_for = f"the deployment of the stack {parts.stack.name}"
        application = await parts.application()
        serve = functools.partial(parts.serve, settings, recorder, invocations)
        switch = await held.enter_async_context(Switch(front, serve, tasks))
        held.callback(recorder.close)
        switch.serve(application)
        held.enter_context(announced(state, parts.announcement()))
        terminal.say("\n".join((*parts.summary(application), *_ready(began, options.ended_by))))
        if options.reload:
            tasks.create_task(parts.follow_files(application, switch))
        if embedded:
            embedded.restore_with(parts.stack.restore, switch)
        else:
            tasks.create_task(parts.follow_stack(switch))


@contextlib.contextmanager
def _listening(options: UpOptions) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Hold the application's port, and the console's."""
    with (
        listen(options.host, options.port) as listener,
        listen_beside(listener, options.console_port) as console,
    ):
        yield listener, console


def _checked_sources(options: UpOptions) -> Sources:
    """Look at the files before anything is started; what is deployed already has its values."""
    sources = Sources(options.inputs, options.region)
    given = sources.read()
    check_debugged(options.debug, given.project)
    if not options.wait_for_stack:
        given.project.check()
    return sources


async def _booted(
    embedded: KeptBackend | None, tasks: asyncio.TaskGroup, say: Callable[[str], None]
) -> None:
    """Keep a backend of our own running, and wait until it answers."""
    if embedded:
        tasks.create_task(embedded.run(say))
        await embedded.ready()


def _temporary(options: UpOptions, state: Path) -> Path | None:
    """Name the folder that nobody will need again."""
    return None if options.state else state


def _placed(options: UpOptions, embedded: KeptBackend | None) -> UpOptions:
    """Name the backend that is used."""
    return replace(options, endpoint_url=embedded.endpoint_url) if embedded else options


def _ready(began: float, ended_by: str) -> tuple[str, ...]:
    return "", f"Ready in {time.monotonic() - began:.1f} s; {ended_by} ends it.", ""


def _embedded(  # noqa: PLR0913, PLR0917 - what a backend in a process of its own needs
    options: UpOptions,
    state: Path,
    processes: Processes,
    terminal: Terminal,
    invocations: Path,
    lock: int,
    secret: bytes,
) -> EmbeddedBackend | None:
    """Make a backend of our own, unless another one is named."""
    if options.endpoint_url:
        return None
    return EmbeddedBackend(
        functools.partial(processes.start, ends_with=signal.SIGTERM),
        state,
        {**_environment(options), SEALED_WITH: secret.hex()},
        options.backend_port,
        region=options.region,
        keeping=options.keeping,
        dynamodb_endpoint_url=options.dynamodb_endpoint_url,
        throughput=options.throughput,
        iam=options.iam,
        invocations=invocations,
        say=functools.partial(terminal.log, "backend", alarming=True),
        held=[lock],
    )


def _calls_of(backend: EmbeddedBackend | None) -> FetchCalls:
    """Say where to ask which calls functions make: another backend does not tell."""
    return CallReader(backend.port) if backend else no_calls


def _environment(options: UpOptions) -> Mapping[str, str]:
    """Give what the backend's process may see of ours: where credentials are, if it needs them."""
    needed = _CREDENTIALS if options.dynamodb_endpoint_url else ()
    found = {name: os.environ[name] for name in needed if name in os.environ}
    return {"PATH": os.environ.get("PATH", os.defpath), **found}


async def _import_parts(options: UpOptions, sources: Sources) -> None:
    """Import the parts while the backend boots, and the translator if it will be needed."""
    needed = sources.last and is_sam(template := sources.last.project.template)
    ahead = needed and not options.translate.may_have(template)
    translator = ("visitplannr.template.translator",) if ahead else ()
    for name in ("visitplannr.up.parts", *translator):
        await in_daemon_thread(functools.partial(importlib.import_module, name))
    gc.freeze()
    gc.enable()


def terminal_on(stream: TextIO) -> Terminal:
    """Paint only on a terminal that takes it, and not if NO_COLOR is set (no-color.org)."""
    people = stream.isatty()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    width = shutil.get_terminal_size().columns if people else None
    return Terminal(stream, colour=people and not plain, width=width)
