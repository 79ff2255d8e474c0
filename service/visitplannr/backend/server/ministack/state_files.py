"""MiniStack's state on disk: a file a service, read at the start and written at the end.

MiniStack logs a file that it cannot read or write, and goes on; here it is said, and a damaged file
is put aside, so that nothing overwrites it.
"""

import gc
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from visitplannr.backend.server.kept_database import put_aside
from visitplannr.backend.server.ministack.lost_resources import HasTable, lost_resources
from visitplannr.backend.server.ministack.seams import find_seam, module
from visitplannr.model.whole_files import write_whole

_STACKS = "cloudformation"
_FORMAT = "__ministack_format__"


class StateFiles:
    """The files in `folder`; `unwritten` names those that could not be written."""

    def __init__(self, folder: Path, say: Callable[[str], None], has_table: HasTable) -> None:
        self.unwritten: list[Path] = []
        self._folder = folder
        self._say = say
        self._has_table = has_table

    def install(self) -> None:
        """Let MiniStack read and write them here."""
        module("app")._load_persisted_state = self.load
        module("core.persistence").save_state = self.save

    def load(self) -> None:
        """Let each service have what was kept of it; stacks last.

        Where a service has lost something, the records of stacks, which say that it is there, are
        put aside, too: `up` makes its stack again. Nothing of it is garbage, and looked at as such.
        """
        gc.disable()
        try:
            self._load()
        finally:
            gc.freeze()
            gc.enable()

    def _load(self) -> None:
        services = dict(find_seam("app._state_map"))
        stacks = services.pop(_STACKS)
        damaged = [name for name in services if not self._restored(name, services[name])]
        file = self._file(_STACKS)
        if not damaged and not self._lost(file):
            self._restored(_STACKS, stacks)
        elif file.exists():
            self._say(f"The stacks are made again; their records were kept as {put_aside(file)}.")

    def _lost(self, stacks: Path) -> bool:
        """Say what is gone without a trace but in the records of stacks, if those can be read."""
        try:
            records = _read(stacks, _STACKS)["stacks"].all_items()
            lost = list(lost_resources(records, self._folder, self._has_table))
        except (OSError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
            return False
        for line in lost:
            self._say(line)
        return bool(lost)

    def save(self, name: str, data: Mapping[str, Any]) -> None:
        """Write a service's state; one that cannot be written stays as it was."""
        file, persistence = self._file(name), module("core.persistence")
        wrapped = {_FORMAT: persistence._state_format_version(name), "payload": data}
        try:
            write_whole(file, json.dumps(wrapped, default=persistence._json_default))
        except (OSError, TypeError, ValueError) as error:
            self.unwritten.append(file)
            self._say(f"{file}: cannot be written ({_reason(error)}); it is as it was before")

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _restored(self, name: str, restored: str) -> bool:
        file = self._file(name)
        if not file.exists():
            return True
        try:
            if data := _read(file, name):
                find_seam("app._get_module")(restored).load_persisted_state(data)
        except Exception as error:  # noqa: BLE001 - whatever a service makes of what it is given
            self._say(
                f"{file}: is damaged ({_reason(error)}); what it held begins empty. It was put "
                f"aside as {put_aside(file)}: mended, and put back while `up` is ended, it is used"
            )
            return False
        return True


def _read(file: Path, name: str) -> Mapping[str, Any]:
    """Read a state; raises ValueError or OSError if it is none, or of a later version."""
    persistence = module("core.persistence")
    version = persistence._state_format_version(name)
    with file.open(encoding="utf-8") as opened:
        found = json.load(opened, object_hook=persistence._json_object_hook)
    if isinstance(found, dict) and _FORMAT in found:
        if found[_FORMAT] > version:
            raise ValueError(f"of format {found[_FORMAT]}, known is {version}")
        found = found.get("payload")
    match found:
        case dict(state):
            return state
    raise ValueError("no state")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"{type(error).__name__}: {error}" if not isinstance(error, ValueError) else str(error)
