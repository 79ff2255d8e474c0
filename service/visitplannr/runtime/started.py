"""Processes that are started without a copy of this one, and awaited on the event loop."""

import asyncio
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

_PIDFD_OPEN: Callable[[int], int] | None = getattr(os, "pidfd_open", None)


class Started(asyncio.subprocess.Process):
    """A process of `subprocess.Popen`, made in a running loop; its pipes are not for this class.

    uvloop forks: to copy the page tables of a process like `up` takes 15 ms, in which the loop does
    nothing else, and the child as long again. `Popen` has the kernel lend them to the child.
    Where the system gives no descriptor of a process (`pidfd_open`), a thread waits for its end.
    """

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        pidfd_open: Callable[[int], int] | None = _PIDFD_OPEN,
    ) -> None:
        self._process = process
        self.pid = process.pid
        self.stdin = self.stdout = self.stderr = None
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[int] = self._loop.create_future()
        if pidfd_open:
            descriptor = pidfd_open(self.pid)
            self._loop.add_reader(descriptor, self._end_of, descriptor)
        else:
            threading.Thread(target=self._wait_in_thread, daemon=True).start()

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    def send_signal(self, signal: int) -> None:
        self._process.send_signal(signal)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def _end_of(self, descriptor: int) -> None:
        self._loop.remove_reader(descriptor)
        os.close(descriptor)
        self._end(self._process.wait())

    def _wait_in_thread(self) -> None:
        code = self._process.wait()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end, code)

    def _end(self, code: int) -> None:
        if not self._ended.done():
            self._ended.set_result(code)
