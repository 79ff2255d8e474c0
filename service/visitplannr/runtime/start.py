"""Start the process of an execution environment."""

import asyncio

from visitplannr.model.application import Function
from visitplannr.runtime.environment_log import EnvironmentLog
from visitplannr.runtime.launch import Folders, launch
from visitplannr.runtime.settings import HostSettings


async def start_process(
    function: Function, settings: HostSettings, folders: Folders, *, port: int, log: EnvironmentLog
) -> asyncio.subprocess.Process:
    """Start what runs a function against the Runtime API on a loopback port.

    Raises:
        OSError: it cannot be started.
    """
    started = launch(
        function,
        settings.runtimes,
        folders,
        reload=settings.reload,
        debug_port=settings.debug_ports.get(function.logical_id),
    )
    variables = settings.sandbox.variables(
        function,
        runtime_api=f"127.0.0.1:{port}",
        log_stream=log.stream,
        temporary=folders.temporary,
    )
    return await settings.start_process(
        started.command,
        cwd=function.code if function.code.is_dir() else function.code.parent,
        env={**variables, **started.variables},
        output=log.output.writer,
    )
