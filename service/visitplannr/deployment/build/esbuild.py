"""Functions that esbuild makes of TypeScript or modern JavaScript, as Metadata says.

`BuildMethod: esbuild`, BuildProperties as in AWS SAM's guide ("Building Node.js Lambda functions
with esbuild").
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visitplannr.deployment.build.folders import Locks, beside, put
from visitplannr.deployment.build.installer import Programs, Run, run_installer
from visitplannr.deployment.build.npm import Npm
from visitplannr.model.code import Build, BuildError, NotHereError

_META = "meta.json"
_FLAGS: Mapping[str, str] = {
    "Format": "format",
    "KeepNames": "keep-names",
    "Minify": "minify",
    "Sourcemap": "sourcemap",
    "SourcesContent": "sources-content",
    "Target": "target",
    "TreeShaking": "tree-shaking",
}
_LISTED: Mapping[str, str] = {"External": "external:", "Loader": "loader:", "Define": "define:"}
_MORE: Mapping[str, str] = {
    "OutExtension": "out-extension:",
    "Banner": "banner:",
    "Footer": "footer:",
}
_DEFAULTS: Mapping[str, Any] = {"Format": "cjs", "Minify": True, "Target": "es2020"}


@dataclass(frozen=True, slots=True)
class Esbuild:
    """Bundles into folders below `cache`, once for each state of the sources."""

    cache: Path
    programs: Programs
    npm: Npm
    run: Run = run_installer
    _filling: Locks = field(default_factory=Locks)

    def build(self, code: Path, build: Build) -> tuple[Path, tuple[Path, ...]]:
        """Bundle a function; give the folder, and the sources that are in it.

        Raises:
            BuildError: esbuild is not here, or refuses the code.
        """
        modules = self.npm.install(code, development=True)
        words = options(build.properties)
        named = self.cache / _digest(code, words)
        with self._filling.of(named):
            made = self._made(named, code)
            if made is None:
                made = self._bundle(named, code, words, modules.folder)
        return made / "code", (*modules.inputs, *_sources(made, code))

    def _made(self, named: Path, code: Path) -> Path | None:
        """Find a bundle of the sources as they are now."""
        for made in sorted(named.glob("*")):
            if (made / _META).is_file() and made.name == _state(_sources(made, code)):
                return made
        return None

    def _bundle(self, named: Path, code: Path, words: list[str], modules: Path | None) -> Path:
        esbuild = self._find(code, modules)
        with beside(named / "new") as part:
            made = part / "made"
            out = [f"--outdir={made / 'code'}", f"--metafile={made / _META}", "--log-level=error"]
            variables = {**self.programs.variables, "NODE_PATH": str(modules or "")}
            made.mkdir()
            if (errors := self.run([esbuild, *words, *out], code, variables)) is not None:
                raise BuildError(f"{code}: esbuild: {_reason(errors)}")
            folder = named / _state(_sources(made, code))
            put(made, folder)
        return folder

    def _find(self, code: Path, modules: Path | None) -> str:
        around = (folder / "node_modules" for folder in (code, *code.parents))
        for folder in (*around, *([modules] if modules else [])):
            if (program := folder / ".bin" / "esbuild").exists():
                return str(program)
        if found := self.programs.find("esbuild"):
            return found
        raise NotHereError(
            f"{code}: it is built by esbuild, which is not here: name it in package.json's "
            "devDependencies, or install it (npm install --global esbuild)"
        )


def options(properties: Mapping[str, Any]) -> list[str]:
    """Write BuildProperties as esbuild's options; those that SAM sets, too."""
    entries = [str(entry) for entry in properties.get("EntryPoints") or ["app.ts"]]
    settings = {**_DEFAULTS, **properties}
    flags = [
        _flag(flag, settings[name])
        for name, flag in _FLAGS.items()
        if settings.get(name) is not None and (name, settings[name]) != ("Sourcemap", False)
    ]
    listed = [
        f"--{flag}{item}"
        for name, flag in {**_LISTED, **_MORE}.items()
        for item in _items(settings.get(name))
    ]
    fields = ",".join(_items(settings.get("MainFields")))
    main = [f"--main-fields={fields}"] if fields else []
    return [*entries, "--bundle", "--platform=node", *flags, *listed, *main]


def _flag(name: str, value: Any) -> str:
    """Write a flag; --sourcemap takes the name of a kind, but no true."""
    if value is True:
        return f"--{name}"
    return f"--{name}={str(value).lower() if isinstance(value, bool) else value}"


def _items(value: Any) -> Iterator[str]:
    if value is not None:
        yield from map(str, value if isinstance(value, list) else [value])


def _digest(code: Path, words: list[str]) -> str:
    return hashlib.sha256("\n".join([str(code), *words]).encode()).hexdigest()[:16]


def _sources(made: Path, code: Path) -> tuple[Path, ...]:
    """Give the sources of a bundle; packages stay as they are until package.json changes."""
    named = json.loads((made / _META).read_text(encoding="utf-8"))["inputs"]
    return tuple(code / name for name in named if "node_modules" not in Path(name).parts)


def _state(sources: tuple[Path, ...]) -> str:
    """Name a state of files, by their times and sizes."""
    lines = []
    for path in sources:
        found = path.stat() if path.exists() else None
        lines.append(f"{found and (found.st_mtime_ns, found.st_size)} {path}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _reason(errors: str) -> str:
    """Give the first error with its place, which esbuild writes on a line of its own."""
    lines = [line.strip() for line in errors.strip().splitlines() if line.strip()]
    places = [line for line in lines if line.rstrip(":").split(":")[-1].isdigit()]
    message = next((line for line in lines if "[ERROR]" in line), lines[0] if lines else "it fails")
    said = message.partition("[ERROR] ")[2] or message
    return f"{places[0].rstrip(':')}: {said}" if places else said
