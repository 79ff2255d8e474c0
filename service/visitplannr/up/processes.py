"""Start processes that cannot outlive this one: a guardian ends them if it dies by `kill -9`."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Never, Self

from visitplannr.runtime.process import start_in_session
from visitplannr.up import guardian
from visitplannr.up.daemon_thread import in_daemon_thread

_GUARDIAN = (sys.executable, "-I", "-S", guardian.__file__)
_PAUSE_SECONDS = 1.0
_PIPE_BYTES = 1 << 20  # what a guardian that stands still need not have read
_OF_FUNCTIONS = 0o022  # as on AWS; what `up` itself writes is private


class Processes:
    """A context in which processes are started; `held` descriptors stay open until all have ended.

    The guardian, a process of the command `command`, inherits them, so a lock on the state folder
    lasts until the state is written.
    """

    def __init__(self, *, held: Sequence[int] = (), command: Sequence[str] = _GUARDIAN) -> None:
        self._held = held
        self._command = command
        self._watched: dict[int, str] = {}
        self._forgetting: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._guardian = self._start_guardian()
        return self

    def __exit__(self, *_error: object) -> None:
        self._guardian.send_signal(signal.SIGCONT)
        self._guardian.communicate()

    async def guard(self, report: Callable[[str], None]) -> Never:
        """Replace the guardian if somebody ends it; until cancelled."""
        while True:
            await in_daemon_thread(self._guardian.wait)
            report("The guardian of the processes has ended; another one takes its place.")
            with contextlib.suppress(BrokenPipeError):
                self._guardian.communicate()
            self._guardian = self._start_guardian()
            for line in self._watched.values():
                self._tell(line)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def start(  # noqa: PLR0913 - what starts a process, and how it ends without us
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        output: int,
        ends_with: signal.Signals = signal.SIGKILL,
        marker: str | None = None,
        inherits: Sequence[int] = (),
        umask: int = -1,
    ) -> asyncio.subprocess.Process:
        """Start a process in a session of its own, writing to the descriptor `output`.

        It gets the descriptors `inherits`. Without this process, the guardian ends it with
        `ends_with`, and all processes that carry the variable `marker` (NAME=VALUE) with SIGKILL.
        """
        process = await start_in_session(
            command, cwd=cwd, env=env, output=output, inherits=inherits, umask=umask
        )
        line = f"watch {process.pid} {int(ends_with)} {marker or ''}"
        self._watched[process.pid] = line
        self._tell(line)
        task = asyncio.get_running_loop().create_task(self._forget(process))
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)
        return process

    async def start_environment(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], output: int
    ) -> asyncio.subprocess.Process:
        """Start an environment; its log stream, its own, marks whatever the function starts."""
        name = "AWS_LAMBDA_LOG_STREAM_NAME"
        marker = f"{name}={env[name]}"
        return await self.start(
            command, cwd=cwd, env=env, output=output, marker=marker, umask=_OF_FUNCTIONS
        )

    async def _forget(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        del self._watched[process.pid]
        self._tell(f"forget {process.pid}")

    def _start_guardian(self) -> subprocess.Popen[bytes]:
        guardian = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=self._held,
            pipesize=_PIPE_BYTES,
        )
        if guardian.stdin:
            os.set_blocking(guardian.stdin.fileno(), False)
        return guardian

    def _tell(self, line: str) -> None:
        """Write to the guardian; one that was killed is replaced, and hears it again.

        So is one that stands still and has read nothing for long: nobody waits for it.
        """
        pipe = self._guardian.stdin
        if pipe is None or pipe.closed:
            return
        try:
            os.write(pipe.fileno(), f"{line}\n".encode())
        except BlockingIOError:
            self._guardian.kill()
        except BrokenPipeError:
            return
