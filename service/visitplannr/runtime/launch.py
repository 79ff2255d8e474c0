"""What an execution environment's process is started with: its command, and its own variables."""

import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visitplannr.model.application import Function
from visitplannr.runtime import bootstrap, debugger
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.settings import HostSettings

_NODE_BOOTSTRAP = Path(__file__).with_name("node") / "bootstrap.mjs"
_CACHES = frozenset({"__pycache__"})
_LEFT_OUT = _CACHES | {"node_modules"}


@dataclass(frozen=True, slots=True)
class Folders:
    """What an environment has on disk: `temporary` stands in for /tmp, `notes` is ours."""

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


def launch(function: Function, settings: HostSettings, folders: Folders) -> Launch:
    """Say how a function is started.

    Python functions note what they load; where that matters, all files of the others are noted for
    them. A Python function that is debugged waits for its debugger.

    Raises:
        ValueError: it cannot be started; the message says what is missing.
    """
    runtimes = settings.runtimes
    if function.runtime.startswith("python"):
        port = settings.debug_ports.get(function.logical_id)
        debugged = debugger.command(port, installed=debugger.is_installed()) if port else []
        return _python(function, runtimes, folders, debugged)
    if settings.reload:
        _note_all_files(function, folders.notes)
    if function.runtime.startswith("nodejs"):
        search = [str(layer / "nodejs" / "node_modules") for layer in function.layers]
        command = [runtimes.node() or "node", str(_NODE_BOOTSTRAP)]
        return Launch(command, {"NODE_PATH": ":".join(search)})
    return Launch([str(function.code / "bootstrap")], {})


def _python(
    function: Function, runtimes: Runtimes, folders: Folders, debugged: Sequence[str]
) -> Launch:
    """Start without site-packages (-S): a function sees what Lambda's image has."""
    interpreter = runtimes.interpreter(function)
    variables = {
        "PYTHONPATH": python_path(function, runtimes),
        "LAMBDA_RUNTIME_DIR": str(interpreter.packages),
    }
    noted = [str(function.code), *map(str, function.layers)]
    run = [bootstrap.__file__, str(folders.notes), os.pathsep.join(noted), function.handler]
    return Launch([str(interpreter.python), "-S", *debugged, *run], variables)


def python_path(function: Function, runtimes: Runtimes) -> str:
    """Say where a Python function imports from, beside its code: requirements, layers, Lambda's."""
    required = runtimes.installed(function)
    layers = (place for layer in reversed(function.layers) for place in _layer_places(layer))
    places = [*([required] if required else []), *layers, runtimes.interpreter(function).packages]
    return ":".join(map(str, places))


def _layer_places(layer: Path) -> list[Path]:
    """Give where a layer's Python packages are (lambda-runtime.md L51)."""
    places = [*sorted(layer.glob("python/lib/python3.*/site-packages")), layer / "python"]
    return [place for place in places if place.is_dir()]


def _note_all_files(function: Function, notes: Path) -> None:
    """Note every file of a function whose runtime does not tell what it loads; its own come first.

    Packages that others install for it are left out; those of a layer are what it is made of.
    """
    code = _own_files(function.code, _LEFT_OUT)
    layers = (path for layer in function.layers for path in _own_files(layer, _CACHES))
    lines = []
    for path in itertools.chain(code, layers):
        found = path.stat()
        lines.append(f"{found.st_mtime_ns} {found.st_size} {path}\n")
    notes.write_text("".join(lines), encoding="utf-8")


def _own_files(folder: Path, left_out: frozenset[str]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if not left_out.intersection(path.relative_to(folder).parts) and path.is_file():
            yield path
