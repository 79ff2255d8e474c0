"""The embedded backend: MiniStack as one child process, bound to loopback, its state on disk."""

import asyncio
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Never, Protocol

_POLL_SECONDS = 0.02
_BOOT_SECONDS = 30.0


class BackendError(Exception):
    """The backend cannot be used; the message says why and what to do."""


class StartBackend(Protocol):
    """Start a process whose output goes to `output`, and which is ended with SIGTERM."""

    async def __call__(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], output: int
    ) -> asyncio.subprocess.Process: ...


class EmbeddedBackend:
    """A running MiniStack. `stop` lets it write its tables and stacks to the state folder."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, log: Path) -> None:
        self.process = process
        self.endpoint_url = f"http://127.0.0.1:{port}"
        self.log = log
        self._port = port

    async def ready(self) -> None:
        """Wait until it answers.

        Raises:
            BackendError: it ended, or does not answer within 30 s.
        """
        deadline = asyncio.get_running_loop().time() + _BOOT_SECONDS
        while not await _answers(self._port):
            if self.process.returncode is not None:
                raise BackendError(
                    f"the embedded backend ended with exit code {self.process.returncode} "
                    f"while starting; its log is {self.log}"
                )
            if asyncio.get_running_loop().time() > deadline:
                raise BackendError(
                    f"the embedded backend did not answer within {_BOOT_SECONDS:.0f} s; "
                    f"its log is {self.log}"
                )
            await asyncio.sleep(_POLL_SECONDS)

    async def watch(self) -> Never:
        """Wait until it ends by itself.

        Raises:
            BackendError: it has ended.
        """
        code = await self.process.wait()
        raise BackendError(
            f"the embedded backend ended with exit code {code}; its log is {self.log}"
        )

    async def stop(self) -> None:
        """End it and wait until its state is written."""
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()


async def start_embedded(
    start: StartBackend, state: Path, environment: Mapping[str, str], port: int | None
) -> EmbeddedBackend:
    """Start MiniStack on `port` (a free one if None), keeping its state below `state`.

    Raises:
        BackendError: the port is taken, or the state cannot be kept there.
    """
    port = _free_port(port)
    log = state / "backend.log"
    kept = _writable_folder(state / "backend")
    settings = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(kept),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(kept / "s3"),
    }
    command = (sys.executable, "-P", "-m", "ministack")  # -P: the state folder is no import path
    with log.open("wb") as output:
        process = await start(
            command, cwd=state, env={**environment, **settings}, output=output.fileno()
        )
    return EmbeddedBackend(process, port, log)


def _writable_folder(folder: Path) -> Path:
    """Make the folder now: the backend would only log it if its state could not be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackendError(
            f"the embedded backend's state cannot be kept in {folder} ({error.strerror}); "
            "name another folder with --state-dir"
        ) from error
    return folder


def _free_port(wanted: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted or 0))
        except OSError as error:
            raise BackendError(
                f"port {wanted} for the embedded backend cannot be used ({error.strerror}); "
                "name another with --backend-port"
            ) from error
        return int(probe.getsockname()[1])


async def _answers(port: int) -> bool:
    """Ask for its health; a bare request, as an HTTP client would take longer to import."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.write(b"GET /_ministack/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return b" 200 " in answer.partition(b"\r\n")[0]
