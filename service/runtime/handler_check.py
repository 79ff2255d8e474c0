"""Find out whether a function's handler can be imported, before anyone calls it."""

import subprocess

from service.runtime.runtimes import Runtimes
from service.template.model import Function

_SECONDS = 30
_IMPORT = """
import importlib, sys
folder, handler = sys.argv[1:]
sys.path.insert(0, folder)
module, _, name = handler.rpartition(".")
try:
    found = importlib.import_module(module.replace("/", "."))
    if not callable(getattr(found, name, None)):
        sys.exit(f"{module} has no function {name}")
except Exception as error:
    sys.exit(f"{module} cannot be imported: {type(error).__name__}: {error}")
"""


def handler_fault(function: Function, runtimes: Runtimes, region: str) -> str | None:
    """Import a Python handler as Lambda would; say what is wrong with it, if anything is.

    Of other runtimes only the files are looked for.
    """
    if function.runtime.startswith("python"):
        return _import_fault(function, runtimes, region)
    if function.runtime.startswith("nodejs"):
        module = function.handler.rpartition(".")[0]
        names = [f"{module}.{ending}" for ending in ("mjs", "js", "cjs")]
        there = any((function.code / name).is_file() for name in names)
        return None if there else f"there is no {', '.join(names)}"
    return runtimes.reason_against(function) if function.runtime.startswith("provided") else None


def _import_fault(function: Function, runtimes: Runtimes, region: str) -> str | None:
    interpreter = runtimes.interpreter(function)
    required = runtimes.installed(function)
    installed = [str(required)] if required else []
    layers = [str(layer / "python") for layer in function.layers]
    variables = {
        **function.environment,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "PYTHONPATH": ":".join([*installed, *layers, str(interpreter.packages)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [str(interpreter.python), "-S", "-c", _IMPORT, str(function.code), function.handler]
    try:
        done = subprocess.run(
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"importing {function.handler} takes more than {_SECONDS} s"
    lines = done.stderr.strip().splitlines()
    return None if done.returncode == 0 else lines[-1] if lines else "the import ended the process"
