"""Functions as they are started: with code that was built, from the machine's own runtimes."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from visitplannr.model.application import Function
from visitplannr.model.code import Built, Code


class Builds(Protocol):
    """Who builds code; each call blocks until it is done, and does nothing where it was done.

    Errors are BuildErrors.
    """

    def function(self, code: Code, runtime: str, layers: tuple[Path, ...] = ()) -> Built:
        """Build a function for a runtime of this machine, beside the folders of its layers."""

    def layer(self, code: Code, runtime: str) -> Built:
        """Build a layer: its folder is what Lambda has as /opt."""


class AsItIs:
    """Builds nothing: code is run from where it lies."""

    def function(self, code: Code, _runtime: str, _layers: tuple[Path, ...] = ()) -> Built:
        return Built(code.path)

    def layer(self, code: Code, _runtime: str) -> Built:
        return Built(code.path)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A function whose code and layers can be run from where they are.

    `packages` are folders of what it imports beside its code, `provided` those of what its runtime
    has on AWS. A change of one of the files `inputs` makes it out of date. `code_folders` and
    `layer_folders` are those that it is run from, and those that they were built of.
    """

    function: Function
    packages: tuple[Path, ...]
    provided: tuple[Path, ...]
    inputs: tuple[Path, ...]
    code_folders: tuple[Path, ...]
    layer_folders: tuple[Path, ...]

    @property
    def kept(self) -> tuple[Path, ...]:
        """The folders that nothing may be written into."""
        return (*self.code_folders, *self.layer_folders)

    @property
    def root(self) -> Path:
        """The folder that its code lies in."""
        code = self.function.code
        return code if code.is_dir() else code.parent

    @property
    def layers(self) -> tuple[Path, ...]:
        """The folders of its layers, the last one first: it wins in /opt."""
        return tuple(layer.path for layer in reversed(self.function.layers))


def prepare(function: Function, runtime: str, builds: Builds) -> Prepared:
    """Build a function and its layers for a runtime of this machine; layers not here are left out.

    Raises:
        BuildError: something cannot be built; the message has the file and the reason.
    """
    layers = [builds.layer(layer, runtime) for layer in function.layers if not layer.fault]
    folders = tuple(layer.path for layer in layers)
    own = builds.function(function.own_code, runtime, folders)
    run = replace(
        function, code=own.path, inline=None, layers=tuple(Code(folder) for folder in folders)
    )
    return Prepared(
        run,
        own.packages,
        own.provided,
        (*own.inputs, *(path for layer in layers for path in layer.inputs)),
        _folders(function.code, own.path),
        _folders(*(layer.path for layer in function.layers), *folders),
    )


def _folders(*paths: Path) -> tuple[Path, ...]:
    return tuple(path for path in dict.fromkeys(paths) if path.is_dir())
