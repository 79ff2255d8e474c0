"""The composition root: the one place that builds the parts and joins them to a running stack.

`serve_stack` is the second half of `up`'s main path: deploy the template, read the stack back,
start the runtime host, serve the gateway, follow what is saved.
"""

import asyncio
import contextlib
import functools
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.log_shipper import LogShipper, Shipment
from visitplannr.console.api import routers
from visitplannr.deployment.changes import Approve, everything
from visitplannr.deployment.deploy import Deployment, deploy, read_back
from visitplannr.deployment.plan import stack_name_of
from visitplannr.deployment.progress import Progress
from visitplannr.gateway.app import GatewaySettings, create_app
from visitplannr.gateway.asgi import App
from visitplannr.model.application import Application
from visitplannr.model.invocation import Invoker
from visitplannr.runtime.host import RuntimeHost
from visitplannr.runtime.invoke_api import invoke_app, names_of
from visitplannr.runtime.memory import ENFORCED
from visitplannr.runtime.platform_log import LogEvent
from visitplannr.runtime.record_store import Store, recording
from visitplannr.runtime.recorder import Recorder
from visitplannr.runtime.remote import DeployedFunctions
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.sandbox import Sandbox
from visitplannr.runtime.settings import HostSettings
from visitplannr.up.announcement import Running, announced
from visitplannr.up.asynchronous import asynchronous_settings
from visitplannr.up.console import console_of
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.follow_files import Reload
from visitplannr.up.follow_stack import DeployedStack, follow_backend
from visitplannr.up.front import Front
from visitplannr.up.invocations import Invocations
from visitplannr.up.limitations import limitations
from visitplannr.up.options import UpOptions
from visitplannr.up.other_functions import other_functions
from visitplannr.up.processes import Processes
from visitplannr.up.started import Started
from visitplannr.up.summary import summary
from visitplannr.up.switch import Host, LiveStack
from visitplannr.up.terminal import Terminal

