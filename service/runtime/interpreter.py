"""Give functions the packages that Lambda's image has, and none of ours.

A folder of links to boto3, awslambdaric and what they require becomes the PYTHONPATH of an
interpreter that is started without site-packages: what a function imports beyond that fails here as
it does on AWS (lambda-runtime.md L51).
"""

import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from service.template.model import Function

PROVIDED = ("awslambdaric", "boto3")


def provide_packages(cache: Path) -> Path:
    """Make the folder of links below `cache`, one for each set of versions; return it."""
    distributions = list(_closure(PROVIDED))
    name = "-".join(
        f"{item.name}-{item.version}" for item in distributions if item.name in PROVIDED
    )
    folder = cache / f"python{sys.version_info.major}.{sys.version_info.minor}-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    for item in distributions:
        for top in {file.parts[0] for file in item.files or () if file.parts[0] != ".."}:
            link = folder / top
            if not link.is_symlink() and top not in {"__pycache__", "bin"}:
                link.symlink_to(Path(str(item.locate_file(top))))
    return folder


def runs_here(function: Function) -> bool:
    """Say whether the host can run a function: any Python's."""
    return function.runtime.startswith("python")


def notice(function: Function) -> str | None:
    """Say in one line how a function's runtime differs from what it runs on here, if it does."""
    runtime = function.runtime
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if not runs_here(function):
        return f"is not run: its runtime is {runtime}, and only Python functions run locally"
    if runtime != own:
        return f"runs on {own}, the interpreter at hand; the template says {runtime}"
    return None


def _closure(names: tuple[str, ...]) -> Iterator[Distribution]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        yield found
        requirements = map(Requirement, found.requires or ())
        waiting += [
            canonicalize_name(requirement.name)
            for requirement in requirements
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        ]
