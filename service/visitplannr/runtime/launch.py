"""What an execution environment's process is started with: its command, and its own variables."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visitplannr.runtime import bootstrap, debugger
from visitplannr.runtime.isolation import View
from visitplannr.runtime.preparation import Prepared
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.settings import HostSettings

_NODE_BOOTSTRAP = Path(__file__).with_name("node") / "bootstrap.mjs"
_OURS = Path(__file__).parents[1]
WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


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
    """Say how a function is started.

    A Python function that is debugged waits for its debugger.

    Raises:
        ValueError: it cannot be started; the message says what is missing.
    """
    started = _runtime(prepared, settings, folders)
    variables = {**_search_paths(prepared, settings.sandbox.path), **started.variables}
    command = [*_wrapper(prepared), *started.command]
    isolation = settings.runtimes.isolation_of(prepared.root)
    if isolation is None:
        own = prepared.function.environment.get("TMPDIR", str(folders.temporary))
        return Launch(command, {"TMPDIR": own, **variables})
    view = _view(prepared, settings.runtimes, folders, command[0])
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
        return Launch(command, {"NODE_PATH": ":".join(map(str, node_path(prepared)))})
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
        "PYTHONPATH": python_path(prepared, runtimes),
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


def python_path(prepared: Prepared, runtimes: Runtimes) -> str:
    """Say where a Python function imports from, beside its code: requirements, layers, Lambda's."""
    layers = (place for layer in prepared.layers for place in _layer_places(layer))
    packages = runtimes.interpreter(prepared.function).packages
    places = [*prepared.packages, *layers, *prepared.provided, packages]
    return ":".join(map(str, places))


def _layer_places(layer: Path) -> list[Path]:
    """Give where a layer's Python packages are (lambda-runtime.md L51)."""
    places = [*sorted(layer.glob("python/lib/python3.*/site-packages")), layer / "python"]
    return [place for place in places if place.is_dir()]


def node_path(prepared: Prepared) -> Iterator[Path]:
    """Say where a Node.js function finds packages that are not beside its code."""
    yield from filter(Path.is_dir, _node_places(prepared))


def _node_places(prepared: Prepared) -> Iterator[Path]:
    major = prepared.function.runtime.removeprefix("nodejs").partition(".")[0]
    yield from prepared.packages
    for layer in prepared.layers:
        yield from (
            layer / "nodejs" / f"node{major}" / "node_modules",
            layer / "nodejs/node_modules",
        )
    yield from prepared.provided


def _search_paths(prepared: Prepared, path: str) -> Mapping[str, str]:
    """Add what layers and code have of programs and libraries (L47), where there are any."""
    programs = [layer / "bin" for layer in prepared.layers if (layer / "bin").is_dir()]
    places = (prepared.root, prepared.root / "lib", *(layer / "lib" for layer in prepared.layers))
    libraries = [place for place in places[1:] if place.is_dir()]
    own = prepared.function.environment
    found = {}
    if programs and "PATH" not in own:
        found["PATH"] = os.pathsep.join([path, *map(str, programs)])
    if libraries and "LD_LIBRARY_PATH" not in own:
        found["LD_LIBRARY_PATH"] = os.pathsep.join(map(str, (places[0], *libraries)))
    return found


def _wrapper(prepared: Prepared) -> list[str]:
    """Find the script that starts the runtime, if there is one (Lambda, "Wrapper scripts").

    Raises:
        ValueError: it is not there.
    """
    function = prepared.function
    named = function.environment.get(WRAPPER, "")
    if not named or function.runtime.startswith("provided"):
        return []
    for place in _placed(named, prepared):
        if place.is_file():
            return [str(place)]
    raise ValueError(f"its {WRAPPER} {named} is in none of its layers, nor in its code")


def _placed(named: str, prepared: Prepared) -> Iterator[Path]:
    """Give where a path of Lambda's file system is on this machine."""
    path = Path(named)
    for start, folders in (("/opt", prepared.layers), ("/var/task", (prepared.root,))):
        if path.is_relative_to(start):
            yield from (folder / path.relative_to(start) for folder in folders)
            return
    yield path if path.is_absolute() else prepared.root / path


def _view(prepared: Prepared, runtimes: Runtimes, folders: Folders, program: str) -> View:
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
            *(folders.root, runtimes.cache, _OURS, Path(program), *places),
        ),
    )
