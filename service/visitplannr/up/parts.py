"""The composition root: the one place that builds the parts of a running stack.

`session.py` joins them. It imports this file while the backend boots, as boto3 and FastAPI, which
are imported here, take as long as that does.
"""

import contextlib
import functools
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Never, Self

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.log_shipper import LogShipper
from visitplannr.console.api import routers
from visitplannr.console.console import Served
from visitplannr.deployment.changes import Approve, everything
from visitplannr.deployment.deploy import Deployment, deploy, read_back
from visitplannr.deployment.plan import stack_name_of
from visitplannr.deployment.progress import Progress
from visitplannr.deployment.stack_state import find_stack
from visitplannr.gateway.app import Gateway
from visitplannr.gateway.asgi import App
from visitplannr.gateway.kinds import readers
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.addresses import with_local_addresses
from visitplannr.model.application import Application
from visitplannr.model.code import Code
from visitplannr.model.invocation import Invoker, InvokeStreaming
from visitplannr.runtime.host import RuntimeHost
from visitplannr.runtime.invoke_api import invoke_app, names_of
from visitplannr.runtime.record_store import Store, recording
from visitplannr.runtime.recorder import Recorder
from visitplannr.runtime.remote import DeployedFunctions
from visitplannr.runtime.settings import HostSettings
from visitplannr.template.code import local_code
from visitplannr.template.source import load
from visitplannr.up.activity import Activity
from visitplannr.up.addresses import addresses_router, base_url
from visitplannr.up.announcement import Running
from visitplannr.up.asynchronous import asynchronous_settings
from visitplannr.up.console import console_of
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.environments import (
    faults,
    log,
    make_runtimes,
    of_this_system,
    sandbox_of,
    start_environment,
)
from visitplannr.up.follow_files import Serving, Template, WatchedFiles, follow_files, version_of
from visitplannr.up.follow_stack import DeployedStack, follow_stack, is_initialised
from visitplannr.up.invocations import Invocations
from visitplannr.up.local_api import beside, local_app
from visitplannr.up.options import UpOptions
from visitplannr.up.other_functions import OtherFunctions
from visitplannr.up.processes import Processes
from visitplannr.up.report import limitations, summary
from visitplannr.up.switch import Host
from visitplannr.up.terminal import Terminal

