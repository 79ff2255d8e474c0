"""Node.js: the version that a runtime names, if it is on this machine, else the one at hand."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 5
# Where nvm, fnm, asdf, mise, volta and n keep versions, below the home folder.
_KEPT = (
    ".nvm/versions/node/v{major}.*/bin/node",
    ".local/share/fnm/node-versions/v{major}.*/installation/bin/node",
    ".asdf/installs/nodejs/{major}.*/bin/node",
    ".local/share/mise/installs/node/{major}.*/bin/node",
    ".volta/tools/image/node/{major}.*/bin/node",
    "n/n/versions/node/{major}.*/bin/node",
)


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js, and its major version ("22")."""

    program: Path
    major: str


def find_node(runtime: str, path: str, home: Path) -> Node | None:
    """Look for the Node.js of a runtime ("nodejs22.x"): on `path`, then where versions are kept.

    Without it, the one on `path` is as good as any.
    """
    wanted = major_of(runtime)
    on_path = shutil.which("node", path=path)
    first = _asked(Path(on_path)) if on_path else None
    if first and first.major == wanted:
        return first
    kept = (place for shape in _KEPT for place in home.glob(shape.format(major=wanted)))
    for place in sorted(kept, key=_number, reverse=True):
        if (found := _asked(place)) and found.major == wanted:
            return found
    return first


def major_of(runtime: str) -> str:
    """Give the major version that a runtime names."""
    return runtime.removeprefix("nodejs").partition(".")[0]


def _asked(program: Path) -> Node | None:
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+)\.", answer.stdout)
    return Node(program, match[1]) if match else None


def _number(place: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", str(place))]
