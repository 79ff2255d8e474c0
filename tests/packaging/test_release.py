"""The recipe of docs/releasing.md, followed on a copy of the repository."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from guides import ROOT, blocks

GUIDE = ROOT / "docs" / "releasing.md"
NEEDED = (".ci", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "pyproject.toml")
VERSION = "97.1.0"
STARTED = "-c user.name=somebody -c user.email=somebody@example.org"


def run(folder: Path, command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-ec", command],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a repository with a commit, whose .venv is ours."""
    for name in NEEDED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    ignored = shutil.ignore_patterns("__pycache__")
    package = "service/visitplannr"
    shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    made = run(tmp_path, f"git init -q && git add CHANGELOG.md && git {STARTED} commit -qm one")
    assert made.returncode == 0, made.stderr
    return tmp_path


def test_the_recipe_makes_a_release(clone: Path) -> None:
    begin, build, tag = (block.replace("VERSION", VERSION) for block in blocks(GUIDE))
    assert build == "make dist\nmake test-install\n"
    named = tag.replace("git ", f"git {STARTED} ")
    for command in (begin, "make dist", named):
        done = run(clone, command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in (clone / "dist").iterdir()} == {
        f"visitplannr-{VERSION}-py3-none-any.whl",
        f"visitplannr-{VERSION}.tar.gz",
    }
    assert f"\n## Unreleased\n\n## {VERSION} (2" in (clone / "CHANGELOG.md").read_text()
    assert run(clone, "git tag").stdout == f"v{VERSION}\n"


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.0", "release: 1.0 is no version"),
        ("0.0.9", "release: 0.0.9 is not newer"),
        ("", "release:  is no version"),
    ],
)
def test_a_version_that_cannot_be_is_refused(clone: Path, version: str, said: str) -> None:
    before = (clone / "pyproject.toml").read_text()
    done = run(clone, f".venv/bin/python .ci/release.py '{version}'")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(said)
    assert (clone / "pyproject.toml").read_text() == before


def test_a_version_without_a_section_is_not_built(clone: Path) -> None:
    done = run(clone, "make dist")
    assert done.returncode != 0
    assert "CHANGELOG.md has no section for " in done.stderr
