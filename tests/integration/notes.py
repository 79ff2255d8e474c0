"""The application that `visitplannr init` makes, and `up --detach` runs."""

import contextlib
import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import commands
from integration.running import VISITPLANNR, is_running

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if "AWS" not in name},
    "PATH": f"{VISITPLANNR.parent}:{os.environ['PATH']}",
}
_PLAIN = re.compile(r"visitplannr [^|<>$&;]+")


@dataclass(frozen=True)
class Notes:
    """Its folder, what `up --detach` printed, and what `status` says."""

    folder: Path
    printed: str
    status: Mapping[str, str]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return run(self.folder, str(VISITPLANNR), *arguments)

    def type(self, block: str) -> "subprocess.CompletedProcess[str]":
        """Run what a guide says, at the port that it has here.

        Lines that are nothing but commands of ours need no shell and no processes.
        """
        here = block.replace("http://localhost:8000", self.status["url"])
        here = here.replace("localhost:8000", self.status["url"].removeprefix("http://"))
        if not all(map(_PLAIN.fullmatch, here.splitlines())):
            return run(self.folder, "bash", "-ec", f"set -o pipefail\n{here}")
        lines = (shlex.split(line)[1:] for line in here.splitlines())
        done = [commands.run(*words, cwd=self.folder) for words in lines]
        code = max(one.returncode for one in done)
        said, complained = ("".join(texts) for texts in zip(*map(_printed, done), strict=True))
        return subprocess.CompletedProcess(here, code, said, complained)


@contextlib.contextmanager
def notes_application(folder: Path) -> Iterator[Notes]:
    """Make it below a folder, start it, and stop it unless somebody has."""
    made = run(folder, str(VISITPLANNR), "init", "demo")
    assert made.returncode == 0, made.stderr
    started = run(folder / "demo", str(VISITPLANNR), "up", "--detach", "--port", "0")
    assert started.returncode == 0, started.stderr
    asked = run(folder / "demo", str(VISITPLANNR), "status", "--json")
    try:
        yield Notes(folder / "demo", started.stdout, json.loads(asked.stdout))
    finally:
        if is_running(json.loads(asked.stdout)["pid"]):
            run(folder / "demo", str(VISITPLANNR), "stop")


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, text=True, capture_output=True, check=False,
        timeout=120,
    )  # fmt: skip


def _printed(done: "subprocess.CompletedProcess[str]") -> tuple[str, str]:
    return done.stdout, done.stderr