_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the application and the console are served."""

    application: int
    console: int

    @classmethod
    def of(cls, application: socket.socket, console: socket.socket) -> Self:
        """Name those of two sockets."""
        return cls(application.getsockname()[1], console.getsockname()[1])


class Parts:
    """Builds what `up` is made of, from its options, for the backend at `endpoint_url`."""

    def __init__(
        self,
        options: UpOptions,
        endpoint_url: str,
        state: Path,
        terminal: Terminal,
        ports: Ports,
    ) -> None:
        self._base = base_url(options.host, ports.application)
        self.stack_name = options.stack_name or stack_name_of(options.template.resolve().parent)
        self._options = options
        self._state = state
        self._terminal = terminal
        self._ports = ports
        self._activity = Activity(terminal, requests=not options.quiet)
        self._version = version_of(options.template)
        self._deploying = threading.Lock()
        self._backend = Backend(endpoint_url, region=options.region)
        self._runtimes = make_runtimes(state / "runtime", terminal.say)

    async def application(self) -> Application:
        """Give what is served first: what somebody else deploys, or what is deployed now.

        Raises:
            DeploymentError, TemplateError: there is none; the message says why.
        """
        for line in of_this_system(self._runtimes):
            self._terminal.say(line)
        if not self._options.wait_for_stack:
            return await in_daemon_thread(self.deploy)
        where = f"{self.stack_name} at {self._backend.endpoint_url}"
        self._terminal.say(f"Waiting for the stack {where} ...")
        return await self._deployed_stack().settled()

    def deploy(self, approve: Approve = everything) -> Application:
        """Bring the stack to what the template says now, and say what of it is not as on AWS."""
        progress = Progress(say=self._terminal.say, approve=approve)
        with self._deploying:
            deploy(self._backend, Deployment(self._options.template, self.stack_name), progress)
            return self._read_back()

    def recording(self) -> AbstractAsyncContextManager[Recorder]:
        """Keep records of invocations, also over a restart."""
        file = self._state / "invocations" / f"{self.stack_name}.sqlite"
        return recording(Store(file, self._terminal.say))

    @contextlib.contextmanager
    def shipping(self) -> Iterator[LogShipper]:
        """Who brings the functions' logs to the backend."""
        shipper = LogShipper(lambda: self._backend.client("logs"), self._terminal.say)
        try:
            yield shipper
        finally:
            shipper.close()

    def other_functions(self, settings: HostSettings, invocations: Invocations) -> OtherFunctions:
        """Run functions that are not of the application that is served, too."""
        client = self._backend.client("lambda")
        others = OtherFunctions(client, self.stack_name, self._local_code, settings)
        invocations.serve_others(others.app_for)
        return others

    def serve(
        self,
        settings: HostSettings,
        recorder: Recorder,
        invocations: Invocations,
        made: Application,
    ) -> tuple[Host, App]:
        """Make what answers an application's requests, and what runs its functions."""
        self._activity.name(made.functions)
        if self._options.invoke_deployed:
            client = self._backend.invoking_client()
            observe = self._activity.observing(recorder.observe)
            deployed = DeployedFunctions(client, in_daemon_thread, observe)
            return deployed, self._gateway(made, deployed, recorder, None)
        host = RuntimeHost(made.functions, settings)
        invocations.serve(invoke_app(made, host, host.stream), names_of(made))
        return host, self._gateway(made, host, recorder, host.stream)

    def summary(self, application: Application) -> Iterator[str]:
        """Say what is served."""
        console = f"{self._url(self._ports.console)}/_local/"
        url = self._url(self._ports.application)
        return summary(application, url, self._base, self._backend.endpoint_url, console)

    def announcement(self) -> Running:
        """Say where other commands find it."""
        url = self._url(self._ports.application)
        return Running(url, self._backend.endpoint_url, self._options.region, self.stack_name)

    async def follow_files(self, application: Application, serving: Serving) -> None:
        """Follow what is saved, from the template that was there when this was made."""
        say = self._terminal.say
        template = Template(self._options.template, self._version, self.deploy, say)
        await follow_files(application, template, serving, WatchedFiles(self._state), say)

    async def follow_stack(self, serving: Serving) -> Never:
        """Follow the stack of a backend that others use, too."""
        await follow_stack(self._deployed_stack(), serving, self._terminal.say)

    def _served(self) -> Served:
        """Say where the application can be asked from here: 0.0.0.0 is every address, not one."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._options.host, self._options.host)
        folder = self._options.template.resolve().parent
        return Served(folder, host, self._ports.application)

    def _url(self, port: int) -> str:
        return f"http://{self._options.host}:{port}"

    def _read_back(self) -> Application:
        there = read_back(
            self._backend,
            self._options.template,
            self.stack_name,
            readers(),
            self._options.layers,
        )
        application = with_local_addresses(there, self._base)
        for line in limitations(application, self._runtimes.notices):
            self._terminal.say(line)
        for line in faults(application.functions, self._runtimes):
            self._terminal.say(line)
        return application

    def _deployed_stack(self) -> DeployedStack:
        cloudformation = self._backend.client("cloudformation")
        return DeployedStack(
            self.stack_name,
            find=functools.partial(find_stack, cloudformation, self.stack_name),
            initialised=functools.partial(is_initialised, self._backend.endpoint_url),
            read_back=self._read_back,
        )

    def _gateway(
        self,
        application: Application,
        invoker: Invoker,
        recorder: Recorder,
        stream: InvokeStreaming | None,
    ) -> App:
        seconds = _A_DAY if self._options.debug else None
        gateway = Gateway(
            application,
            invoker.invoke,
            self._activity.request,
            GatewaySettings(self._options.jwks, seconds, stream),
        )
        backend = self._backend
        health = {
            "status": "ready",
            "endpoint_url": backend.endpoint_url,
            "stack_name": application.stack_name,
        }
        console = console_of(application, invoker, backend, recorder, self._served())
        extra = (addresses_router(application, self._base), *routers(console))
        ours = local_app(application, invoker, health, gateway.history, extra, stream=stream)
        return beside(ours, gateway if application.apis else ours, self._ports.console)

    def _local_code(self) -> Mapping[str, Code]:
        template = self._options.template.resolve()
        return local_code(load(template), template.parent)

    def host_settings(
        self, processes: Processes, recorder: Recorder, shipper: LogShipper
    ) -> HostSettings:
        """Say what functions run with."""
        return HostSettings(
            sandbox_of(self._backend, self._state / "tmp"),
            self._runtimes,
            functools.partial(start_environment, processes),
            functools.partial(log, self._terminal, shipper),
            functools.partial(self._terminal.log, "runtime"),
            self._activity.observing(recorder.observe),
            reload=self._options.reload,
            debug_ports=self._options.debug,
            asynchronous=asynchronous_settings(self._backend, self._options.async_retry_seconds),
        )
