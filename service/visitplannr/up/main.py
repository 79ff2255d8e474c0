"""Run `visitplannr up` as a program: signals in, exit code out."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import uvloop

from visitplannr.backend.embedded.child import BackendError
from visitplannr.deployment.errors import DeploymentError
from visitplannr.template.source import TemplateError
from visitplannr.up.front import PortError
from visitplannr.up.options import OptionsError, UpOptions
from visitplannr.up.session import terminal_on, up
from visitplannr.up.state_folder import StateDirectoryError

_FAILURES = (
    BackendError,
    DeploymentError,
    OptionsError,
    PortError,
    StateDirectoryError,
    TemplateError,
)

_PRIVATE = 0o077  # what it and its backend write is for its user only


def run_up(options: UpOptions) -> int:
    """Run the stack until a signal ends it; return 0, or 1 or 2 after saying why it cannot run."""
    os.umask(_PRIVATE)
    with _state(options.state) as state:
        return uvloop.run(_until_signalled(options, state))


@contextlib.contextmanager
def _state(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="visitplannr-") as temporary:
        yield Path(temporary)


async def _until_signalled(options: UpOptions, state: Path) -> int:
    terminal = terminal_on(sys.stdout)
    task = asyncio.create_task(up(options, state, terminal))
    _cancel_on_signals(task)
    try:
        await task
    except asyncio.CancelledError:
        return 0
    except (BaseExceptionGroup, *_FAILURES) as errors:
        failure = first_failure(errors)
        if failure is None:
            raise
        sys.stderr.write(f"visitplannr: {failure}\n")
        return 2 if isinstance(failure, OptionsError) else 1
    finally:
        terminal.close()
    return 0


def first_failure(errors: BaseException) -> BaseException | None:
    """Find, among the errors that ended all, the first that has a message for people."""
    if not isinstance(errors, BaseExceptionGroup):
        return errors if isinstance(errors, _FAILURES) else None
    found: BaseException | None = errors.subgroup(_FAILURES)
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found


def _cancel_on_signals(task: asyncio.Task[None]) -> None:
    """Let the first signal unwind the task; a second one interrupts that, too."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