_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an application is served with."""

    options: UpOptions
    backend: Backend
    state: Path
    processes: Processes
    terminal: Terminal
    runtimes: Runtimes
    recorder: Recorder


async def serve_stack(started: Started, listener: socket.socket, front: Front) -> None:
    """Deploy the template, serve the stack, and follow what is saved, until it is cancelled.

    Raises:
        BackendError, DeploymentError, TemplateError: it cannot run; the message says why and what
            to do.
    """
    options, terminal = started.options, started.terminal
    stack_name = options.stack_name or stack_name_of(options.template.resolve().parent)
    front.waiting_for = f"the deployment of the stack {stack_name}"
    async with contextlib.AsyncExitStack() as held:
        recorder = await held.enter_async_context(
            recording(_store(started.state, stack_name, terminal))
        )
        given = _surroundings(started, recorder)
        settings = _host_settings(given, held.enter_context(_shipping(given)))
        others = await held.enter_async_context(
            other_functions(given.backend, options.template, stack_name, settings)
        )
        started.invocations.serve_others(others.app_for)
        redeploy = functools.partial(_deploy, given, stack_name)
        application = await _first(given, stack_name, redeploy)
        async with _live_stack(given, front, settings, started.invocations) as live:
            live.serve(application)
            url = f"http://{options.host}:{listener.getsockname()[1]}"
            for line in summary(application, url, started.endpoint_url):
                terminal.say(line)
            seconds = time.monotonic() - started.at
            terminal.say(f"\nReady in {seconds:.1f} s; Ctrl-C ends it.\n")
            running = Running(url, started.endpoint_url, options.region, stack_name)
            reload = Reload(options.template, started.version, live, redeploy, terminal)
            with announced(started.state, running):
                async with (
                    _following(reload, application, wanted=options.reload),
                    _following_backend(given, stack_name, live),
                ):
                    await started.failure


def _surroundings(started: Started, recorder: Recorder) -> Surroundings:
    options, state = started.options, started.state
    return Surroundings(
        options,
        Backend(started.endpoint_url, region=options.region),
        state,
        started.processes,
        started.terminal,
        Runtimes(state / "runtime", os.environ.get("PATH", os.defpath), Path.home()),
        recorder,
    )


async def _first(
    given: Surroundings, stack_name: str, redeploy: Callable[[], Application]
) -> Application:
    """Give what is to be served first: what somebody else deploys, or what is deployed now."""
    if not given.options.wait_for_stack:
        return await in_daemon_thread(redeploy)
    endpoint_url = given.backend.endpoint_url
    given.terminal.say(f"Waiting for the stack {stack_name} at {endpoint_url} ...")
    _, application = await _deployed(given, stack_name).settled()
    return application


def _store(state: Path, stack_name: str, terminal: Terminal) -> Store:
    return Store(state / "invocations" / f"{stack_name}.sqlite", terminal.say)


def _deploy(given: Surroundings, stack_name: str, approve: Approve = everything) -> Application:
    """Bring the stack to what the template says now, and say what of it is not as on AWS."""
    progress = Progress(say=given.terminal.say, approve=approve)
    deploy(given.backend, Deployment(given.options.template, stack_name), progress)
    return _read_back(given, stack_name)


def _read_back(given: Surroundings, stack_name: str) -> Application:
    application = read_back(given.backend, given.options.template, stack_name)
    if not ENFORCED:
        given.terminal.say("MemorySize is not enforced here: this system has no /proc.")
    for line in limitations(application, given.runtimes.notice):
        given.terminal.say(line)
    for function in application.functions:
        given.runtimes.install(function, given.terminal.say)
    return application


@contextlib.asynccontextmanager
async def _live_stack(
    given: Surroundings, front: Front, settings: HostSettings, invocations: Invocations
) -> AsyncIterator[LiveStack]:
    def make(application: Application) -> tuple[Host, App]:
        host: DeployedFunctions | RuntimeHost = (
            DeployedFunctions(given.backend.client("lambda"), given.recorder.observe)
            if given.options.invoke_deployed
            else RuntimeHost(application.functions, settings)
        )
        invocations.serve(invoke_app(application, host), names_of(application))
        return host, _gateway(application, host, given)

    live = LiveStack(front, make)
    try:
        yield live
    finally:
        await live.close()


@contextlib.contextmanager
def _shipping(given: Surroundings) -> Iterator[LogShipper]:
    shipper = LogShipper(lambda: given.backend.client("logs"), given.terminal.say)
    try:
        yield shipper
    finally:
        shipper.close()


@contextlib.asynccontextmanager
async def _following(
    reload: Reload, application: Application, *, wanted: bool
) -> AsyncIterator[None]:
    if not wanted:
        yield
        return
    task = asyncio.create_task(reload.follow(application))
    task.add_done_callback(reload.ended)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _deployed(given: Surroundings, stack_name: str) -> DeployedStack:
    describe_again = functools.partial(_read_back, given, stack_name)
    client = given.backend.client("cloudformation")
    return DeployedStack(client, given.backend.endpoint_url, stack_name, describe_again)


@contextlib.asynccontextmanager
async def _following_backend(
    given: Surroundings, stack_name: str, live: LiveStack
) -> AsyncIterator[None]:
    if not given.options.endpoint_url:
        yield
        return
    stack = _deployed(given, stack_name)
    task = asyncio.create_task(follow_backend(stack, live, given.terminal.say))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _host_settings(given: Surroundings, shipper: LogShipper) -> HostSettings:
    backend, terminal = given.backend, given.terminal
    sandbox = Sandbox(
        region=backend.region,
        access_key_id=backend.credentials.access_key_id,
        secret_access_key=backend.credentials.secret_access_key,
        session_token=backend.credentials.session_token,
        endpoint_url=backend.endpoint_url,
        path=os.environ.get("PATH", os.defpath),
        work=given.state / "tmp",
    )
    return HostSettings(
        sandbox,
        given.runtimes,
        functools.partial(_start_environment, given.processes),
        functools.partial(_log, terminal, shipper),
        functools.partial(terminal.log, "runtime"),
        given.recorder.observe,
        reload=given.options.reload,
        debug_ports=given.options.debug,
        asynchronous=asynchronous_settings(backend, given.options.async_retry_seconds),
    )


def _log(terminal: Terminal, shipper: LogShipper, event: LogEvent) -> None:
    function = event.function
    terminal.log(function.logical_id, event.message)
    shipper.add(Shipment(function.log_group, event.log_stream, event.timestamp_ms, event.message))


async def _start_environment(
    processes: Processes,
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    output: int,
) -> asyncio.subprocess.Process:
    """Start an environment; its log stream is its own, so it marks whatever the function starts."""
    name = "AWS_LAMBDA_LOG_STREAM_NAME"
    return await processes.start(
        command, cwd=cwd, env=env, output=output, marker=f"{name}={env[name]}"
    )


def _gateway(application: Application, invoker: Invoker, given: Surroundings) -> App:
    template = given.options.template
    console = console_of(application, invoker, given.backend, given.recorder, template)
    return create_app(
        application,
        invoker,
        functools.partial(given.terminal.log, "gateway"),
        GatewaySettings(
            health={
                "status": "ready",
                "endpoint_url": given.backend.endpoint_url,
                "stack_name": application.stack_name,
            },
            jwks=given.options.jwks,
            integration_seconds=_A_DAY if given.options.debug else None,
            extra=routers(console),
        ),
    )
