"""A `visitplannr up` of one's own: started for tests, on free ports, with a state to throw away."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from visitplannr.testing import keeper
from visitplannr.testing.errors import StackError

_READY = "Ready in"
_SAID = "visitplannr: "
_START_SECONDS = 120.0
_END_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Start:
    """What is started: a template, named as seen from `folder`, and what is given for it.

    Without a template, it is the folder's own.

    `env_vars` is SAM's file, or variables for all functions; `flags` are more of `up`'s.
    """

    template: Path | None
    folder: Path
    parameters: Mapping[str, str]
    env_vars: Path | Mapping[str, str] | None
    flags: Sequence[str]

    def command(self, state: Path) -> list[str]:
        """Give the command; it ends when nobody holds its standard input any more."""
        kept = [sys.executable, "-I", "-S", keeper.__file__]
        up = [*kept, sys.executable, "-P", "-m", "visitplannr", "up"]
        named = ["--template", str(self.template)] if self.template else []
        return [
            *(*up, *named, "--state-dir", str(state), "--port", "0", "--no-reload", "--quiet"),
            *(["--env-vars", str(self._env_vars(state))] if self.env_vars else ()),
            *self.flags,
            *(["--parameter-overrides"] if self.parameters else ()),
            *(_override(name, value) for name, value in self.parameters.items()),
        ]

    def _env_vars(self, state: Path) -> Path:
        if not isinstance(self.env_vars, Mapping):
            return Path(str(self.env_vars))
        file = state / "env-vars.json"
        file.write_text(json.dumps({"Parameters": dict(self.env_vars)}), encoding="utf-8")
        return file


@contextlib.contextmanager
def started(start: Start, logs: TextIO | None) -> Iterator[str]:
    """Start it, and give its URL once it is ready; what it says then goes to `logs`.

    Raises:
        StackError: it does not start; the text is its own line.
    """
    with tempfile.TemporaryDirectory(prefix="visitplannr-test-") as folder:
        process = subprocess.Popen(
            start.command(Path(folder)),
            cwd=start.folder,
            env={name: value for name, value in os.environ.items() if name != "AWS_ENDPOINT_URL"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            encoding="utf-8",
            errors="replace",
        )
        output = _Output(process, logs)
        try:
            output.wait()
            yield str(json.loads((Path(folder) / "running.json").read_text("utf-8"))["url"])
        finally:
            _end(process)
            output.close()


class _Output:
    """Reads what the process says, in a thread, so that it never waits for a reader."""

    def __init__(self, process: subprocess.Popen[str], logs: TextIO | None) -> None:
        self._process = process
        self._logs = logs
        self._lines: list[str] = []
        self._settled = threading.Event()
        self._is_ready = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self) -> None:
        """Wait until it is ready.

        Raises:
            StackError: it has ended before, or takes too long.
        """
        if not self._settled.wait(_START_SECONDS):
            said = "\n".join(self._lines)
            raise StackError(f"`visitplannr up` was not ready after {_START_SECONDS:g} s:\n{said}")
        if not self._is_ready:
            raise StackError(_reason(self._lines))

    def close(self) -> None:
        """Read what is left."""
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with self._process.stdout as output:
            for line in output:
                self._take(line)
        self._settled.set()

    def _take(self, line: str) -> None:
        if not self._is_ready:
            self._lines.append(line.rstrip("\n"))
            self._is_ready = line.startswith(_READY)
            if self._is_ready:
                self._settled.set()
        elif self._logs is not None and line.strip():
            with contextlib.suppress(ValueError):  # whoever captured it has gone
                self._logs.write(line)


def _reason(lines: Sequence[str]) -> str:
    """Find the line that says why it does not start."""
    said = [line.removeprefix(_SAID) for line in lines if line.startswith(_SAID)]
    return said[-1] if said else "\n".join(lines) or "`visitplannr up` has ended without a word"


def _override(name: str, value: str) -> str:
    quoted = value.replace('"', '\\"')
    return f'{name}="{quoted}"'


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
