"""Tests that run in forked workers are all told of once, whatever becomes of their worker."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOOP = """
from workers import run_in_workers

def pytest_runtestloop(session):
    run_in_workers(session, [[item] for item in session.items], 2)
    return True
"""


def run(folder: Path, code: str, *flags: str) -> tuple[int, str]:
    """Run a file of tests in two workers, each test a group; give the exit code and the report."""
    (folder / "conftest.py").write_text(LOOP)
    (folder / "test_file.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", *flags, "test_file.py"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "tests"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_each_is_run_once_and_told_with_what_it_printed(tmp_path: Path) -> None:
    code = """
import pathlib, warnings, pytest

@pytest.mark.parametrize("number", range(20))
def test_passes(number, tmp_path_factory):
    pathlib.Path(f"ran-{number}").touch(exist_ok=False)
    (tmp_path_factory.getbasetemp() / str(number)).touch(exist_ok=False)

def test_fails():
    print("printed before")
    warnings.warn("a warning")
    assert [1, 2] == [1, 3]

@pytest.mark.skip(reason="not today")
def test_is_skipped(): ...
"""
    returned, report = run(tmp_path, code)
    assert returned == 1, report
    assert re.search(r"^1 failed, 20 passed, 1 skipped, 1 warning in ", report, re.MULTILINE)
    for text in ("At index 1 diff: 2 != 3", "printed before", "not today", "a warning"):
        assert text in report


@pytest.mark.parametrize("ends_with", [7, 0])
def test_a_worker_that_dies_is_named_with_its_test(tmp_path: Path, ends_with: int) -> None:
    code = f"import os\ndef test_dies(): os._exit({ends_with})\ndef test_passes(): ...\n"
    returned, report = run(tmp_path, code)
    assert returned == 1, report
    assert f"ended with exit code {ends_with}; its last test was test_file.py::test_dies" in report


def test_the_first_failure_ends_all_if_that_is_asked(tmp_path: Path) -> None:
    code = """
import pathlib, pytest, time

@pytest.fixture
def ended():
    yield
    pathlib.Path("ended").touch()

def test_waits(ended): time.sleep(60)
def test_fails(): assert False
"""
    returned, report = run(tmp_path, code, "-x")
    assert returned == 1, report
    assert "stopping after 1 failures" in report
    assert (tmp_path / "ended").exists()
