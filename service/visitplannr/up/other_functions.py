"""Runs functions that are not of the application that is served.

Those of a stack that is still being deployed (a custom resource's, which the deployment waits for)
run from the template's folder; those of other stacks, those made by API calls and those with inline
code run from what the backend keeps of them. Inline code is given what CloudFormation gives it.
"""

import asyncio
import base64
import io
import shutil
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from visitplannr.gateway.asgi import App
from visitplannr.model.application import Application, Function, Resource
from visitplannr.model.code import Code
from visitplannr.model.invocation import NotRunError
from visitplannr.runtime.host import RuntimeHost
from visitplannr.runtime.settings import HostSettings
from visitplannr.template.source import TemplateError
from visitplannr.up.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import FunctionConfigurationTypeDef, LayerTypeDef

_DOWNLOAD_SECONDS = 30
_TAG = "aws:cloudformation"
_INLINE = frozenset({"index.py", "index.js"})


class OtherFunctions:
    """Gives an ASGI application of the Invoke API for a function; a context.

    `client` is Lambda's. `local_code` gives the code of the functions of the stack
    `stack_name`, by their logical ids.
    """

    def __init__(
        self,
        client: "LambdaClient",
        stack_name: str,
        local_code: Callable[[], Mapping[str, Code]],
        settings: HostSettings,
    ) -> None:
        self._client = client
        self._stack_name = stack_name
        self._local_code = local_code
        self._settings = settings
        self._unpacked = settings.sandbox.work / "unpacked"
        self._known: dict[str, tuple[Any, Function]] = {}
        self._hosts: dict[str, tuple[Function, RuntimeHost]] = {}
        self._retiring: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        """End everything at once."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await asyncio.gather(*(host.close() for _, host in self._hosts.values()))
        await asyncio.to_thread(shutil.rmtree, self._unpacked, ignore_errors=True)

    async def app_for(self, name: str) -> App | None:
        """Give what runs a function as it is now; None if there is none of that name.

        Raises:
            NotRunError: it cannot be run here.
        """
        function = await in_daemon_thread(lambda: self._find(name))
        if function is None:
            return None
        if why := self._settings.runtimes.reason_against(function):
            raise NotRunError(f"the function {name} is not run: {why}")
        host = self._host(function)
        return invoke_api(_only(function, name), host)

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
        if configuration.get("PackageType") == "Image":
            raise NotRunError(f"the function {name} is not run: it is a container image")
        tags = found.get("Tags", {})
        code = self._local(tags) or kept_code(
            self._unpack(found["Code"]["Location"], configuration["CodeSha256"]), tags
        )
        layers = tuple(map(self._layer, configuration.get("Layers") or ()))
        function = _function(configuration, tags, code, layers)
        reserved = found.get("Concurrency", {}).get("ReservedConcurrentExecutions")
        function = replace(function, reserved_concurrency=reserved)
        self._known[function.name] = configuration, function
        return function

    def _local(self, tags: Mapping[str, str]) -> Code | None:
        """Find the code of a function of the template's own stack; inline code has the backend."""
        if tags.get(f"{_TAG}:stack-name") != self._stack_name:
            return None
        try:
            code = self._local_code().get(tags.get(f"{_TAG}:logical-id", ""))
        except TemplateError:
            return None
        return code if code and code.inline is None else None

    def _layer(self, layer: "LayerTypeDef") -> Code:
        content = self._client.get_layer_version_by_arn(Arn=layer["Arn"])["Content"]
        return Code(self._unpack(content["Location"], content["CodeSha256"]))

    def _unpack(self, location: str, sha256: str) -> Path:
        folder = self._unpacked / base64.b64decode(sha256).hex()
        unpack(location, folder)
        return folder


def kept_code(folder: Path, tags: Mapping[str, str]) -> Code:
    """Say what a function's archive, unpacked, is: a stack's with one file `index` is inline code.

    CloudFormation writes inline code so, and may add a module (Lambda's Code, ZipFile).
    """
    files = list(folder.iterdir())
    if f"{_TAG}:stack-name" not in tags or [file.name in _INLINE for file in files] != [True]:
        return Code(folder)
    return Code(folder, inline=files[0].read_text(encoding="utf-8"))


def _function(
    found: "FunctionConfigurationTypeDef",
    tags: Mapping[str, str],
    code: Code,
    layers: tuple[Code, ...],
) -> Function:
    logging = found.get("LoggingConfig", {})
    return Function(
        logical_id=tags.get(f"{_TAG}:logical-id", found["FunctionName"]),
        name=found["FunctionName"],
        arn=":".join(found["FunctionArn"].split(":")[:7]),
        handler=found["Handler"],
        runtime=found["Runtime"],
        code=code.path,
        ephemeral_storage=found.get("EphemeralStorage", {}).get("Size", 512),
        timeout=found["Timeout"],
        memory=found["MemorySize"],
        environment=found.get("Environment", {}).get("Variables", {}),
        layers=layers,
        log_format=logging.get("LogFormat", "Text"),
        log_group=logging.get("LogGroup", ""),
        build=code.build,
        inline=code.inline,
        fault=code.fault,
    )


def _only(function: Function, name: str) -> Application:
    """Describe one function, with the alias or version by which it was found."""
    region, account_id = function.arn.split(":")[3:5]
    _, _, qualifier = name.rpartition(":function:")[2].partition(":")
    alias = Resource("", "AWS::Lambda::Alias", f"{function.arn}:{qualifier}", "")
    return Application("", region, account_id, (function,), (), (alias,), {})


def invoke_api(application: Application, host: RuntimeHost) -> App:
    """Serve the Invoke API alone, for what `host` runs."""
    from visitplannr.runtime.invoke_api import invoke_app  # noqa: PLC0415 - FastAPI takes long

    return invoke_app(application, host, host.stream)


def unpack(location: str, folder: Path) -> None:
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
