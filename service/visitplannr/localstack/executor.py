"""Run LocalStack's Lambda functions as processes, with the runtime host's own environments.

LocalStack finds this by the entry point `localstack.lambda.runtime_executor`, and uses it with
LAMBDA_RUNTIME_EXECUTOR=process. It scales, queues and counts; each of its executors is a host with
one environment here. Functions see the interpreter and packages below FUNCTIONS, not LocalStack's.
"""

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from localstack import config
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from visitplannr.model.application import Function
from visitplannr.runtime.host import RuntimeHost
from visitplannr.runtime.interpreter import Interpreter
from visitplannr.runtime.process import start_in_session
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.sandbox import Sandbox
from visitplannr.runtime.settings import HostSettings

FUNCTIONS = Path("/opt/visitplannr")
_PATH = "/usr/local/bin:/usr/bin:/bin"
_START_SECONDS = 30
_STOP_SECONDS = 10
_IDLE_SECONDS = 7 * 86_400
T = TypeVar("T")


# LocalStack is only in its image, so that mypy takes its classes for Any.
class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]
    """What LocalStack loads."""

    name = "process"

    def load(self, *_args: Any, **_kwargs: Any) -> type[RuntimeExecutor]:
        """Give the executor."""
        return ProcessRuntimeExecutor


class ProvidedRuntimes(Runtimes):
    """Runs Python functions on the interpreter that the image has for them.

    It builds nothing: what a function requires is in its bundle.
    """

    def runs_on(self, function: Function) -> str:
        """Name it as the function does."""
        return function.runtime

    def interpreter(self, function: Function) -> Interpreter:  # noqa: ARG002 - there is one
        """Give it."""
        return Interpreter(FUNCTIONS / "bin" / "python", FUNCTIONS / "packages")


class _Loop:
    """The event loop of all environments, in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="environments", daemon=True).start()

    def run(self, coroutine: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """Run a coroutine there and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)


_loop: _Loop | None = None
_lock = threading.Lock()


def _the_loop() -> _Loop:
    global _loop  # noqa: PLW0603 - LocalStack makes executors, so nobody can hand them one
    with _lock:
        _loop = _loop or _Loop()
        return _loop


class ProcessRuntimeExecutor(RuntimeExecutor):  # type: ignore[misc] # as above
    """One execution environment of one version of a function."""

    def start(self, env_vars: dict[str, Any]) -> None:
        """Make the environment; its init goes on while LocalStack hands over the invocation."""
        self._work = Path(tempfile.mkdtemp(prefix="visitplannr-"))
        function = _function(self.function_version, env_vars)
        settings = HostSettings(
            sandbox=_sandbox(env_vars, self._work),
            runtimes=ProvidedRuntimes(self._work, _PATH, self._work),
            start_process=start_in_session,
            emit=lambda _event: None,
            report=lambda _line: None,
            reload=False,
            idle_seconds=_IDLE_SECONDS,
            account_concurrency=1,
        )
        self._host = _the_loop().run(_host(function, settings), _START_SECONDS)

    def stop(self) -> None:
        """End the environment's processes."""
        _the_loop().run(self._host.close(), _STOP_SECONDS)
        shutil.rmtree(self._work, ignore_errors=True)

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one invocation and wait for its log to be complete."""
        return _the_loop().run(self._invoke(payload))

    async def _invoke(self, payload: dict[str, str]) -> InvocationResult:
        result = await self._host.invoke(
            self.function_version.id.function_name,
            payload["payload"].encode(),
            trace_id=payload["trace-id"],
            request_id=payload["invoke-id"],
        )
        lines = await result.logged if result.logged else ()
        return InvocationResult(
            request_id=result.request_id,
            payload=result.payload,
            is_error=result.function_error is not None,
            logs="".join(f"{line}\n" for line in lines),
        )

    def get_address(self) -> str:
        """Give where the environment is: here."""
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        """Give where functions find LocalStack."""
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        """Give nothing: the Runtime API is the host's."""
        return ""

    def get_logs(self) -> str:
        """Give nothing: logs come with each invocation."""
        return ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the code."""
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Leave the code to LocalStack."""


async def _host(function: Function, settings: HostSettings) -> RuntimeHost:
    host = RuntimeHost([function], settings)
    host.warm()
    return host


def _function(version: FunctionVersion, env_vars: dict[str, Any]) -> Function:
    made = version.config
    return Function(
        logical_id=version.id.function_name,
        name=version.id.function_name,
        arn=version.id.qualified_arn(),
        handler=made.handler or "",
        runtime=made.runtime or "",
        code=Path(made.code.get_unzipped_code_location()),
        timeout=made.timeout,
        memory=made.memory_size,
        environment={name: str(value) for name, value in (made.environment or {}).items()},
        log_format=made.logging_config.get("LogFormat", "Text"),
        log_group=str(env_vars.get("AWS_LAMBDA_LOG_GROUP_NAME", "")),
    )


def _sandbox(env_vars: dict[str, Any], work: Path) -> Sandbox:
    return Sandbox(
        region=str(env_vars["AWS_REGION"]),
        access_key_id=str(env_vars["AWS_ACCESS_KEY_ID"]),
        secret_access_key=str(env_vars["AWS_SECRET_ACCESS_KEY"]),
        session_token=str(env_vars["AWS_SESSION_TOKEN"]),
        endpoint_url=f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}",
        path=_PATH,
        work=work,
    )
