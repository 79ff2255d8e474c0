"""Find out whether a function's handler can be imported, before anyone calls it."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from visitplannr.model.application import Function
from visitplannr.model.code import BuildError, NotHereError
from visitplannr.runtime import handler_probe
from visitplannr.runtime.preparation import Prepared
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.search_paths import WRAPPER, python_path

_SECONDS = 30
_SCRIPTS = ("mjs", "js", "cjs")
_NO_MODULE = re.compile(r"No module named '([\w.]+)'")
_TYPED = ("ts", "tsx", "mts")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, or, if `local`, only missing on this machine.

    A syntax error has its own place: file, line and column, both from 1.
    """

    message: str
    place: tuple[str, int, int] | None = None
    local: bool = False


def handler_fault(function: Function, runtimes: Runtimes, region: str) -> Fault | None:
    """Import a Python handler as Lambda would; say what is wrong with it, if anything is.

    Of other runtimes only the files are looked for; a wrapper script may start anything, and who
    has a layer that is not here may import anything.
    """
    if WRAPPER in function.environment:
        return None
    try:
        prepared = runtimes.prepare(function)
    except BuildError as error:
        return Fault(str(error), local=isinstance(error, NotHereError))
    if function.runtime.startswith("provided"):
        return None
    if function.runtime.startswith("nodejs"):
        return _missing_script(function.handler, prepared.root)
    fault = _import_fault(prepared, runtimes, region)
    return fault if fault and (fault.place or not function.missing_layers) else None


def missing_module(function: Function, runtimes: Runtimes) -> str | None:
    """Say that a handler's file is not there, without running anything, if it is not.

    What a wrapper script or a layer that is not here may bring is not looked for.
    """
    if WRAPPER in function.environment or function.missing_layers:
        return None
    try:
        prepared = runtimes.prepare(function)
    except BuildError as error:
        return str(error)
    module, dot, _ = function.handler.rpartition(".")
    if function.runtime.startswith("nodejs"):
        fault = _missing_script(function.handler, prepared.root)
        return fault.message if fault else None
    if not function.runtime.startswith("python"):
        return None
    if not dot:
        return f"its Handler {function.handler} is no MODULE.FUNCTION"
    packages = runtimes.interpreter(function).packages
    return _missing_python(module.replace("/", "."), prepared, packages)


def _missing_python(module: str, prepared: Prepared, packages: Path) -> str | None:
    way = module.split(".")
    imported = python_path(prepared, packages).split(os.pathsep)
    for folder in (prepared.root, *map(Path, imported)):
        path = folder.joinpath(*way)
        if path.is_dir() or any(path.parent.glob(f"{path.name}.*")):
            return None
    return f"there is no {'/'.join(way)}.py in {prepared.root}"


def _missing_script(handler: str, root: Path) -> Fault | None:
    module = handler.rpartition(".")[0]
    if any((root / f"{module}.{ending}").is_file() for ending in _SCRIPTS):
        return None
    typed = next((end for end in _TYPED if (root / f"{module}.{end}").is_file()), None)
    hint = (
        f"; {module}.{typed} has to be built: Metadata with BuildMethod: esbuild" if typed else ""
    )
    return Fault(f"there is no {', '.join(f'{module}.{end}' for end in _SCRIPTS)}{hint}")


def _import_fault(prepared: Prepared, runtimes: Runtimes, region: str) -> Fault | None:
    function = prepared.function
    interpreter = runtimes.interpreter(function)
    variables = {
        **function.environment,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "LAMBDA_TASK_ROOT": str(prepared.root),
        "PYTHONPATH": python_path(prepared, interpreter.packages),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    python = str(interpreter.python)
    try:
        done = subprocess.run(
            [python, "-S", handler_probe.__file__, str(prepared.root), function.handler],
            cwd=prepared.root,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Fault(f"importing {function.handler} takes more than {_SECONDS} s")
    if done.returncode == 0:
        return None
    reasons = done.stderr.strip().splitlines() or ["the import ends the process"]
    if reasons[-1].startswith(handler_probe.SYNTAX):
        file, line, column, message = json.loads(reasons[-1].removeprefix(handler_probe.SYNTAX))
        return Fault(message, (file, line, column))
    hint = missing_requirement(reasons[-1], function)
    return Fault(f"{function.handler}: {reasons[-1]}{f'; {hint}' if hint else ''}")


def missing_requirement(message: str, function: Function) -> str | None:
    """Say what to do about a module that an error says is missing; None if it says no such thing.

    The handler's own module is not somebody else's.
    """
    found = _NO_MODULE.search(message)
    if found is None or not function.runtime.startswith("python"):
        return None
    package = found[1].partition(".")[0]
    if package == function.handler.replace("/", ".").partition(".")[0]:
        return None
    folder = function.code if function.code.is_dir() else function.code.parent
    return f"name what brings {package} in {folder / 'requirements.txt'}"
