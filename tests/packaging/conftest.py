"""The wheel, built and installed as a user's machine has it."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*build, "--directory", str(folder)], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the command of an environment with the wheel and, from ours, what it requires."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    command: list[str | Path] = [UV, "pip", "install", "--python", python, wheel]
    alone = ["--offline", "--no-index", "--no-deps", "--no-config"]
    subprocess.run([*command, *alone], check=True, capture_output=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    (packages / "required.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "visitplannr"
