"""Install what a function's requirements.txt names into a folder, for a platform."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from visitplannr.template.source import TemplateError

_OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
_ARCHITECTURES = {"x86_64": "x86_64", "arm64": "aarch64"}
_GLIBC = {"3.8": 26, "3.9": 26, "3.10": 26, "3.11": 26}  # Amazon Linux 2; later ones have 2.34
_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Platform:
    """A Python ("3.13") on Lambda's `architecture` ("x86_64", "arm64"), or None for here."""

    python: str
    architecture: str | None = None


def install_requirements(
    code: Path, platform: Platform, cache: Path, say: Callable[[str], None]
) -> Path | None:
    """Install once per content and platform below `cache`; None without a requirements.txt.

    Raises:
        TemplateError: pip cannot install them; the message has its reason.
    """
    requirements = code / "requirements.txt"
    if not requirements.is_file():
        return None
    folder = _folder(requirements, platform, cache)
    if not folder.exists():
        say(f"Installing {requirements} for Python {platform.python} ...")
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        _pip_install(requirements, part.resolve(), _constraints(platform))
        part.replace(folder)
    return folder


def _pip_install(requirements: Path, folder: Path, constraints: list[str]) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    target = ["--no-compile", "--upgrade", "--target", str(folder)]
    try:
        done = subprocess.run(
            [*pip, *target, *constraints, "--requirement", requirements.name],
            cwd=requirements.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TemplateError(f"{requirements}: pip needs more than {_SECONDS} s") from error
    if done.returncode:
        raise TemplateError(f"{requirements}: {_reason(done.stderr)}")


def installed_requirements(code: Path, platform: Platform, cache: Path) -> Path | None:
    """Find what was installed for the requirements.txt as it is now, if it was."""
    requirements = code / "requirements.txt"
    if not requirements.is_file():
        return None
    folder = _folder(requirements, platform, cache)
    return folder if folder.exists() else None


def _folder(requirements: Path, platform: Platform, cache: Path) -> Path:
    named = f"{platform.python}-{platform.architecture or 'here'}"
    return cache / f"{hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]}-{named}"


def _constraints(platform: Platform) -> list[str]:
    """Say what pip needs for another Python or machine than its own: wheels only."""
    wheels = ["--only-binary", ":all:", "--python-version", platform.python]
    if platform.architecture is None:
        return [] if platform.python == _OWN else wheels
    machine = _ARCHITECTURES.get(platform.architecture, platform.architecture)
    newest = _GLIBC.get(platform.python, 34)
    accepted = [f"manylinux_2_{minor}_{machine}" for minor in range(newest, 16, -1)]
    names = (*accepted, f"manylinux2014_{machine}", f"linux_{machine}")
    return [*wheels, "--implementation", "cp", *(f"--platform={name}" for name in names)]


def _reason(output: str) -> str:
    lines = output.strip().splitlines() or ["pip fails without a word"]
    errors = (line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: "))
    return next(errors, lines[-1])
