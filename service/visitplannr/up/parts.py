"""The composition root: the one place that builds the parts of a running stack.

`session.py` joins them. It imports this file while the backend boots, as boto3, which is imported
here, takes half as long as that does; FastAPI is imported when the console is first asked.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Never
from weakref import WeakSet

from visitplannr.backend.control import BackendControl
from visitplannr.backend.endpoint import Backend
from visitplannr.backend.log_shipper import LogShipper
from visitplannr.console.console import Served
from visitplannr.deployment.plan import stack_name_of
from visitplannr.gateway.app import Gateway
from visitplannr.gateway.asgi import App
from visitplannr.gateway.connections import OpenConnections
from visitplannr.gateway.function_url.routing import hosts_of
from visitplannr.model.addresses import addresses_of
from visitplannr.model.application import Application, WebSocketApi
from visitplannr.model.aws_call import FetchCalls
from visitplannr.model.code import Code
from visitplannr.model.function_credentials import Issue
from visitplannr.model.invocation import Invoker, InvokeStreaming
from visitplannr.model.secrets import Secrets
from visitplannr.model.strictness import Iam
from visitplannr.runtime.function_reference import names_of
from visitplannr.runtime.host import RuntimeHost
from visitplannr.runtime.record_store import Recording, Store
from visitplannr.runtime.recorder import Recorder
from visitplannr.runtime.remote import DeployedFunctions
from visitplannr.runtime.settings import HostSettings
from visitplannr.template.code import local_code
from visitplannr.up.access import access_by
from visitplannr.up.activity import Activity
from visitplannr.up.addresses import base_url, health_of, reached
from visitplannr.up.announcement import Running
from visitplannr.up.asynchronous import asynchronous_settings
from visitplannr.up.clock import MovableClock
from visitplannr.up.console import console_of
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.environments import (
    log,
    make_runtimes,
    not_runnable,
    of_this_system,
    sandbox_of,
)
from visitplannr.up.event_sources import unpolled
from visitplannr.up.follow_files import Serving, Template, WatchedFiles, follow_files
from visitplannr.up.follow_stack import DeployedStack, deployed_stack, follow_stack
from visitplannr.up.front import Front, Ports
from visitplannr.up.integrations import gateway_settings
from visitplannr.up.invocations import Invocations
from visitplannr.up.local_api import beside
from visitplannr.up.options import UpOptions
from visitplannr.up.other_functions import OtherFunctions, invoke_api
from visitplannr.up.own_stack import OwnStack
from visitplannr.up.processes import Processes
from visitplannr.up.report import (
    Addresses,
    addresses_at,
    limitations,
    summary,
    unstreamed,
    unverified,
)
from visitplannr.up.secure_front import SecureFront
from visitplannr.up.sources import Sources
from visitplannr.up.steering import Steering
from visitplannr.up.switch import Host
from visitplannr.up.terminal import Terminal
from visitplannr.up.trying import saved_events
from visitplannr.up.when_asked import WhenAsked


@dataclass(frozen=True, slots=True)
class Own:
    """What only a backend of our own gives: credentials for functions; whether it has the stack."""

    issue: Issue
    is_whole: Callable[[], bool]


class Parts:
    """Builds what `up` is made of, from its options and sources, for the backend that they name."""

    def __init__(  # noqa: PLR0913 - what it builds the parts of
        self,
        options: UpOptions,
        sources: Sources,
        state: Path,
        terminal: Terminal,
        ports: Ports,
        *,
        front: Front,
        own: "Own | None" = None,
    ) -> None:
        self._base = base_url(options.host, ports.application)
        self._options = options
        self._state = state
        self._terminal = terminal
        self._ports = ports
        self._secure = SecureFront(front.serve_securely, options.host, state / "tls")
        self._connections = OpenConnections()
        self._secrets = Secrets(options.masked)
        self._activity = Activity(terminal, requests=not options.quiet, secrets=self._secrets)
        self._issue = own.issue if own else None
        self._policies = own if own and options.iam is not Iam.OFF else None
        self._sources = sources
        self._backend = Backend(str(options.endpoint_url), region=options.region)
        self._runtimes = make_runtimes(state / "runtime", terminal.say)
        self._clock = MovableClock()
        self._hosts: WeakSet[RuntimeHost] = WeakSet()
        self.stack = OwnStack(
            options.stack_name or stack_name_of(options.template.resolve().parent),
            sources,
            self._backend,
            self._base,
            terminal.say,
            self._notices,
            self._runtimes,
            layers=options.layers,
            translate=options.translate,
        )

    async def application(self) -> Application:
        """Give what is served first: what somebody else deploys, or what is deployed now.

        Raises:
            DeploymentError, TemplateError: there is none; the message says why.
        """
        for line in of_this_system(self._runtimes):
            self._terminal.say(line)
        if not self._options.wait_for_stack:
            return await in_daemon_thread(self.stack.deploy)
        where = f"{self.stack.name} at {self._backend.endpoint_url}"
        self._terminal.say(f"Waiting for the stack {where} ...")
        return await self._deployed().settled()

    def recording(self, fetch_calls: FetchCalls) -> Recording:
        """Keep records of invocations, also over a restart, with the AWS calls that they made."""
        file = self._state / "invocations" / f"{self.stack.name}.sqlite"
        store = Store(file, self._terminal.say, self._secrets, self._options.keeping)
        self._recording = Recording(store, fetch_calls)
        return self._recording

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
        others = OtherFunctions(client, self.stack.name, self._local_code, settings)
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
        self._hosts.add(host)
        asked = WhenAsked(functools.partial(invoke_api, made, host))
        invocations.serve(asked, names_of(made), addresses_of(made, self._base))
        return host, self._gateway(made, host, recorder, host.stream)

    def summary(self, application: Application) -> Iterator[str]:
        """Say what is served."""
        saved = saved_events(self._options.template.resolve().parent)
        not_run = not_runnable(application.functions, self._runtimes, self.stack.unbuilt)
        return summary(application, self._at(), not_run, saved, self._terminal.width)

    def announcement(self) -> Running:
        """Say where other commands find it."""
        at, region = self._at(), self._options.region
        return Running(at.url, at.endpoint_url, region, self.stack.name, at.console_url)

    async def follow_files(self, application: Application, serving: Serving) -> None:
        """Follow what is saved, from the template that was there when this was made."""
        say = self._terminal.say
        template = Template(self._sources, self.stack.deploy, say)
        await follow_files(application, template, serving, WatchedFiles(self._state), say)

    async def follow_stack(self, serving: Serving) -> Never:
        """Follow the stack of a backend that others use, too."""
        await follow_stack(self._deployed(), serving, self._terminal.say)

    def _served(self) -> Served:
        folder = self._options.template.resolve().parent
        return Served(folder, reached(self._options.host), self._ports.application)

    def _at(self) -> Addresses:
        endpoint_url = self._backend.endpoint_url
        return addresses_at(self._options.host, self._ports, self._base, endpoint_url)

    def _deployed(self) -> DeployedStack:
        return deployed_stack(self._backend, self.stack.name, self.stack.read_back)

    def _notices(self, application: Application) -> Iterator[str]:
        """Say what of it is not as on AWS."""
        yield from limitations(application, self._runtimes.notices)
        yield from unpolled(self._backend.client("lambda"), application)
        if self._options.invoke_deployed:
            yield from unstreamed(application)
        if not self._policies:
            yield from unverified(application)

    def _gateway(
        self,
        application: Application,
        invoker: Invoker,
        recorder: Recorder,
        stream: InvokeStreaming | None,
    ) -> App:
        backend = self._backend
        self._connections.keep(self._sockets(application))
        made = gateway_settings(self._options, backend, invoker, stream, self._connections)
        asks = self._policies
        access = access_by(backend.endpoint_url, asks.is_whole) if asks else None
        settings = replace(made, now=self._clock, access=access)
        gateway = Gateway(application, invoker.invoke, self._activity.request, settings)
        health = health_of(application, backend.endpoint_url)
        seen = console_of(application, invoker, backend, recorder, self._served())
        console, control = (
            replace(seen, secrets=self._secrets),
            BackendControl(backend.endpoint_url),
        )

        def ours() -> App:
            from visitplannr.console.api import routers  # noqa: PLC0415 - FastAPI takes long
            from visitplannr.up.local_app import addresses_router, local_app  # noqa: PLC0415
            from visitplannr.up.steering_api import steering_router  # noqa: PLC0415

            steered = Steering(control, self._clock, self._hosts, self._recording.clear)
            steering = steering_router(steered, application)
            extra = (addresses_router(application, self._base), *routers(console), steering)
            return local_app(
                application,
                invoker,
                health,
                gateway.history,
                extra,
                settings=settings,
                secrets=self._secrets,
            )

        asked = WhenAsked(ours)
        served = gateway if application.apis else asked
        return beside(asked, served, self._ports.console, hosts_of(application))

    def _sockets(self, application: Application) -> Sequence[str]:
        """Name the WebSocket APIs; where there are some, their events name what serves by TLS."""
        if found := [one.logical_id for one in application.apis if isinstance(one, WebSocketApi)]:
            self._connections.domain = self._secure.domain()
        return found

    def _local_code(self) -> Mapping[str, Code]:
        project = (self._sources.last or self._sources.look()).project
        return local_code(project.template, project.folder)

    def host_settings(
        self, processes: Processes, recorder: Recorder, shipper: LogShipper
    ) -> HostSettings:
        """Say what functions run with."""
        seconds = self._options.async_retry_seconds
        return HostSettings(
            sandbox_of(self._backend, self._state / "tmp", self._secure.variables, self._issue),
            self._runtimes,
            processes.start_environment,
            functools.partial(log, self._terminal, shipper, self._secrets),
            functools.partial(self._terminal.log, "runtime"),
            self._activity.observing(recorder.observe),
            reload=self._options.reload,
            debug_ports=self._options.debug,
            asynchronous=asynchronous_settings(self._backend, seconds, self._clock),
        )
