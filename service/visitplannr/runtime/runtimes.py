"""How the runtime that a function names is run on this machine: Python, Node.js, or its own."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from visitplannr.model.application import Function
from visitplannr.runtime.interpreter import OWN, Interpreter, find_python, provide_packages


class Requirements(Protocol):
    """Where what a requirements.txt in the folder `code` names is installed, for a `python`.

    A Python is named by its version ("3.13").
    """

    def install(self, code: Path, python: str) -> Path | None:
        """Install it unless it is there; give the folder, or None if nothing is required."""

    def installed(self, code: Path, python: str) -> Path | None:
        """Give the folder of what is installed, if it is."""


@dataclass(slots=True)
class Runtimes:
    """Looks at the machine once for each runtime.

    `cache` is a folder for what Pythons are given, `path` where programs are looked for, `home`
    whose pyenv and uv are looked into. Without `requirements`, functions bring what they require
    in their folders.
    """

    cache: Path
    path: str
    home: Path
    requirements: Requirements | None = None
    _interpreters: dict[str, Interpreter | None] = field(default_factory=dict)

    def interpreter(self, function: Function) -> Interpreter:
        """Give the Python that a function runs on: the one it names, or ours."""
        return self._find(function.runtime) or self._own()

    def install(self, function: Function) -> None:
        """Install what a Python function's requirements.txt names, unless it is there.

        Errors are those of `requirements`.
        """
        if self.requirements and function.runtime.startswith("python"):
            self.requirements.install(function.code, self._version(function))

    def installed(self, function: Function) -> Path | None:
        """Give the folder of what was installed for a function, if it requires anything."""
        if self.requirements is None:
            return None
        return self.requirements.installed(function.code, self._version(function))

    def node(self) -> str | None:
        """Find Node.js."""
        return shutil.which("node", path=self.path)

    def runs(self, function: Function) -> bool:
        """Say whether a function can be run here."""
        return self.reason_against(function) is None

    def notice(self, function: Function) -> str | None:
        """Say in one line how a function's runtime differs from what it runs on, if it does."""
        if reason := self.reason_against(function):
            return f"is not run: {reason}"
        runtime = function.runtime
        if runtime.startswith("python") and self._find(runtime) is None:
            return f"runs on {OWN}, the interpreter at hand; the template says {runtime}"
        return None

    def reason_against(self, function: Function) -> str | None:
        """Say why a function cannot be run here, if it cannot."""
        runtime = function.runtime
        if runtime.startswith("python"):
            return None
        if runtime.startswith("nodejs"):
            return None if self.node() else f"its runtime is {runtime}, and there is no Node.js"
        if runtime.startswith("provided"):
            program = function.code / "bootstrap"
            runnable = program.is_file() and os.access(program, os.X_OK)
            return None if runnable else f"{program} is no program that can be run"
        return f"its runtime is {runtime}; Python, Node.js and provided ones are run locally"

    def _version(self, function: Function) -> str:
        named = function.runtime if self._find(function.runtime) else OWN
        return named.removeprefix("python")

    def _find(self, runtime: str) -> Interpreter | None:
        if runtime not in self._interpreters:
            python = find_python(runtime, self.path, self.home)
            found = Interpreter(python, provide_packages(self.cache)) if python else None
            self._interpreters[runtime] = found
        return self._interpreters[runtime]

    def _own(self) -> Interpreter:
        found = self._find(OWN)
        if found is None:
            raise AssertionError("our own interpreter is always there")
        return found
