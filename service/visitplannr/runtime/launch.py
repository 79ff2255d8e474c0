"""What an execution environment's process is started with: its command, and its own variables."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visitplannr.runtime import bootstrap, debugger
from visitplannr.runtime.isolation import View
from visitplannr.runtime.node_interpreter import major_of
from visitplannr.runtime.preparation import Prepared
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.search_paths import library_paths, node_path, python_path, wrapper
from visitplannr.runtime.settings import HostSettings

_NODE_BOOTSTRAP = Path(__file__).with_name("node") / "bootstrap.mjs"
# `up` says that another Node.js runs the function: the SDK need not say that it is too old.
_OLDER_NODE = {"AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true"}
_OURS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Folders:
    """What an environment has on disk: `temporary` is its /tmp, `notes` is ours."""

    root: Path

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def notes(self) -> Path:
        return self.root / "loaded-files"


@dataclass(frozen=True, slots=True)
class Launch:
    """A command, and the variables that go with it."""

    command: list[str]
    variables: Mapping[str, str]


def launch(prepared: Prepared, settings: HostSettings, folders: Folders) -> Launch:
    """Say how a function that was prepared is started.

    A Python function that is debugged waits for its debugger.

    Raises:
        ValueError: it cannot be started; the message says what is missing.
    """
    started = _runtime(prepared, settings, folders)
    variables = {**library_paths(prepared, settings.sandbox.path), **started.variables}
    command = [*wrapper(prepared), *started.command]
    isolation = settings.runtimes.isolation_of(prepared.root)
    if isolation is None:
        own = prepared.function.environment.get("TMPDIR", str(folders.temporary))
        return Launch(command, {"TMPDIR": own, **variables})
    programs = (Path(command[0]), Path(started.command[0]))
    view = _view(prepared, settings.runtimes, folders, programs)
    return Launch(isolation.command(command, view), variables)


def _runtime(prepared: Prepared, settings: HostSettings, folders: Folders) -> Launch:
    function, runtimes = prepared.function, settings.runtimes
    if function.runtime.startswith("python"):
        port = settings.debug_ports.get(function.logical_id)
        debugged = debugger.command(port, installed=debugger.is_installed()) if port else []
        return _python(prepared, runtimes, folders, debugged)
    if function.runtime.startswith("nodejs"):
        node = runtimes.node(function.runtime)
        command = [str(node.program) if node else "node", str(_NODE_BOOTSTRAP)]
        places = {"NODE_PATH": ":".join(map(str, node_path(prepared)))}
        stands_in = node is not None and node.major != major_of(function.runtime)
        return Launch(command, {**places, **(_OLDER_NODE if stands_in else {})})
    return Launch([str(prepared.root / "bootstrap")], {})


def _python(
    prepared: Prepared, runtimes: Runtimes, folders: Folders, debugged: Sequence[str]
) -> Launch:
    """Start without site-packages (-S): a function sees what Lambda's image has.

    Where nothing else keeps code from being written to, the bootstrap does.
    """
    function = prepared.function
    interpreter = runtimes.interpreter(function)
    variables = {
        "PYTHONPATH": python_path(prepared, interpreter.packages),
        "LAMBDA_RUNTIME_DIR": str(interpreter.packages),
    }
    noted = dict.fromkeys([*prepared.kept, prepared.root])
    guarded = (
        "" if runtimes.isolation_of(prepared.root) else os.pathsep.join(map(str, prepared.kept))
    )
    run = [
        bootstrap.__file__,
        str(folders.notes),
        os.pathsep.join(map(str, noted)),
        guarded,
        function.handler,
    ]
    return Launch([str(interpreter.python), "-S", *debugged, *run], variables)


def _view(
    prepared: Prepared, runtimes: Runtimes, folders: Folders, programs: tuple[Path, ...]
) -> View:
    function = prepared.function
    python = function.runtime.startswith("python")
    places = runtimes.interpreter(function).places if python else ()
    return View(
        prepared.root,
        folders.temporary,
        read_only=prepared.kept,
        layers=prepared.layers,
        writable=(folders.root, runtimes.cache),
        needed=(
            *(prepared.root, *prepared.kept, *prepared.packages, *prepared.provided),
            *(folders.root, runtimes.cache, _OURS, *programs, *places),
        ),
    )
