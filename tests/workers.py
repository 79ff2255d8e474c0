"""Run the tests in forked workers: they are collected once, and all share what is imported.

pytest-xdist starts each worker as a new Python that imports and collects everything again, and
sends six messages for each test. Here the process that has collected forks, each worker takes the
next group of tests (scheduling.py) from one pipe, and what came of a test is one message.
"""

import mmap
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn

import pytest

_INDEX_BYTES = 4
_NODEID_BYTES = 4096


@dataclass
class Ran:
    """What came of one test, as pytest serialises it."""

    nodeid: str
    location: tuple[str, int | None, str]
    reports: list[Mapping[str, Any]] = field(default_factory=list)
    warnings: list[Mapping[str, Any]] = field(default_factory=list)


class Sender:
    """In a worker: sends what came of each test once it is over."""

    def __init__(self, config: pytest.Config, results: Connection, running: mmap.mmap) -> None:
        self._config = config
        self._results = results
        self._running = running
        self._ran = Ran("", ("", None, ""))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Send last: pytest tells of a test's warnings after its end."""
        self._ran = Ran(item.nodeid, item.location)
        self._running.seek(0)
        self._running.write(item.nodeid.encode()[: _NODEID_BYTES - 1] + b"\0")
        done = yield
        self._results.send(self._ran)
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        hook = self._config.hook.pytest_report_to_serializable
        self._ran.reports.append(hook(config=self._config, report=report))

    def pytest_warning_recorded(
        self, warning_message: warnings.WarningMessage, when: str, nodeid: str, location: Any
    ) -> None:
        said = {"warning_message": warning_message, "when": when}
        self._ran.warnings.append({**said, "nodeid": nodeid, "location": location})


class Worker:
    """A forked process that runs tests, as its parent knows it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.results, self._sending = Pipe(duplex=False)
        self._running = mmap.mmap(-1, _NODEID_BYTES)
        self.pid = 0

    def start(
        self, session: pytest.Session, taken: Iterator[Sequence[pytest.Item]], others: list[Any]
    ) -> None:
        """Fork; the child lets go of what its parent reads, so that it ends if its parent does."""
        self.pid = os.fork()
        if not self.pid:
            for worker in [*others, self]:
                worker.results.close()
            self._work(session, taken)
        self._sending.close()

    def interrupt(self) -> None:
        os.kill(self.pid, signal.SIGINT)

    def end(self) -> str | None:
        """Wait for its end; say what was wrong with it: a test may have ended it, even with 0."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        running = self._running[:].partition(b"\0")[0].decode(errors="replace")
        if code == 0 and not running:
            return None
        return f"worker {self.number} ended with exit code {code}; its last test was {running}"

    def _work(self, session: pytest.Session, taken: Iterator[Sequence[pytest.Item]]) -> NoReturn:
        code = 1
        try:
            self._prepare(session.config)
            _run(session, taken)
            session.config._ensure_unconfigure()
            self._running[:1] = b"\0"
            code = 0
        except (KeyboardInterrupt, pytest.exit.Exception):
            code = 2
        except BaseException:  # noqa: BLE001 - nothing may run on in the copy of the parent
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(code)

    def _prepare(self, config: pytest.Config) -> None:
        """Take a process group, a folder, and capturing of its own, and say nothing."""
        os.setpgid(0, 0)
        plugins = config.pluginmanager
        plugins.unregister(name="terminalreporter")
        capturing: Any = plugins.getplugin("capturemanager")
        capturing.stop_global_capturing()
        capturing.start_global_capturing()
        folders: Any = config
        own = folders._tmp_path_factory.getbasetemp() / f"worker{self.number}"
        own.mkdir(mode=0o700)
        folders._tmp_path_factory._basetemp = own
        plugins.register(Sender(config, self._sending, self._running))


def _run(session: pytest.Session, taken: Iterator[Sequence[pytest.Item]]) -> None:
    """Run groups; what a group has set up is torn down with its last test."""
    state: Any = session
    try:
        for item, following in chain.from_iterable(map(_with_next, taken)):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.shouldfail or session.shouldstop:
                return
    finally:
        state._setupstate.teardown_exact(None)


def _with_next(group: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    return zip_longest(group, group[1:])


def _taken(queue: int, groups: Sequence[Sequence[pytest.Item]]) -> Iterator[Sequence[pytest.Item]]:
    """Take group after group from a pipe that all workers read."""
    while index := os.read(queue, _INDEX_BYTES):
        yield groups[int.from_bytes(index)]


def _tell(session: pytest.Session, ran: Ran) -> None:
    """Tell the plugins of this process what came of a test."""
    hook = session.config.hook
    for warning in ran.warnings:
        hook.pytest_warning_recorded.call_historic(kwargs=dict(warning))
    hook.pytest_runtest_logstart(nodeid=ran.nodeid, location=ran.location)
    for data in ran.reports:
        report = hook.pytest_report_from_serializable(config=session.config, data=data)
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=ran.nodeid, location=ran.location)


def _follow(session: pytest.Session, workers: Sequence[Worker]) -> None:
    """Hear of all tests until the last worker has none left."""
    heard = {worker.results: worker for worker in workers}
    while heard:
        for results in wait(list(heard)):
            assert isinstance(results, Connection)
            try:
                _tell(session, results.recv())
            except EOFError:
                del heard[results]
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)


def run_in_workers(
    session: pytest.Session, groups: Sequence[Sequence[pytest.Item]], count: int
) -> None:
    """Run groups of tests, each in one of `count` workers.

    Raises:
        pytest.Session.Failed: a worker ended before its tests did, or enough tests have failed
    """
    queue, filling = os.pipe()
    os.write(filling, b"".join(i.to_bytes(_INDEX_BYTES) for i in range(len(groups))))
    os.close(filling)
    folders: Any = session.config
    folders._tmp_path_factory.getbasetemp()
    workers: list[Worker] = []
    for number in range(count):
        worker = Worker(number)
        worker.start(session, _taken(queue, groups), workers)
        workers.append(worker)
    try:
        _follow(session, workers)
    except BaseException:
        for worker in workers:
            worker.interrupt()
        raise
    finally:
        os.close(queue)
        problems = [worker.end() for worker in workers]
    if said := [problem for problem in problems if problem]:
        session.shouldfail = "; ".join(said)
        raise session.Failed(session.shouldfail)
