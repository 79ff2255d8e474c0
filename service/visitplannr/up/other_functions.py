"""Runs functions that are not of the application that is served.

Those of a stack that is still being deployed (a custom resource's, which the deployment waits for)
run from the template's folder; those of other stacks, those made by API calls and those with inline
code run from what the backend keeps of them.
"""

import asyncio
import base64
import contextlib
import io
import tempfile
import urllib.request
import zipfile
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path
from typing import Any

from visitplannr.backend.endpoint import Backend
from visitplannr.deployment.deploy import functions_so_far
from visitplannr.deployment.errors import DeploymentError
from visitplannr.gateway.asgi import App
from visitplannr.model.application import Application, Function
from visitplannr.model.invocation import InvocationError
from visitplannr.runtime.host import RuntimeHost
from visitplannr.runtime.invoke_api import invoke_app
from visitplannr.runtime.settings import HostSettings
from visitplannr.template.source import TemplateError
from visitplannr.up.daemon_thread import in_daemon_thread

_DOWNLOAD_SECONDS = 30


@contextlib.asynccontextmanager
async def other_functions(
    backend: Backend, template: Path, stack_name: str, settings: HostSettings
) -> "AsyncIterator[OtherFunctions]":
    """Run them until the context ends; `template` is that of the stack that is deployed."""

    def in_template() -> Collection[Function]:
        try:
            return functions_so_far(backend, template, stack_name)
        except (DeploymentError, TemplateError):
            return ()

    with tempfile.TemporaryDirectory(prefix="visitplannr-") as folder:
        others = OtherFunctions(backend.client("lambda"), in_template, settings, Path(folder))
        try:
            yield others
        finally:
            await others.close()


class OtherFunctions:
    """Gives an ASGI application of the Invoke API for a function.

    `in_template` blocks and gives the functions of the template's stack that are deployed by now,
    `client` is Lambda's. `folder` is where code is unpacked.
    """

    def __init__(
        self,
        client: Any,
        in_template: Callable[[], Collection[Function]],
        settings: HostSettings,
        folder: Path,
    ) -> None:
        self._client = client
        self._in_template = in_template
        self._settings = settings
        self._folder = folder
        self._known: dict[str, tuple[Any, Function]] = {}
        self._hosts: dict[str, tuple[Function, RuntimeHost]] = {}
        self._retiring: set[asyncio.Task[None]] = set()

    async def app_for(self, name: str) -> App | None:
        """Give what runs a function as it is now; None if there is none of that name.

        Raises:
            InvocationError: it cannot be run here.
        """
        function = await in_daemon_thread(lambda: self._find(name))
        if function is None:
            return None
        if why := self._settings.runtimes.reason_against(function):
            raise InvocationError(f"the function {name} is not run: {why}")
        return invoke_app(_only(function), self._host(function))

    async def close(self) -> None:
        """End everything at once."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await asyncio.gather(*(host.close() for _, host in self._hosts.values()))

    def _host(self, function: Function) -> RuntimeHost:
        before = self._hosts.get(function.name)
        if before and before[0] == function:
            return before[1]
        if before:
            task = asyncio.create_task(before[1].retire())
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
        host = RuntimeHost([function], self._settings)
        self._hosts[function.name] = function, host
        return host

    def _find(self, name: str) -> Function | None:
        try:
            found = self._client.get_function(FunctionName=name)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        configuration = found["Configuration"]
        known = self._known.get(configuration["FunctionName"])
        if known and known[0] == configuration:
            return known[1]
        function = self._described(configuration, found["Code"]["Location"])
        self._known[function.name] = configuration, function
        return function

    def _described(self, configuration: dict[str, Any], location: str) -> Function:
        name = configuration["FunctionName"]
        for function in self._in_template():
            if function.name == name:
                return function
        if configuration.get("PackageType") == "Image":
            raise InvocationError(f"the function {name} is not run: it is a container image")
        return self._unpacked(configuration, location)

    def _unpacked(self, configuration: dict[str, Any], location: str) -> Function:
        code = self._folder / _digest(configuration["CodeSha256"])
        _unpack(location, code)
        return Function(
            logical_id=configuration["FunctionName"],
            name=configuration["FunctionName"],
            arn=configuration["FunctionArn"].partition(":$LATEST")[0],
            handler=configuration["Handler"],
            runtime=configuration["Runtime"],
            code=code,
            timeout=configuration["Timeout"],
            memory=configuration["MemorySize"],
            environment=configuration.get("Environment", {}).get("Variables", {}),
            layers=tuple(map(self._layer, configuration.get("Layers") or ())),
        )

    def _layer(self, layer: dict[str, Any]) -> Path:
        found = self._client.get_layer_version_by_arn(Arn=layer["Arn"])
        folder = self._folder / _digest(found["Content"]["CodeSha256"])
        _unpack(found["Content"]["Location"], folder)
        return folder


def _only(function: Function) -> Application:
    return Application("", "", "", (function,), (), (), {})


def _digest(sha256: str) -> str:
    return base64.b64decode(sha256).hex()


def _unpack(location: str, folder: Path) -> None:
    """Download a zip file and unpack it, once; programs in it stay programs."""
    if folder.exists():
        return
    with urllib.request.urlopen(location, timeout=_DOWNLOAD_SECONDS) as answer:  # noqa: S310 - ours
        content = io.BytesIO(answer.read())
    part = folder.with_suffix(".part")
    with zipfile.ZipFile(content) as archive:
        for member in archive.infolist():
            path = Path(archive.extract(member, part))
            if mode := member.external_attr >> 16 & 0o777:
                path.chmod(mode)
    part.mkdir(parents=True, exist_ok=True)
    part.replace(folder)
