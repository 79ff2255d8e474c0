"""How the runtime that a function names is run on this machine: Python, Node.js, or its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from visitplannr.model.application import Function
from visitplannr.model.code import NotHereError
from visitplannr.runtime import program
from visitplannr.runtime.interpreter import OWN, Interpreter, find_python, provide_packages
from visitplannr.runtime.isolation import Isolation
from visitplannr.runtime.node_interpreter import Node, find_node, major_of
from visitplannr.runtime.preparation import AsItIs, Builds, Prepared, prepare
from visitplannr.runtime.search_paths import wrapper

_DURABLE = "DurableConfig"
_TMP = Path("/tmp")  # noqa: S108 - code that lies there has no /tmp of its own


@dataclass(slots=True)
class Runtimes:
    """Looks at the machine once for each runtime.

    `cache` is a folder for what Pythons are given, `path` where programs are looked for, `home`
    whose pyenv and uv are looked into. `builds` is who builds code, `isolation` what environments
    are started in.
    """

    cache: Path
    path: str
    home: Path
    builds: Builds = field(default_factory=AsItIs)
    isolation: Isolation | None = None
    _interpreters: dict[str, Interpreter | None] = field(default_factory=dict)
    _nodes: dict[str, Node | None] = field(default_factory=dict)

    def prepare(self, function: Function) -> Prepared:
        """Build a function for what it runs on here; blocks, and does nothing where it was done.

        Raises:
            BuildError: it cannot be built, or not be run; the message says why.
        """
        prepared = prepare(function, self.runs_on(function), self.builds)
        wrapper(prepared)
        provided = function.runtime.startswith("provided")
        if provided and (reason := program.reason_against(prepared.root / "bootstrap")):
            raise NotHereError(reason)
        return prepared

    def interpreter(self, function: Function) -> Interpreter:
        """Give the Python that a function runs on: the one it names, or ours."""
        return self._find(function.runtime) or self._own()

    def node(self, runtime: str) -> Node | None:
        """Find the Node.js of a runtime, or another one."""
        if runtime not in self._nodes:
            self._nodes[runtime] = find_node(runtime, self.path, self.home)
        return self._nodes[runtime]

    def isolation_of(self, root: Path) -> Isolation | None:
        """Give what an environment is started in, if its code lies in the folder `root`."""
        return None if root == _TMP else self.isolation

    def runs(self, function: Function) -> bool:
        """Say whether a function can be run here."""
        return self.reason_against(function) is None

    def gaps(self, function: Function) -> Iterator[str]:
        """Say, in a line each, what is missing here for a function to be run as on AWS."""
        if reason := self.reason_against(function):
            yield f"is not run: {reason}"
            return
        for arn in function.missing_layers:
            yield f"runs without the layer {arn}: give its folder by --layer {arn}=FOLDER"
        for layer in function.layers:
            if layer.fault:
                yield f"runs without its layer {layer.build.logical_id}: {layer.fault}"
            elif any(layer.path.glob("extensions/*")):
                yield f"runs without the extensions of its layer {layer.path}"

    def notices(self, function: Function) -> Iterator[str]:
        """Say what is missing, has no effect, or is another version, where a function is run."""
        yield from self.gaps(function)
        if self.runs(function):
            yield from _without_effect(function)
        runtime, on = function.runtime, None
        if runtime.startswith("python") and self._find(runtime) is None:
            on = f"{OWN}, the interpreter at hand"
        elif runtime.startswith("nodejs"):
            node = self.node(runtime)
            on = f"Node.js {node.major}" if node and node.major != major_of(runtime) else None
        if on and self.runs(function):
            yield f"runs on {on}; the template says {runtime}"

    def reason_against(self, function: Function) -> str | None:
        """Say why a function cannot be run here, if it cannot."""
        runtime = function.runtime
        if function.fault:
            return function.fault
        if runtime.startswith(("python", "provided")):
            return None
        if runtime.startswith("nodejs"):
            return (
                None if self.node(runtime) else f"its runtime is {runtime}, and there is no Node.js"
            )
        return f"its runtime is {runtime}; Python, Node.js and provided ones are run locally"

    def runs_on(self, function: Function) -> str:
        """Name the runtime that a function gets here: its own Python, or ours."""
        if not function.runtime.startswith("python"):
            return function.runtime
        return function.runtime if self._find(function.runtime) else OWN

    def _find(self, runtime: str) -> Interpreter | None:
        if runtime not in self._interpreters:
            python = find_python(runtime, self.path, self.home)
            found = Interpreter(python, provide_packages(self.cache, runtime)) if python else None
            self._interpreters[runtime] = found
        return self._interpreters[runtime]

    def _own(self) -> Interpreter:
        found = self._find(OWN)
        if found is None:
            raise AssertionError("our own interpreter is always there")
        return found


def _without_effect(function: Function) -> Iterator[str]:
    """Say which of a function's settings change nothing here."""
    others = [name for name in function.without_effect if name != _DURABLE]
    if len(others) < len(function.without_effect):
        yield (
            f"runs without its {_DURABLE}: durable executions are AWS's alone; what is invoked "
            "here is the plain handler"
        )
    if others:
        yield f"runs without its {', '.join(others)}: only AWS heeds that"
