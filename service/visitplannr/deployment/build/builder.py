"""Which way code is built: the one place that chooses, for functions and layers alike.

Nothing is written into the folders of the code. What is built lies below one cache, by the content
that it was made of, so that the same is built once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from visitplannr.deployment.build.archive import is_archive, unpack, write_inline
from visitplannr.deployment.build.esbuild import Esbuild
from visitplannr.deployment.build.installer import Programs, Run, run_installer
from visitplannr.deployment.build.layers import linked
from visitplannr.deployment.build.makefile import Makefile
from visitplannr.deployment.build.npm import Npm
from visitplannr.deployment.build.part import Part, Parts, Target
from visitplannr.deployment.build.provided import Provided
from visitplannr.deployment.build.requirements import Platform, Requirements
from visitplannr.model.code import Build, BuildError, Built, Code, NotHereError

_REQUIREMENTS = "requirements.txt"


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds with the tools it is given, into folders below `cache`."""

    cache: Path
    requirements: Requirements
    npm: Npm
    esbuild: Esbuild
    makefile: Makefile
    provided: Provided

    def function(self, code: Code, runtime: str, layers: tuple[Path, ...] = ()) -> Built:
        """Build a function for a runtime of this machine, with what Lambda's has of AWS.

        `layers` are the folders of its layers, which may have that, too.

        Raises:
            BuildError: it cannot be built; the message says why.
        """
        target = Target(runtime)
        made = self.parts(code, target)
        path, packages = made.parts[0].path, tuple(part.path for part in made.parts[1:])
        provided: tuple[Path, ...] = ()
        if target.is_node:
            places = (path, *(one.parent for one in packages), *(one / "nodejs" for one in layers))
            provided = self.provided.for_node(path, places)
        elif target.python:
            provided = self.provided.for_python(path, target.python)
        return Built(path, packages, provided, made.inputs)

    def layer(self, code: Code, runtime: str) -> Built:
        """Build a layer for a runtime of this machine: its folder is what /opt has.

        Raises:
            BuildError: it cannot be built; the message says why.
        """
        made = self.layer_parts(code, Target(runtime))
        if len(made.parts) == 1 and not made.parts[0].prefix:
            return Built(made.parts[0].path, inputs=made.inputs)
        return Built(linked(made.parts, self.cache / "layers"), inputs=made.inputs)

    def parts(self, code: Code, target: Target) -> Parts:
        """Say what a function consists of, after building it.

        Raises:
            BuildError: it cannot be built; the message says why.
        """
        if code.fault:
            raise BuildError(code.fault)
        if code.inline is not None:
            return Parts(
                (Part(write_inline(code.inline, target, self.cache / "inline"), made=True),)
            )
        if is_archive(code.path):
            unpacked = unpack(code.path, self.cache / "unpacked")
            return Parts((Part(unpacked, made=True),), (code.path,))
        method = code.build.method
        if code.build.done or not code.path.is_dir():
            return Parts((Part(code.path, made=code.build.done),))
        if method == "esbuild":
            folder, sources = self.esbuild.build(code.path, code.build)
            return Parts((Part(folder, made=True),), sources)
        if method == "makefile":
            return self._made(code.path, code.build)
        named = _named(method)
        if method and named is None and not (code.path / "bootstrap").is_file():
            raise NotHereError(
                f"its BuildMethod {method} is not done here: run `sam build`, and name "
                ".aws-sam/build/template.yaml with --template"
            )
        return self._with_packages(code, _wanted(target, named))

    def layer_parts(self, code: Code, target: Target) -> Parts:
        """Say what a layer consists of: with a BuildMethod, as `sam build` lays it out.

        Raises:
            BuildError: it cannot be built; the message says why.
        """
        named = _named(code.build.method)
        if named is None or code.build.done or is_archive(code.path):
            return self.parts(code, Target("", target.architecture))
        wanted = _wanted(target, named)
        prefix = "python/" if named.python else "nodejs/"
        made = self._with_packages(code, wanted)
        parts = (Part(part.path, prefix + part.prefix, part.made) for part in made.parts)
        return Parts(tuple(parts), made.inputs)

    def _with_packages(self, code: Code, target: Target) -> Parts:
        """Add what a requirements.txt or package.json names."""
        own = Part(code.path)
        if version := target.python:
            file = code.path / _REQUIREMENTS
            if not file.is_file():
                return Parts((own,), (file,))
            platform = Platform(version, target.architecture)
            installed = self.requirements.install(file, platform, code.build.base)
            return Parts((own, Part(installed.folder, made=True)), installed.inputs)
        if target.is_node:
            modules = self.npm.install(code.path)
            packages = [Part(modules.folder, "node_modules/", made=True)] if modules.folder else []
            return Parts((own, *packages), modules.inputs)
        return Parts((own,))

    def _made(self, path: Path, build: Build) -> Parts:
        folder, sources = self.makefile.build(path, build)
        return Parts((Part(folder, made=True),), sources)


def _named(method: str) -> Target | None:
    """Read a BuildMethod that names a runtime ("python3.12", "nodejs22.x")."""
    return Target(method) if method.startswith(("python", "nodejs")) else None


def _wanted(target: Target, named: Target | None) -> Target:
    """Prefer the Python that runs the code to the one that Metadata names."""
    same = named is None or (named.python is not None and target.python is not None)
    return target if same or named is None else named


def make_builder(
    cache: Path,
    home: Path,
    programs: Programs,
    say: Callable[[str], None],
    run: Run = run_installer,
) -> Builder:
    """Make a builder; what is the same for all projects is kept in the user's cache, in `home`."""
    npm = Npm(cache / "npm", programs, say, run)
    shared = home / ".cache" / "visitplannr"
    ours = Requirements(shared / "python", programs, say, run)
    return Builder(
        cache,
        Requirements(cache / "requirements", programs, say, run),
        npm,
        Esbuild(cache / "esbuild", programs, npm, run),
        Makefile(cache / "make", programs, run),
        Provided(shared, npm, ours, say),
    )
