"""`visitplannr up --detach`: the same `up`, in a process of its own that goes on.

The process is a fork, made before anything else is imported, so it has the flags as they were read.
What it prints goes to a file in the state folder.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from visitplannr.cli.command import CommandError
from visitplannr.cli.output import complain

LOG = "up.log"
_READY = "\nReady in "
_SAID = "visitplannr: "
_POLL_SECONDS = 0.02
_PRIVATE = 0o600
_OTHER_DESCRIPTORS = (3, 256)


class NotStartedError(CommandError):
    """It has ended before it was ready; the message is its own, `code` its exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def run_detached(state: Path, run: Callable[[], int]) -> int:
    """Start it, print what it prints until it is ready, and leave it running.

    Returns its own exit code, with its reason on stderr, if it ends before.

    Raises:
        CommandError: the state folder cannot be written.
    """
    with _log_in(state) as log:
        child = _start(run, log)
        try:
            with _ended_if_interrupted(child):
                _wait_until_ready(child, log)
        except NotStartedError as error:
            complain(f"{_SAID}{error}")
            return error.code if error.code > 0 else 1
        sys.stdout.write(log.read_text("utf-8"))
        log.rename(state / LOG)
    sys.stdout.write(f"It logs to {state / LOG}.\n")
    return 0


@contextlib.contextmanager
def started(state: Path, run: Callable[[], int]) -> Iterator[None]:
    """Keep one running for as long as the context lasts.

    Raises:
        NotStartedError: it has ended before it was ready.
    """
    with _log_in(state) as log:
        child = _start(run, log)
        with _ended_if_interrupted(child):
            _wait_until_ready(child, log)
        try:
            yield
        finally:
            _end(child)


@contextlib.contextmanager
def _log_in(state: Path) -> Iterator[Path]:
    """Give a file of its own: one that runs already keeps the log that it writes to."""
    log = state / f"up-{os.getpid()}.log"
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        log.touch(_PRIVATE)
    except OSError as error:
        message = f"the state folder {state} cannot be written ({error.strerror})"
        raise CommandError(f"{message}; name another with --state-dir") from error
    try:
        yield log
    finally:
        log.unlink(missing_ok=True)


def _start(run: Callable[[], int], log: Path) -> int:
    """Fork; give the child's process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _become(run, log)
    return child


def _become(run: Callable[[], int], log: Path) -> NoReturn:
    """Be the detached process, with nothing of what the one before had open."""
    code = 1
    try:
        os.setsid()
        output = os.open(log, os.O_WRONLY | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, nothing), (1, output), (2, output)):
            os.dup2(source, target)
        os.closerange(*_OTHER_DESCRIPTORS)
        code = run()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _wait_until_ready(child: int, log: Path) -> None:
    while _READY not in log.read_text("utf-8", "replace"):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            said = log.read_text("utf-8", "replace")
            code = os.waitstatus_to_exitcode(status)
            raise NotStartedError(_reason(said) or f"it has ended: {_outcome(code)}", code)
        time.sleep(_POLL_SECONDS)


def _reason(said: str) -> str:
    """Give what it said last of itself, without its name; all of it where it said nothing so."""
    reasons = [line for line in said.splitlines() if line.startswith(_SAID)]
    return reasons[-1].removeprefix(_SAID) if reasons else said.strip()


def _outcome(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


@contextlib.contextmanager
def _ended_if_interrupted(child: int) -> Iterator[None]:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupted)
    try:
        yield
    except KeyboardInterrupt:
        _end(child)
        raise SystemExit(0) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
