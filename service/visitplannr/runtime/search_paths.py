"""Where a function's packages, programs, libraries and wrapper script are: in its code and layers.

On AWS layers lie in /opt, the last one on top, and the code in /var/task; here each has its folder.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from visitplannr.model.code import BuildError
from visitplannr.runtime.preparation import Prepared

WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


def python_path(prepared: Prepared, packages: Path) -> str:
    """Say where a Python function imports from, beside its code.

    That is what it requires, layers, and `packages`, which Lambda's runtime has.
    """
    layers = (place for layer in prepared.layers for place in _layer_places(layer))
    places = [*prepared.packages, *layers, *prepared.provided, packages]
    return ":".join(map(str, places))


def _layer_places(layer: Path) -> list[Path]:
    """Give where a layer's Python packages are (lambda-runtime.md L51)."""
    places = [*sorted(layer.glob("python/lib/python3.*/site-packages")), layer / "python"]
    return [place for place in places if place.is_dir()]


def node_path(prepared: Prepared) -> Iterator[Path]:
    """Say where a Node.js function finds packages that are not beside its code."""
    yield from filter(Path.is_dir, _node_places(prepared))


def _node_places(prepared: Prepared) -> Iterator[Path]:
    major = prepared.function.runtime.removeprefix("nodejs").partition(".")[0]
    yield from prepared.packages
    for layer in prepared.layers:
        yield from (
            layer / "nodejs" / f"node{major}" / "node_modules",
            layer / "nodejs/node_modules",
        )
    yield from prepared.provided


def library_paths(prepared: Prepared, path: str) -> Mapping[str, str]:
    """Add what layers and code have of programs and libraries (L47), where there are any."""
    programs = [layer / "bin" for layer in prepared.layers if (layer / "bin").is_dir()]
    places = (prepared.root, prepared.root / "lib", *(layer / "lib" for layer in prepared.layers))
    libraries = [place for place in places[1:] if place.is_dir()]
    own = prepared.function.environment
    found = {}
    if programs and "PATH" not in own:
        found["PATH"] = os.pathsep.join([path, *map(str, programs)])
    if libraries and "LD_LIBRARY_PATH" not in own:
        found["LD_LIBRARY_PATH"] = os.pathsep.join(map(str, (places[0], *libraries)))
    return found


def wrapper(prepared: Prepared) -> list[str]:
    """Find the script that starts the runtime, if there is one (Lambda, "Wrapper scripts").

    Raises:
        BuildError: it is not there.
    """
    function = prepared.function
    named = function.environment.get(WRAPPER, "")
    if not named or function.runtime.startswith("provided"):
        return []
    for place in _placed(named, prepared):
        if place.is_file():
            return [str(place)]
    raise BuildError(f"its {WRAPPER} {named} is in none of its layers, nor in its code")


def _placed(named: str, prepared: Prepared) -> Iterator[Path]:
    """Give where a path of Lambda's file system is on this machine."""
    path = Path(named)
    for start, folders in (("/opt", prepared.layers), ("/var/task", (prepared.root,))):
        if path.is_relative_to(start):
            yield from (folder / path.relative_to(start) for folder in folders)
            return
    yield path if path.is_absolute() else prepared.root / path
