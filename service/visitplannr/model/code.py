"""What functions and layers are made of, as their template says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Build:
    """How the code of `logical_id` is built before it is run or deployed.

    `method` is Metadata's BuildMethod ("python3.12", "esbuild", "makefile", …), `properties` its
    BuildProperties. Relative paths in a requirements.txt may count from `base`, the template's
    folder. `done` is code of `sam build`: nothing is left to build.
    """

    logical_id: str = ""
    method: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    base: Path | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Code of a function or layer.

    `path` is an absolute folder, file or zip archive; of `inline` code, which the template has, and
    of what is not here (`fault` says why) it is the template's folder. Code at an address (S3, an
    image) is `addressed`.
    """

    path: Path
    build: Build = field(default_factory=Build)
    inline: str | None = None
    fault: str | None = None
    addressed: bool = False

    @property
    def is_packaged(self) -> bool:
        """Say whether a deployment has to put it at an address."""
        return self.inline is None and not self.addressed


NO_LAYERS: Mapping[str, Code] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Built:
    """Code that can be run, or shipped.

    `path` is its folder or file, `packages` are folders of what it imports beside that, `provided`
    those of what the runtime on AWS has, `inputs` the files, beside those of `path`, that it was
    made of: a change of one asks for another build.
    """

    path: Path
    packages: tuple[Path, ...] = ()
    provided: tuple[Path, ...] = ()
    inputs: tuple[Path, ...] = ()


class BuildError(Exception):
    """Code cannot be built, or not be run; the message has the file, and what to do."""


class NotHereError(BuildError):
    """Raise where it is this machine that lacks something: on AWS, the code may be fine."""
