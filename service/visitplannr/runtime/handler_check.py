"""Find out whether a function's handler can be imported, before anyone calls it."""

import subprocess

from visitplannr.model.application import Function
from visitplannr.runtime import handler_probe
from visitplannr.runtime.launch import python_path
from visitplannr.runtime.runtimes import Runtimes

_SECONDS = 30


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
    folder = function.code if function.code.is_dir() else function.code.parent
    variables = {
        **function.environment,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "PYTHONPATH": python_path(function, runtimes),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    python = str(runtimes.interpreter(function).python)
    try:
        done = subprocess.run(
            [python, "-S", handler_probe.__file__, str(folder), function.handler],
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"importing {function.handler} takes more than {_SECONDS} s"
    if done.returncode == 0:
        return None
    reasons = done.stderr.strip().splitlines() or ["the import ends the process"]
    return f"{function.handler}: {reasons[-1]}"
