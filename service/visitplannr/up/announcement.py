"""Where a running `visitplannr up` can be found: a file in its state folder."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from visitplannr.model.whole_files import write_whole

_FILE = "running.json"


@dataclass(frozen=True, slots=True)
class Running:
    """What other commands need to know of it."""

    url: str
    endpoint_url: str
    region: str
    stack_name: str
    console_url: str = ""


@contextlib.contextmanager
def announced(state: Path, running: Running) -> Iterator[None]:
    """Let others find it while it runs."""
    path = state / _FILE
    write_whole(path, json.dumps(asdict(running)))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def find_running(state: Path) -> Running | None:
    """Find what runs on a state folder, or seems to: after `kill -9` the file is left."""
    try:
        return Running(**json.loads((state / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def forget_running(state: Path) -> None:
    """Remove what an `up` has left that was ended by `kill -9`."""
    with contextlib.suppress(OSError):
        (state / _FILE).unlink()
