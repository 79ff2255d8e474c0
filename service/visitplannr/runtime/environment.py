"""One execution environment: a process that runs awslambdaric, and its life.

INIT → IDLE → BUSY → FINISHING → IDLE → …
└──────┴──────┴────────┴──→ STOPPED
"""

import asyncio
import shutil
import time
import uuid
from collections.abc import Callable

from visitplannr.model.application import Function
from visitplannr.model.invocation import InvocationResult
from visitplannr.runtime import failures, runtime_api
from visitplannr.runtime.environment_log import EnvironmentLog
from visitplannr.runtime.failures import Failure
from visitplannr.runtime.launch import Folders
from visitplannr.runtime.lifecycle import Invocation, State
from visitplannr.runtime.loaded_files import LoadedFiles
from visitplannr.runtime.memory import MemoryUse, MemoryWatch
from visitplannr.runtime.process import kill_all
from visitplannr.runtime.settings import HostSettings
from visitplannr.runtime.start import start_process


class ExecutionEnvironment:
    """Runs one invocation at a time; `changed` is called whenever its state did.

    With a `first` invocation, the environment repeats an init that failed before: init then counts
    as part of that invocation, under the function's timeout (lambda-runtime.md L12).
    """

    def __init__(
        self,
        function: Function,
        settings: HostSettings,
        memory_watch: MemoryWatch,
        changed: Callable[["ExecutionEnvironment"], None],
        first: Invocation | None = None,
    ) -> None:
        self.function = function
        self.state = State.INIT
        self.initialised = asyncio.Event()
        self.init_failed = False
        self._settings = settings
        self._debug_port = settings.debug_ports.get(function.logical_id)
        self._changed = changed
        self._first = first
        self._current: Invocation | None = first
        self._init_duration: float | None = None
        self._init_failure: Failure | None = None
        self._memory_watch = memory_watch
        self._memory = MemoryUse(function.memory)
        self._out_of_memory = False
        self._deliver: Callable[[Invocation], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._folders = Folders(settings.sandbox.work / uuid.uuid4().hex)
        self._loaded = LoadedFiles(self._folders.notes)

    async def start(self) -> None:
        """Serve its Runtime API, start its process, and watch over both.

        Raises:
            OSError, ValueError: the process cannot be started; nothing of the environment is left.
        """
        self._loop = asyncio.get_running_loop()
        self._began = time.monotonic()
        self._server = await runtime_api.serve(self)
        self._folders.temporary.mkdir(parents=True)
        self._log = EnvironmentLog(self.function, self._settings)
        self._log.init_start()
        try:
            self._process = await start_process(
                self.function,
                self._settings,
                self._folders,
                port=self._server.sockets[0].getsockname()[1],
                log=self._log,
            )
        except Exception:
            await self._release()
            raise
        finally:
            self._log.output.close_writer()
        self._memory_watch.add(self)
        self._watch = self._loop.create_task(self._watch_process())
        self._limit(
            self.function.timeout if self._first else self._settings.init_seconds,
            self._init_too_long,
        )

    def invoke(self, invocation: Invocation, began: float | None = None) -> None:
        """Hand an invocation to an idle environment, first of all: the rest fits in meanwhile.

        If it `began` earlier, with an init that was repeated, that was on its time, too (L12).
        """
        self.state = State.BUSY
        self._current = invocation
        invocation.started = began or time.monotonic()
        if self._deliver is not None:
            self._deliver(invocation)
        self._log.start(invocation)
        self._memory_watch.add(self)
        ends = invocation.started + self.function.timeout
        self._limit(ends - time.monotonic(), self._time_out)

    def changed_file(self, *, thoroughly: bool = False) -> str | None:
        """Name a file of the function that has changed since it was loaded."""
        return self._loaded.changed(thoroughly=thoroughly) if self._settings.reload else None

    async def stop(self) -> None:
        """Kill it and wait until it is gone."""
        self.kill()
        await self._watch

    def kill(self) -> None:
        """Kill its process and all that this started."""
        kill_all(self._process)

    # What the Runtime API tells

    def next_invocation(self, deliver: Callable[[Invocation], None]) -> None:
        """Hear that the runtime is ready, and give it work when there is some."""
        if self.state is State.INIT:
            self._init_done()
        elif self.state is State.FINISHING:
            self._finish()
        self._deliver = deliver
        if self.state not in {State.IDLE, State.STOPPED}:
            self._become_idle()

    def is_current(self, request_id: str) -> bool:
        """Say whether an outcome is still wanted: not after the timeout, nor a second time."""
        return (
            self.state is State.BUSY
            and self._current is not None
            and self._current.request_id == request_id
            and self._current.failure is None
        )

    def respond(self, body: bytes) -> None:
        self._answer(body, None)

    def fail(self, body: bytes) -> None:
        self._answer(body, "Unhandled")

    def refuse_response(self) -> None:
        failure = failures.response_too_large()
        self._answer(failure.payload, "Unhandled")

    def fail_init(self, body: bytes) -> None:
        """Keep why the import failed; the process ends by itself then."""
        self._init_failure = failures.reported(body)

    # What time and the process tell

    async def _watch_process(self) -> None:
        returncode = await self._process.wait()
        kill_all(self._process)
        self._log.output.drain()
        self._stopped(returncode)
        await self._release()

    async def _release(self) -> None:
        self._server.close()
        self._log.output.close()
        await asyncio.to_thread(shutil.rmtree, self._folders.root, ignore_errors=True)

    def _stopped(self, returncode: int) -> None:
        before, self.state = self.state, State.STOPPED
        self.initialised.set()
        self._memory_watch.discard(self)
        if self._timer:
            self._timer.cancel()
        if before is State.INIT:
            self._fail_at_init(returncode)
        elif before is State.BUSY and self._current:
            current = self._current
            self._fail_current(current.failure or self._exited(current.request_id, returncode))
        elif before is State.FINISHING:
            self._finish()
        self._changed(self)

    def _time_out(self) -> None:
        if self._current and self.state is State.BUSY:
            self._current.failure = failures.timed_out(
                self._current.request_id, self.function.timeout
            )
            self._memory.note_peak(self._process.pid)
            self.kill()

    def check_memory(self) -> None:
        """Kill it if it uses more than MemorySize; called every 20 ms while it is busy."""
        over = self._memory.is_over(self._process.pid) and self._debug_port is None
        if over and self.state is not State.STOPPED:
            self._out_of_memory = True
            self.kill()

    def _init_too_long(self) -> None:
        if self.state is not State.INIT:
            return
        if self._first:
            self._first.failure = failures.timed_out(self._first.request_id, self.function.timeout)
        self.kill()

    # Steps between the states

    def _limit(self, seconds: float, then: Callable[[], None]) -> None:
        """Set the limit for what begins now, unless a debugger may stop time."""
        if self._debug_port is None:
            self._timer = self._loop.call_later(seconds, then)

    def _init_done(self) -> None:
        if self._timer:
            self._timer.cancel()
        self.initialised.set()
        self._memory_watch.discard(self)
        if self._first is None:
            self._init_duration = time.monotonic() - self._began

    def _become_idle(self) -> None:
        self.state = State.IDLE
        if self._first is not None:
            first, self._first = self._first, None
            self.invoke(first, self._began)
            return
        self._current = None
        self._changed(self)

    def _fail_at_init(self, returncode: int) -> None:
        took = time.monotonic() - self._began
        phase = "invoke" if self._first else "init"
        rid = self._first.request_id if self._first else ""
        killed = returncode < 0 and self._init_failure is None
        timed_out = killed and not self._out_of_memory
        failure = self._init_failure or self._exited(rid, returncode)
        self.init_failed = self._first is None
        self._log.init_report(took, phase, None if timed_out else failure.error_type)
        if self._first is not None:
            self._first.started = self._began
            self._log.start(self._first)
            self._fail_current(self._first.failure or failure)

    def _answer(self, payload: bytes, function_error: str | None) -> None:
        invocation = self._current
        if invocation is None:
            return
        self.state = State.FINISHING
        self._memory_watch.discard(self)
        invocation.duration = time.monotonic() - invocation.started
        if self._timer:
            self._timer.cancel()
        result = InvocationResult(invocation.request_id, payload, function_error, invocation.logged)
        if not invocation.result.done():
            invocation.result.set_result(result)

    def _fail_current(self, failure: Failure) -> None:
        if self._current is None:
            return
        for line in failure.log:
            self._log.add(line)
        self._current.failure = failure
        self._answer(failure.payload, "Unhandled")
        if failure.status == "timeout":
            self._current.duration = float(self.function.timeout)
        self.state = State.STOPPED
        self._finish()

    def _finish(self) -> None:
        invocation, self._current = self._current, None
        if invocation is None:
            return
        self._memory.note_peak(self._process.pid)
        self._log.end(invocation, self._memory.reported(), self._init_duration)
        self._init_duration = None

    def _exited(self, request_id: str, returncode: int) -> Failure:
        return failures.exited(request_id, returncode, out_of_memory=self._out_of_memory)
