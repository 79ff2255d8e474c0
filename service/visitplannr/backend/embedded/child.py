"""The embedded backend: MiniStack inside our server, one child process, its state on disk."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from visitplannr.backend.embedded.notices import Notices
from visitplannr.backend.embedded.unavailable import unavailable
from visitplannr.model.keeping import KEEPING, Keeping
from visitplannr.model.strictness import CapacityMode, Iam

_BOOT_SECONDS = 30.0
_POLL_SECONDS = 0.05
_BACKLOG = 2048


class BackendError(Exception):
    """The backend cannot be used; the message says why and what to do."""


class StartBackend(Protocol):
    """Start a process whose output goes to `output`, and which is ended with SIGTERM.

    It gets the descriptors `inherits` under the same numbers.
    """

    async def __call__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        output: int,
        inherits: Sequence[int],
    ) -> asyncio.subprocess.Process: ...


class EmbeddedBackend:
    """MiniStack at `endpoint_url`, keeping its state below `state`; it can be started again.

    The socket is bound here and stays open, so the port is the same after every start, and what
    connects while the backend starts is answered once it is ready. `invocations` is the Unix socket
    over which functions are run; `keeping` bounds logs; `say` gets what the process has to say to
    the user; `dynamodb_endpoint_url` is another DynamoDB than its own, which may find the
    credentials that `environment` leads to; `throughput` is what becomes of calls that its tables
    have no capacity for, `iam` of those that the policies of callers do not allow; `held` are
    descriptors that the process has to keep open, too.

    Raises:
        BackendError: the port is taken, or the state cannot be kept there.
    """

    def __init__(  # noqa: PLR0913 - a process, where it listens, and what it works with
        self,
        start: StartBackend,
        state: Path,
        environment: Mapping[str, str],
        port: int | None,
        *,
        region: str,
        invocations: Path,
        say: Callable[[str], None],
        keeping: Keeping = KEEPING,
        dynamodb_endpoint_url: str | None = None,
        throughput: CapacityMode = CapacityMode.REPORT,
        iam: Iam = Iam.OFF,
        held: Sequence[int] = (),
    ) -> None:
        self._start = start
        self._state = state
        self._region = region
        self._invocations = invocations
        self._say = say
        self._dynamodb_endpoint_url = dynamodb_endpoint_url
        self._throughput = throughput
        self._iam = iam
        self._held = held
        self._keeping = keeping
        self._listener = _listen(port)
        self.port = int(self._listener.getsockname()[1])
        self.endpoint_url = f"http://127.0.0.1:{self.port}"
        self.log = state / "backend.log"
        self._environment = {
            **environment,
            **_settings(_writable_folder(state / "backend"), self.port, region),
        }

    async def start(self) -> None:
        """Start the process; it answers once `ready` returns."""
        command = (sys.executable, "-P", "-m", "visitplannr.backend.server")
        listener = self._listener.fileno()
        self._notices = Notices(self._say)
        other = self._dynamodb_endpoint_url
        arguments = (
            *("--listener", str(listener), "--invocations", str(self._invocations)),
            *("--tables", str(self._state / "dynamodb"), "--region", self._region),
            *("--state", str(self._state / "backend")),
            *("--keep-size", str(self._keeping.size), "--keep-days", str(self._keeping.days)),
            *("--notices", str(self._notices.write), "--throughput", self._throughput),
            *("--iam", self._iam),
            *(("--dynamodb-endpoint-url", other) if other else ()),
        )
        with self.log.open("wb") as output:
            self.process = await self._start(
                (*command, *arguments),
                cwd=self._state,
                env=self._environment,
                output=output.fileno(),
                inherits=(listener, self._notices.write, *self._held),
            )
        self._notices.started()

    async def ready(self) -> None:
        """Wait until it answers.

        Raises:
            BackendError: it ended, or does not answer within 30 s.
        """
        asked = asyncio.create_task(_until_it_answers(self.port))
        ended = asyncio.create_task(self.process.wait())
        try:
            await asyncio.wait({asked, ended}, timeout=_BOOT_SECONDS, return_when="FIRST_COMPLETED")
            if ended.done():
                raise BackendError(
                    self.last_words()
                    or f"the embedded backend ended with exit code {ended.result()} while "
                    f"starting; its log is {self.log}"
                )
            if not asked.done():
                raise BackendError(
                    f"the embedded backend did not answer within {_BOOT_SECONDS:.0f} s; "
                    f"its log is {self.log}"
                )
        finally:
            asked.cancel()
            ended.cancel()
        self._notices.say_them()

    async def ended(self) -> int:
        """Wait for the process to end; give its exit code."""
        return await self.process.wait()

    def last_words(self) -> str:
        """Give what a process that has ended before it answered said of why; "" if nothing."""
        return self._notices.take_all()

    @contextlib.asynccontextmanager
    async def replaced(self) -> AsyncIterator[None]:
        """Answer 503 in its place."""
        async with unavailable(self._listener):
            yield

    async def stop(self) -> None:
        """End it and wait until its state is written.

        Raises:
            BackendError: not all of it could be.
        """
        if ended := self.process.returncode is None:
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)  # somebody may have stopped it
        code = await self.process.wait()
        self._listener.close()
        self._notices.take_all()
        if ended and code == 1:
            raise BackendError(
                "not all of the state could be written; what the lines above name is as it was "
                "when `up` was started"
            )


def _settings(kept: Path, port: int, region: str) -> Mapping[str, str]:
    """MiniStack's own settings: concurrency is the runtime host's business."""
    return {
        "MINISTACK_REGION": region,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(kept),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(kept / "s3"),
    }


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


def _listen(wanted: int | None) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", wanted or 0), backlog=_BACKLOG)
    except OSError as error:
        raise BackendError(
            f"port {wanted} for the embedded backend cannot be used ({error.strerror}); "
            "name another with --backend-port"
        ) from error


async def _until_it_answers(port: int) -> None:
    while not await _answers(port):  # noqa: ASYNC110 - there is nobody to set an event
        await asyncio.sleep(_POLL_SECONDS)


async def _answers(port: int) -> bool:
    """Ask for its health; a bare request, as an HTTP client would take longer to import.

    While it starts again, what stands in for it may answer, or break off.
    """
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(b"GET /_ministack/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        answer = await reader.read()
    except ConnectionError:
        return False
    finally:
        writer.close()
    return b" 200 " in answer.partition(b"\r\n")[0]
