"""Start processes that cannot outlive this one: a guardian ends them if it dies by `kill -9`."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from visitplannr.runtime.process import start_in_session
from visitplannr.up import guardian


class Processes:
    """A context in which processes are started; `held` descriptors stay open until all have ended.

    The guardian inherits them, so a lock on the state folder lasts until the state is written.
    """

    def __init__(self, *, held: Sequence[int] = ()) -> None:
        self._held = held
        self._forgetting: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._guardian = subprocess.Popen(
            [sys.executable, "-I", "-S", guardian.__file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=self._held,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._guardian.communicate()

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
    ) -> asyncio.subprocess.Process:
        """Start a process in a session of its own, writing to the descriptor `output`.

        It gets the descriptors `inherits`. Without this process, the guardian ends it with
        `ends_with`, and all processes that carry the variable `marker` (NAME=VALUE) with SIGKILL.
        """
        process = await start_in_session(
            command, cwd=cwd, env=env, output=output, inherits=inherits
        )
        self._tell(f"watch {process.pid} {int(ends_with)} {marker or ''}")
        task = asyncio.get_running_loop().create_task(self._forget(process))
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)
        return process

    async def _forget(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        self._tell(f"forget {process.pid}")

    def _tell(self, line: str) -> None:
        """Write to the guardian; without one (somebody killed it) all else goes on as before."""
        if self._guardian.stdin and not self._guardian.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._guardian.stdin.write(f"{line}\n")
                self._guardian.stdin.flush()
