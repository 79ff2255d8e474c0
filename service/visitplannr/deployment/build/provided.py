"""What Lambda's runtimes have of AWS, where this installation has not: SDKs, in the user's cache.

Node.js runtimes have the AWS SDK v3 (its hundreds of packages: those that code names are
installed), and Python 3.8 and 3.9 a boto3 older than ours, which needs Python 3.10.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from visitplannr.deployment.build.manifest import MODULES, is_installed
from visitplannr.deployment.build.npm import Npm
from visitplannr.deployment.build.requirements import Platform, Requirements
from visitplannr.model.code import BuildError

_NODE_ENDINGS = frozenset({".js", ".mjs", ".cjs"})
_OF_SDK = re.compile(r"""["'](@(?:aws-sdk|smithy)/[a-z0-9-]+)""")
_BOTO3 = re.compile(r"^\s*(?:import|from)\s+(?:boto3|botocore)\b", re.MULTILINE)
_WITHOUT_BOTO3 = frozenset({"3.8", "3.9"})
_LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class Provided:
    """Installs once into the folder `cache`; `say` hears once of each thing that is missing."""

    cache: Path
    npm: Npm
    requirements: Requirements
    say: Callable[[str], None]
    _told: set[str] = field(default_factory=set)

    def for_node(self, code: Path, places: tuple[Path, ...]) -> tuple[Path, ...]:
        """Give the folder of the parts of the AWS SDK that code names.

        Those that are in a node_modules at one of the `places`, or around it, are left alone.
        """
        folder = self.cache / "nodejs"
        named = {name for text in _texts(code, _NODE_ENDINGS) for name in _OF_SDK.findall(text)}
        wanted = sorted(name for name in named if not any(is_installed(name, at) for at in places))
        if not wanted:
            return ()
        missing = [name for name in wanted if not (folder / MODULES / name).exists()]
        if missing and not self._knows(missing):
            self._try(missing, code, lambda: self.npm.add(folder, missing))
        return (folder / MODULES,)

    def for_python(self, code: Path, version: str) -> tuple[Path, ...]:
        """Give the folder of boto3, where ours is too new and code imports it."""
        if version not in _WITHOUT_BOTO3 or self._knows(["boto3"]):
            return ()
        if not any(_BOTO3.search(text) for text in _texts(code, frozenset({".py"}))):
            return ()
        found: list[Path] = []

        def install() -> None:
            file = self.cache / "boto3.txt"
            self.cache.mkdir(parents=True, exist_ok=True)
            file.write_text("boto3\n", encoding="utf-8")
            found.append(self.requirements.install(file, Platform(version)).folder)

        self._try(["boto3"], code, install)
        return tuple(found)

    def _knows(self, names: list[str]) -> bool:
        return self._told.issuperset(names)

    def _try(self, names: list[str], code: Path, install: Callable[[], None]) -> None:
        """Install, or say that it cannot be done: code that needs it fails when it imports it."""
        self.say(
            f"Installing {', '.join(names)}, which Lambda's runtime has, into {self.cache} ..."
        )
        try:
            install()
        except (BuildError, OSError) as error:
            self._told.update(names)
            what = ", ".join(names)
            self.say(f"{code} imports {what}, which AWS's runtime has; here it is missing: {error}")


def _texts(code: Path, endings: frozenset[str]) -> Iterator[str]:
    """Read the files of code, without packages that others wrote."""
    paths = [code] if code.is_file() else code.rglob("*")
    for path in paths:
        parts = path.parts[len(code.parts) :]
        hidden = any(part == MODULES or part.startswith(".") for part in parts)
        is_code = path.suffix in endings and not hidden and path.is_file()
        if is_code and path.stat().st_size <= _LARGEST:
            yield path.read_text(encoding="utf-8", errors="replace")
