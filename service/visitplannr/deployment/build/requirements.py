"""Install what a requirements.txt names into a folder, for a platform."""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from visitplannr.deployment.build.folders import Locks, beside, is_there, put
from visitplannr.deployment.build.installer import Programs, Run, run_installer
from visitplannr.deployment.build.requirement_files import Required, read_requirements
from visitplannr.model.code import BuildError, NotHereError

_OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
_ARCHITECTURES = {"x86_64": "x86_64", "arm64": "aarch64"}
_GLIBC = {"3.8": 26, "3.9": 26, "3.10": 26, "3.11": 26}  # Amazon Linux 2; later ones have 2.34
_UV_MARKS = re.compile(r"^\W*(error: |cause: )?")
_NO_INSTALLER = (
    "it names packages, and neither uv nor pip is here to install them; "
    "install uv (pipx install uv) or pip (python3 -m ensurepip)"
)


@dataclass(frozen=True, slots=True)
class Platform:
    """A Python ("3.13") on Lambda's `architecture` ("x86_64", "arm64"), or None for here."""

    python: str
    architecture: str | None = None


def command(
    programs: Programs, platform: Platform, folder: Path, file: str, *, projects: bool = False
) -> list[str]:
    """Give the command that installs a requirements file into a folder, by uv rather than by pip.

    `projects` of this machine are built anew: uv would take what it once made of them.

    Raises:
        BuildError: there is neither.
    """
    target = ["--quiet", "--target", str(folder)]
    if programs.uv:
        here = ["--python", sys.executable, *(["--refresh"] if projects else [])]
        wanted = [*here, *target, *_for_uv(platform)]
        return [*programs.uv, "pip", "install", *wanted, "--requirement", file]
    if programs.pip:
        wanted = ["--disable-pip-version-check", "--no-compile", *target, *_for_pip(platform)]
        return [*programs.pip, "install", *wanted, "--requirement", file]
    raise NotHereError(_NO_INSTALLER)


@dataclass(frozen=True, slots=True)
class Installed:
    """The folder of what was installed, and the files that say what that is."""

    folder: Path
    inputs: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Requirements:
    """Installs once per content and platform, into folders below `cache`.

    `say` hears of what takes a while, `run` runs a command in a folder and gives its errors.
    """

    cache: Path
    programs: Programs
    say: Callable[[str], None]
    run: Run = run_installer
    _filling: Locks = field(default_factory=Locks)

    def install(self, file: Path, platform: Platform, base: Path | None = None) -> Installed:
        """Install what a requirements file names, unless it is there.

        `base` is the template's folder, which paths may count from.

        Raises:
            BuildError: it cannot be read or installed; the message has the installer's reason.
        """
        required = read_requirements(file, base)
        named = f"{platform.python}-{platform.architecture or 'here'}"
        folder = self.cache / f"{required.digest()}-{named}"
        with self._filling.of(folder):
            if not is_there(folder):
                self.say(f"Installing {file} for Python {platform.python} ...")
                self._fill(folder, file, required, platform)
        return Installed(folder, required.inputs)

    def _fill(self, folder: Path, file: Path, required: Required, platform: Platform) -> None:
        """Install beside the folder first, so that it is there only when it is complete."""
        with beside(folder) as part:
            packages = part / "packages"
            packages.mkdir()
            written = part / "requirements.txt"
            written.write_text(required.text, encoding="utf-8")
            try:
                words = command(
                    self.programs, platform, packages, str(written), projects=bool(required.local)
                )
            except NotHereError as error:
                raise NotHereError(f"{file}: {error}") from None
            errors = self.run(words, file.parent, self.programs.variables)
            if errors is not None:
                raise BuildError(f"{file}: {_reason(errors)}")
            (packages / ".lock").unlink(missing_ok=True)  # uv's
            shutil.rmtree(packages / "bin", ignore_errors=True)  # scripts, which Lambda has not
            put(packages, folder)


def _for_pip(platform: Platform) -> list[str]:
    """Say what pip needs for another Python or machine than its own: wheels only."""
    wheels = ["--only-binary", ":all:", "--python-version", platform.python]
    if platform.architecture is None:
        return [] if platform.python == _OWN else wheels
    machine = _ARCHITECTURES.get(platform.architecture, platform.architecture)
    newest = _GLIBC.get(platform.python, 34)
    accepted = [f"manylinux_2_{minor}_{machine}" for minor in range(newest, 16, -1)]
    names = (*accepted, f"manylinux2014_{machine}", f"linux_{machine}")
    return [*wheels, "--implementation", "cp", *(f"--platform={name}" for name in names)]


def _for_uv(platform: Platform) -> list[str]:
    """Say the same to uv, which knows some versions of glibc only: the next older one it knows."""
    wheels = ["--only-binary", ":all:", "--python-version", platform.python]
    if platform.architecture is None:
        return [] if platform.python == _OWN else wheels
    machine = _ARCHITECTURES.get(platform.architecture, platform.architecture)
    glibc = 17 if platform.python in _GLIBC else 34
    return [*wheels, "--python-platform", f"{machine}-manylinux_2_{glibc}"]


def _reason(errors: str) -> str:
    """Give the line that counts of what pip ("ERROR: …") or uv ("error: …", "cause: …") says."""
    lines = [line.strip() for line in errors.strip().splitlines()]
    for line in lines:
        if line.startswith("ERROR: "):
            return line.removeprefix("ERROR: ")
    if not lines:
        return "it cannot be installed, and the installer says nothing"
    paragraph = lines[: lines.index("")] if "" in lines else lines
    return " ".join(_UV_MARKS.sub("", line) for line in paragraph)
