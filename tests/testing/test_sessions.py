"""Whole pytest sessions of another team, in processes of their own: workers, Ctrl-C, its cost."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from integration.running import descendants, wait_until_gone
from testing.conftest import copy_application
from visitplannr.testing import keeper

PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio", "-q")
PATIENCE_SECONDS = 120.0


def test_workers_have_a_stack_each(tmp_path: Path) -> None:
    copy_application(tmp_path)
    done = subprocess.run(
        [*PYTEST, "-n", "2"], cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert re.search(r"^13 passed", done.stdout, re.MULTILINE)


WAITING = """
import pathlib, sys, time

def test_wait(stack):
    print("a line for stdout")
    stack.invoke("Count", {"what": "logs"})
    pathlib.Path("waiting").touch()
    time.sleep(600)
"""


def test_a_suite_runs_alone_and_nothing_is_left_when_it_is_interrupted(tmp_path: Path) -> None:
    copy_application(tmp_path)
    (tmp_path / "test_wait.py").write_text(WAITING)
    run = [*PYTEST, "-s", "test_shop.py", "test_wait.py"]
    # What runs in a shell's background ignores it, and its children would, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        run, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (tmp_path / "waiting").exists() and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        below = descendants(process.pid)
        assert len(below) > 3
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2, out
    assert re.search(r"^13 passed", out, re.MULTILINE)
    assert wait_until_gone(below) == set()
    assert "counting logs" in err
    assert "counting logs" not in out


def test_what_is_kept_ends_with_who_holds_its_input() -> None:
    """So a killed test run leaves nothing behind, either."""
    command = [sys.executable, "-I", "-S", keeper.__file__, "sleep", "600"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (below := descendants(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert process.stdin
        process.stdin.close()
        assert process.wait(PATIENCE_SECONDS) == -signal.SIGTERM % 256
    assert below
    assert wait_until_gone(below) == set()


def test_who_uses_no_stack_pays_nothing() -> None:
    code = "import visitplannr.testing.plugin, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    loaded = {module.partition(".")[0] for module in done.stdout.split()}
    assert "visitplannr" in loaded
    assert not loaded & {"boto3", "botocore", "httpx", "fastapi", "pydantic", "typer", "uvicorn"}
