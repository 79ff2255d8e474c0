"""The life of one execution environment: a process that runs awslambdaric, and its states.

INIT ──▶ IDLE ──▶ BUSY ──▶ FINISHING ──▶ IDLE …
                               └──▶ OVERDUE ──▶ IDLE …
└────────┴────────┴────────────┴────────┴──▶ STOPPED
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial

from visitplannr.model.application import Function
from visitplannr.model.response_buffer import Source
from visitplannr.runtime import failures, runtime_api
from visitplannr.runtime.debugger import until_free
from visitplannr.runtime.environment_log import EnvironmentLog
from visitplannr.runtime.failures import Failure
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.launch import Folders
from visitplannr.runtime.lifecycle import Ending, State
from visitplannr.runtime.loaded_files import LoadedFiles
from visitplannr.runtime.memory import MemoryUse, MemoryWatch
from visitplannr.runtime.peer import Address
from visitplannr.runtime.runtime_process import RuntimeProcess, runtime_process
from visitplannr.runtime.settings import HostSettings


class ExecutionEnvironment:
    """Runs one invocation at a time; `changed` is called when it is free, overdue or stopped.

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
        self.init_failed = False
        self._settings = settings
        self._debug_port = settings.debug_ports.get(function.logical_id)
        self._changed = changed
        self._first = first
        self._current: Invocation | None = first
        self._loop = asyncio.get_running_loop()
        self._log = EnvironmentLog(function, settings)
        self._folders = Folders(settings.sandbox.work / self._log.id)
        self._loaded = LoadedFiles(self._folders.notes)
        self._memory_watch = memory_watch
        self._memory = MemoryUse(function.memory, self._exceed_memory)
        self._process: RuntimeProcess | None = None
        self._deliver: Callable[[Invocation], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._init_duration: float | None = None
        self._init_failure: Failure | None = None
        self._ending: Ending | None = None

    async def run(self) -> None:
        """Live from INIT to STOPPED; afterwards nothing of the environment is left.

        Raises:
            OSError, ValueError: the process cannot be started; the message says why.
        """
        if self._debug_port is not None:
            name, report = self.function.logical_id, self._settings.report
            await until_free(self._debug_port, lambda: self._ending is None, name, report)
        if self._ending is not None:
            self.state = State.STOPPED
            self._changed(self)
            return
        self._began = time.monotonic()
        self._log.init_start()
        if self._debug_port is not None:
            waits = f"{self.function.logical_id} waits for a debugger on port {self._debug_port}"
            self._settings.report(f"{waits} (127.0.0.1); its requests wait, too, without a timeout")
        async with runtime_process(
            self.function, self._settings, self._folders, self._log
        ) as process:
            self._process, self._memory.pid = process, process.pid
            if self._ending:
                process.kill()
            self._memory_watch.add(self._memory)
            self._limit(
                self.function.timeout if self._first else self._settings.init_seconds,
                self._time_out,
            )
            async with runtime_api.serving(self, process.listener, partial(self._is_own, process)):
                returncode = await process.ended()
            self._stopped(returncode)

    def invoke(self, invocation: Invocation, began: float | None = None) -> None:
        """Hand an invocation to an idle environment, first of all: the rest fits in meanwhile.

        If it `began` earlier, with an init that was repeated, that was on its time, too (L12).
        """
        self.state = State.BUSY
        self._current = invocation
        invocation.started = began or time.monotonic()
        if self._deliver is not None:
            self._deliver(invocation)
        self._log.start(invocation, self._access_key())
        self._memory_watch.add(self._memory)
        ends = invocation.started + self.function.timeout
        self._limit(ends - time.monotonic(), self._time_out)

    def changed_file(self, *, thoroughly: bool = False) -> str | None:
        """Name a file of the function that has changed since it was loaded."""
        return self._loaded.changed(thoroughly=thoroughly) if self._settings.reload else None

    def kill(self) -> None:
        """End it at once, as it is not needed any more; also while it starts."""
        self._end(Ending.UNNEEDED)

    # What the Runtime API asks and tells

    def _is_own(self, process: RuntimeProcess, client: Address, server: Address) -> bool:
        """Say whether its own processes hold a connection; tell of others."""
        marker = f"AWS_LAMBDA_LOG_STREAM_NAME={self._log.stream}"
        is_own = self._settings.belongs_to(process.pid, marker, client, server)
        if not is_own:
            name = self.function.logical_id
            self._settings.report(f"{name}: another process asked for its events and got none")
        return is_own

    def next_invocation(self, deliver: Callable[[Invocation], None]) -> bool:
        """Hear that the runtime is ready, and give it work when there is some.

        False if this is the wrong moment: the last work is not answered, or one waits already.
        """
        if self.state in {State.IDLE, State.BUSY}:
            return False
        self._deliver = deliver
        if self.state is State.INIT:
            self._initialised()
        elif self.state is not State.STOPPED:
            self._finish()
        if self.state is not State.STOPPED:
            self._become_idle()
        return True

    def disconnected(self) -> None:
        """Hear that nobody waits for work any more: whatever is delivered now would be lost."""
        idle = self.state is State.IDLE
        self.kill()
        if idle:
            self.state = State.STOPPED
            self._changed(self)

    def is_current(self, request_id: str) -> bool:
        """Say whether an outcome is still wanted: not after the timeout, nor a second time."""
        return (
            self.state is State.BUSY
            and self._current is not None
            and self._current.request_id == request_id
            and self._current.failure is None
        )

    def answer(self, payload: bytes, function_error: str | None) -> None:
        """Take the outcome of the current invocation; END and REPORT come with the next /next."""
        if self._current is None:
            return
        self.state = State.FINISHING
        self._memory_watch.discard(self._memory)
        took = time.monotonic() - self._current.started
        self._current.settle(payload, function_error, took)
        self._limit(self._settings.next_seconds, self._overdue)

    def stream(self, content_type: str, chunk: bytes, source: Source) -> bool:
        """Pass on a part of the current answer; False if nobody wants it before the whole."""
        if self._current is None or self._current.stream is None:
            return False
        self._current.stream.write(content_type, chunk, source)
        return True

    def fail_init(self, body: bytes) -> None:
        """Keep why the import failed; the process ends by itself then."""
        self._init_failure = failures.reported(body)

    # From state to state

    def _initialised(self) -> None:
        self._memory_watch.discard(self._memory)
        if self._first is None:
            self._init_duration = time.monotonic() - self._began

    def _become_idle(self) -> None:
        if self._timer:
            self._timer.cancel()
        self.state = State.IDLE
        if self._first is not None:
            first, self._first = self._first, None
            self.invoke(first, self._began)
        else:
            self._changed(self)

    def _overdue(self) -> None:
        """Expect /next no longer soon, and only until the function's Timeout."""
        self.state = State.OVERDUE
        if self._current:
            ends = self._current.started + self.function.timeout
            self._limit(ends - time.monotonic(), self._time_out)
        self._changed(self)

    def _finish(self) -> None:
        """Write END and REPORT, after everything that the function has printed (L44)."""
        invocation, self._current = self._current, None
        if invocation is None or self._process is None:
            return
        self._process.output.drain()
        self._memory.note_peak()
        self._log.end(invocation, self._memory.reported(), self._init_duration)
        self._init_duration = None

    def _stopped(self, returncode: int) -> None:
        before, self.state = self.state, State.STOPPED
        self._memory_watch.discard(self._memory)
        if self._timer:
            self._timer.cancel()
        request_id = self._current.request_id if self._current else ""
        too_large = self._ending is Ending.TOO_LARGE
        exited = failures.exited(request_id, returncode, out_of_memory=too_large)
        match before:
            case State.INIT:
                self._fail_at_init(self._init_failure or exited)
            case State.BUSY:
                self._fail(exited)
            case State.FINISHING | State.OVERDUE:
                self._finish()
            case State.STOPPED:
                return
        self._changed(self)

    def _fail_at_init(self, failure: Failure) -> None:
        """Report an init that has failed (L13); one that is not needed any more has not."""
        if self._ending is not Ending.UNNEEDED:
            self.init_failed = self._first is None
            error_type = None if self._ending is Ending.TOO_SLOW else failure.error_type
            phase = "invoke" if self._first else "init"
            self._log.init_report(time.monotonic() - self._began, phase, error_type)
        if self._first is not None:
            self._first.started = self._began
            self._log.start(self._first, self._access_key())
            self._fail(failure)

    def _access_key(self) -> str:
        return self._process.access_key if self._process else ""

    def _fail(self, failure: Failure) -> None:
        """Answer the current invocation for a process that cannot any more."""
        if self._current is None:
            return
        failure = self._current.failure = self._current.failure or failure
        for line in failure.log:
            self._log.add(line)
        took = time.monotonic() - self._current.started
        duration = float(self.function.timeout) if failure.status == "timeout" else took
        self._current.settle(failure.payload, "Unhandled", duration)
        self._finish()

    # Its limits

    def _limit(self, seconds: float, then: Callable[[], None]) -> None:
        """Limit what begins now, instead of what was before; a debugger may stop time."""
        if self._timer:
            self._timer.cancel()
        if self._debug_port is None:
            self._timer = self._loop.call_later(seconds, then)

    def _time_out(self) -> None:
        if self._current and self.state in {State.INIT, State.BUSY}:
            self._current.failure = failures.timed_out(
                self._current.request_id, self.function.timeout
            )
        self._memory.note_peak()
        self._end(Ending.TOO_SLOW)

    def _exceed_memory(self) -> None:
        if self._debug_port is None:
            self._end(Ending.TOO_LARGE)

    def _end(self, why: Ending) -> None:
        self._ending = self._ending or why
        if self._process and self.state is not State.STOPPED:
            self._process.kill()
