"""`visitplannr stop`: ends the `up` of a state folder."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from visitplannr.cli.command import CommandError
from visitplannr.cli.output import print_json, print_line
from visitplannr.up.guardian import is_running
from visitplannr.up.state_folder import holder

_SECONDS = 60.0
_POLL_SECONDS = 0.05


def run_stop(state: Path, *, as_json: bool, send: Callable[[int, int], None] = os.kill) -> int:
    """End the `up` of a state folder, and wait until it has written its state.

    Raises:
        CommandError: it is somebody else's, or does not end.
    """
    pid = holder(state)
    if pid is None:
        _say({"stopped": False}, f"Nothing runs with the state folder {state}.", as_json=as_json)
        return 0
    try:
        with contextlib.suppress(ProcessLookupError):
            send(pid, signal.SIGTERM)
    except PermissionError as error:
        raise CommandError(f"process {pid} belongs to another user, who has to end it") from error
    deadline = time.monotonic() + _SECONDS
    while is_running(pid):
        if time.monotonic() > deadline:
            raise CommandError(f"process {pid} has not ended in {_SECONDS:.0f} s; `kill -9 {pid}`")
        time.sleep(_POLL_SECONDS)
    _say({"stopped": True, "pid": pid}, f"Stopped (process {pid}).", as_json=as_json)
    return 0


def _say(found: dict[str, Any], line: str, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        print_line(line)
