"""What builds give: the parts that a function or layer consists of, when it is run or shipped."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Target:
    """For what code is built: a runtime, on this machine or on Lambda's `architecture`."""

    runtime: str
    architecture: str | None = None

    @property
    def python(self) -> str | None:
        """The version of its Python ("3.13"), if it is one."""
        found = self.runtime.removeprefix("python")
        return found if found != self.runtime else None

    @property
    def is_node(self) -> bool:
        return self.runtime.startswith("nodejs")


@dataclass(frozen=True, slots=True)
class Part:
    """A folder, or a single file, that is to be at `prefix` ("", or "python/").

    Of what is `made` by a tool, all of it counts; of somebody's own folder, tests and what begins
    with a dot are not shipped, nor are folders that are named `without`.
    """

    path: Path
    prefix: str = ""
    made: bool = False
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parts:
    """What code consists of, the code itself first: it wins over what else is in its places.

    `inputs` are files that it depends on beside those of its first part.
    """

    parts: tuple[Part, ...]
    inputs: tuple[Path, ...] = ()
