"""Install what a function's requirements.txt names into a folder, for a platform."""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from visitplannr.template.source import TemplateError

_OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
_ARCHITECTURES = {"x86_64": "x86_64", "arm64": "aarch64"}
_GLIBC = {"3.8": 26, "3.9": 26, "3.10": 26, "3.11": 26}  # Amazon Linux 2; later ones have 2.34
_SECONDS = 600
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


@dataclass(frozen=True, slots=True)
class Programs:
    """What can install packages: commands that begin uv's and pip's, if they are here."""

    uv: tuple[str, ...] | None
    pip: tuple[str, ...] | None


def find_programs(path: str) -> Programs:
    """Look for uv on `path` and among our own packages, and for a Python that has pip."""
    uv, own = shutil.which("uv", path=path), sys.executable
    by_uv = (uv,) if uv else (own, "-m", "uv") if find_spec("uv") else None
    if by_uv or find_spec("pip"):
        return Programs(by_uv, (own, "-m", "pip") if find_spec("pip") else None)
    pip = shutil.which("pip3", path=path) or shutil.which("pip", path=path)
    return Programs(None, (pip,) if pip else None)


def command(programs: Programs, platform: Platform, folder: Path, file: str) -> list[str]:
    """Give the command that installs a requirements file into a folder, by uv rather than by pip.

    Raises:
        TemplateError: there is neither.
    """
    target = ["--quiet", "--target", str(folder)]
    if programs.uv:
        here = ["--python", sys.executable]
        wanted = [*here, *target, *_for_uv(platform)]
        return [*programs.uv, "pip", "install", *wanted, "--requirement", file]
    if programs.pip:
        wanted = ["--disable-pip-version-check", "--no-compile", *target, *_for_pip(platform)]
        return [*programs.pip, "install", *wanted, "--requirement", file]
    raise TemplateError(_NO_INSTALLER)


def run_installer(words: Sequence[str], folder: Path, seconds: float = _SECONDS) -> str | None:
    """Run a command in a folder; give what it says on stderr if it fails, else None."""
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{words[0]} needs more than {seconds:g} s"
    except OSError as error:
        return f"{words[0]} cannot be run: {error.strerror}"
    return done.stderr if done.returncode else None


@dataclass(frozen=True, slots=True)
class Requirements:
    """Installs once per content and platform, into folders below `cache`.

    `say` hears of what takes a while, `run` runs a command in a folder and gives its errors.
    """

    cache: Path
    programs: Programs
    say: Callable[[str], None]
    run: Callable[[Sequence[str], Path], str | None] = run_installer

    def install(self, code: Path, python: str, architecture: str | None = None) -> Path | None:
        """Install what the requirements.txt in `code` names; None if there is no such file.

        Raises:
            TemplateError: it cannot be installed; the message has the installer's reason.
        """
        requirements, platform = code / "requirements.txt", Platform(python, architecture)
        if not requirements.is_file():
            return None
        folder = self._folder(requirements, platform)
        if not folder.exists():
            self.say(f"Installing {requirements} for Python {python} ...")
            self._fill(folder, requirements, platform)
        return folder

    def installed(self, code: Path, python: str, architecture: str | None = None) -> Path | None:
        """Find what was installed for the requirements.txt as it is now, if it was."""
        requirements = code / "requirements.txt"
        if not requirements.is_file():
            return None
        folder = self._folder(requirements, Platform(python, architecture))
        return folder if folder.exists() else None

    def _folder(self, requirements: Path, platform: Platform) -> Path:
        named = f"{platform.python}-{platform.architecture or 'here'}"
        content = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
        return self.cache / f"{content}-{named}"

    def _fill(self, folder: Path, requirements: Path, platform: Platform) -> None:
        """Install beside the folder first, so that it is there only when it is complete."""
        self.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{folder.name}.", dir=self.cache) as beside:
            part = Path(beside).resolve() / "packages"
            part.mkdir()
            try:
                words = command(self.programs, platform, part, requirements.name)
            except TemplateError as error:
                raise TemplateError(f"{requirements}: {error}") from None
            errors = self.run(words, requirements.parent)
            if errors is not None:
                raise TemplateError(f"{requirements}: {_reason(errors)}")
            (part / ".lock").unlink(missing_ok=True)  # uv's
            if not folder.exists():
                part.replace(folder)


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
