"""Commands run in this process, as a shell runs them: what they print, and their exit code."""

import contextlib
import subprocess
from pathlib import Path

from typer.testing import CliRunner
from visitplannr.cli.main import app


def run(*arguments: str, cwd: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run `visitplannr ARGUMENTS` in a folder, with `given` to read; a process takes 0.5 s more."""
    with contextlib.chdir(cwd):
        done = CliRunner().invoke(app, arguments, input=given)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
