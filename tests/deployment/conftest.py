from pathlib import Path

import pytest
from deployment.tools import Made, Tools
from visitplannr.deployment.build.builder import Builder, make_builder
from visitplannr.deployment.build.installer import Programs


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def made(tmp_path: Path, said: list[str]) -> Made:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name in ("npm", "make", "esbuild"):
        (bin_folder / name).touch(mode=0o755)

    def make(tools: Tools) -> Builder:
        programs = Programs(("/bin/uv",), None, {"PATH": str(bin_folder)})
        return make_builder(tmp_path / "cache", tmp_path / "home", programs, said.append, tools)

    return make


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    return folder
