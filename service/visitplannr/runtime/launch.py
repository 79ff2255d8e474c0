"""What an execution environment's process is started with: its command, and its own variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from visitplannr.model.application import Function
from visitplannr.runtime import bootstrap
from visitplannr.runtime.runtimes import Runtimes

_NODE_BOOTSTRAP = Path(__file__).with_name("node") / "bootstrap.mjs"
_LEFT_OUT = frozenset({"node_modules", "__pycache__"})


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


def launch(
    function: Function,
    runtimes: Runtimes,
    folders: Folders,
    *,
    reload: bool,
    debug_port: int | None = None,
) -> Launch:
    """Say how a function is started.

    Python functions note what they load; with `reload`, all files of the others are noted for
    them. With a `debug_port`, a Python function waits there for a debugger.
    """
    if function.runtime.startswith("python"):
        return _python(function, runtimes, folders, debug_port)
    if reload:
        _note_all_files(function.code, folders.notes)
    if function.runtime.startswith("nodejs"):
        search = [str(layer / "nodejs" / "node_modules") for layer in function.layers]
        command = [runtimes.node() or "node", str(_NODE_BOOTSTRAP)]
        return Launch(command, {"NODE_PATH": ":".join(search)})
    return Launch([str(function.code / "bootstrap")], {})


def _python(
    function: Function, runtimes: Runtimes, folders: Folders, debug_port: int | None
) -> Launch:
    """Start without site-packages (-S): a function sees what Lambda's image has."""
    debugger = (
        ["-Xfrozen_modules=off", "-m", "debugpy", "--listen", f"127.0.0.1:{debug_port}"]
        if debug_port
        else []
    )
    waiting = ["--wait-for-client"] if debug_port else []
    interpreter = runtimes.interpreter(function)
    variables = {
        "PYTHONPATH": python_path(function, runtimes),
        "LAMBDA_RUNTIME_DIR": str(interpreter.packages),
    }
    run = [bootstrap.__file__, str(folders.notes), str(function.code), function.handler]
    return Launch([str(interpreter.python), "-S", *debugger, *waiting, *run], variables)


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


def _note_all_files(code: Path, notes: Path) -> None:
    """Note every file of a function whose runtime does not tell what it loads."""
    lines = []
    for path in sorted(code.rglob("*")):
        if not _LEFT_OUT.intersection(path.parts) and path.is_file():
            found = path.stat()
            lines.append(f"{found.st_mtime_ns} {found.st_size} {path}\n")
    notes.write_text("".join(lines), encoding="utf-8")
