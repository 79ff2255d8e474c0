"""Python interpreters: the one that a runtime names, if it is on this machine, else our own.

A folder of links to boto3, awslambdaric and what they require becomes the PYTHONPATH of an
interpreter that is started without site-packages: what a function imports beyond that fails here as
it does on AWS (lambda-runtime.md L51). awslambdaric's native client, which is for one version of
Python on Linux, is left out: ours takes its place (L57).
"""

import contextlib
import functools
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from visitplannr.runtime import debugger

PROVIDED = ("awslambdaric", "boto3")
OWN = f"python{sys.version_info.major}.{sys.version_info.minor}"
_OLD = frozenset({"python3.8", "python3.9"})
_CLIENT = "runtime_client."
_OUR_CLIENT = Path(__file__).with_name("runtime_client.py")
_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python and the folder of packages that it is given."""

    python: Path
    packages: Path

    @property
    def places(self) -> tuple[Path, ...]:
        """The folders that it, and what the links to packages lead to, lie in."""
        own = Path(sys.prefix), Path(sys.base_prefix), _packages_lie_in()
        return (*own, self.python.parent.parent, self.python.resolve().parent.parent)


@functools.cache
def _packages_lie_in() -> Path:
    """Name the folder that has AWS's runtime: not always that of our own interpreter."""
    return Path(str(distribution("awslambdaric").locate_file("")))


def provide_packages(cache: Path, version: str = OWN) -> Path:
    """Make the folder of links for a Python ("python3.13") below `cache`, once; return it."""
    names = _names(version)
    folder = cache / f"packages-{_fingerprint(names)}"
    complete = folder / ".complete"
    if _is_whole(folder, complete):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for item in _closure(names):
        for top in {file.parts[0] for file in item.files or () if file.parts[0] != ".."}:
            if top not in {"__pycache__", "bin"} and not top.startswith(_CLIENT):
                _link(folder / top, Path(str(item.locate_file(top))))
    _link(folder / _OUR_CLIENT.name, _OUR_CLIENT)
    links = sorted(path.name for path in folder.iterdir() if path.is_symlink())
    complete.write_text("\n".join(links), encoding="utf-8")
    return folder


def _is_whole(folder: Path, complete: Path) -> bool:
    """Say whether all links are there that `complete` names; an earlier version's names none."""
    names = complete.read_text(encoding="utf-8").splitlines() if complete.exists() else []
    return bool(names) and all(_leads_somewhere(folder / name) for name in names)


def _leads_somewhere(link: Path) -> bool:
    return link.is_symlink() and link.exists()


def _names(version: str) -> tuple[str, ...]:
    """Name what a Python is given; debugpy is an extra of ours, which may be missing.

    Our boto3 needs Python 3.10.
    """
    given = PROVIDED[:1] if version in _OLD else PROVIDED
    return (*given, debugger.PACKAGE) if debugger.is_installed() else given


def _fingerprint(names: tuple[str, ...]) -> str:
    """Tell apart sets of packages: by versions, and where they are."""
    found = [distribution(name) for name in names]
    places = [f"{item.name} {item.version} {item.locate_file('')}" for item in found]
    return hashlib.sha256("\n".join([*places, str(_OUR_CLIENT)]).encode()).hexdigest()[:16]


def find_python(version: str, path: str, home: Path) -> Path | None:
    """Look for a Python by its name ("python3.13"): ours, pyenv's, uv's, then on `path`."""
    if version == OWN:
        return Path(sys.executable)
    number = version.removeprefix("python")
    places = (
        *sorted(home.glob(f".pyenv/versions/{number}.*/bin/{version}"), reverse=True),
        *sorted(home.glob(f".local/share/uv/python/cpython-{number}.*/bin/{version}")),
        shutil.which(version, path=path),
    )
    return next((Path(place) for place in places if place and _is_python(place, number)), None)


def _is_python(place: Path | str, number: str) -> bool:
    """Ask a Python which one it is: a pyenv shim may have none behind it."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [str(place), "-I", "-S", "-c", code],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip() == number


def _link(link: Path, target: Path) -> None:
    if _leads_somewhere(link):
        return
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    with contextlib.suppress(FileExistsError):  # somebody else was quicker
        link.symlink_to(target)


def _closure(names: tuple[str, ...]) -> Iterator[Distribution]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - needed once for a cache
    from packaging.utils import canonicalize_name  # noqa: PLC0415

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


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(provide_packages(folder.parent / "provided"))
