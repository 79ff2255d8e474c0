"""`visitplannr status`: what runs on a state folder, and where."""

from pathlib import Path
from typing import Any

from visitplannr.cli.detached import LOG
from visitplannr.cli.local_api import RefusedError, ask
from visitplannr.cli.output import print_json, print_line, print_rows
from visitplannr.cli.place import PlaceError
from visitplannr.up.announcement import Running, find_running
from visitplannr.up.state_folder import holder

_READY, _STARTING, _STOPPED = "ready", "starting", "stopped"


def run_status(state: Path, *, as_json: bool) -> int:
    """Say what runs on a state folder; return 1 unless it is ready."""
    found = status_of(state)
    if as_json:
        print_json(found)
    elif found["status"] == _STOPPED:
        print_line(f"Nothing runs with the state folder {state}.")
    else:
        print_rows(((name, str(value)) for name, value in found.items()), indent="")
    return 0 if found["status"] == _READY else 1


def status_of(state: Path) -> dict[str, Any]:
    """Give `status` (ready, starting or stopped) and, unless it is stopped, where it is."""
    pid, running = holder(state), find_running(state)
    if pid is None:
        return {"status": _STOPPED, "state_dir": str(state)}
    log = state / LOG
    detached = {"log": str(log)} if log.exists() else {}
    where = {"pid": pid, "state_dir": str(state), **detached}
    if running is None:
        return {"status": _STARTING, **where}
    told = {
        "url": running.url,
        "endpoint_url": running.endpoint_url,
        "console_url": running.console_url,
        "stack_name": running.stack_name,
        "region": running.region,
    }
    return {"status": _health(running), **told, **where}


def _health(running: Running) -> str:
    try:
        return str(ask(running.url, "health")["status"])
    except RefusedError as refused:
        return str(refused.said.get("status", _STARTING))
    except PlaceError:
        return _STARTING
