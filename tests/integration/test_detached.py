"""From an empty folder: init, its tests, a detached `up`, one call without any."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from integration.running import VISITPLANNR, wait_until_gone

ENVIRONMENT = {name: value for name, value in os.environ.items() if "AWS" not in name}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects")
    assert run(folder, "init", "demo").returncode == 0
    return folder / "demo"


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(VISITPLANNR), *arguments],
        cwd=folder, env=ENVIRONMENT, text=True, capture_output=True, check=False, timeout=120,
    )  # fmt: skip


def test_the_tests_of_a_new_application_pass(demo: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:asyncio"]
    done = subprocess.run(
        command, cwd=demo, env=ENVIRONMENT, text=True, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_a_detached_one_is_ready_when_the_command_returns_until_it_is_stopped(demo: Path) -> None:
    started = run(demo, "up", "--detach", "--port", "0")
    assert started.returncode == 0, started.stderr
    assert "curl -i http://127.0.0.1:" in started.stdout
    assert "`visitplannr stop` ends it." in started.stdout
    status = json.loads(run(demo, "status", "--json").stdout)
    try:
        assert status["status"] == "ready"
        called = run(demo, "invoke", "NotesFunction", "-e", "events/add-note.json")
        assert json.loads(called.stdout)["statusCode"] == 201
        second = run(demo, "up", "--detach", "--port", "0")
        assert (second.returncode, second.stdout) == (1, "")
        assert f"in use by process {status['pid']}" in second.stderr
    finally:
        stopped = run(demo, "stop")
    assert (stopped.returncode, wait_until_gone({status["pid"]})) == (0, set())
    log = (demo / ".visitplannr/up.log").read_text()
    assert "NotesFunction " in log.partition("Ready in")[2]
    assert run(demo, "status").returncode == 1


def test_one_that_cannot_start_says_why_and_ends_with_its_code(demo: Path) -> None:
    unknown = run(demo, "up", "--detach", "--debug", "Nobody")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr == (
        "visitplannr: --debug: there is no function Nobody; there are: NotesFunction\n"
    )


def test_one_call_needs_no_up(demo: Path) -> None:
    done = run(demo, "invoke", "-e", "events/add-note.json")
    assert json.loads(done.stdout)["statusCode"] == 201
    assert done.stderr.startswith("Nothing runs: the stack is started for this call.\nSTART ")
    assert "REPORT RequestId: " in done.stderr
    assert run(demo, "status").returncode == 1
