"""Stop and status of what runs with a state folder."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import commands
import pytest
from visitplannr.cli.stop import run_stop
from visitplannr.up.announcement import Running, announced
from visitplannr.up.state_folder import holder

WAITING = """
import fcntl, os, signal, sys, time
def end(*_):
    time.sleep(0.3)
    sys.exit()
signal.signal(signal.SIGTERM, end)
lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(lock, fcntl.LOCK_EX)
os.pwrite(lock, str(os.getpid()).encode(), 0)
print(flush=True)
time.sleep(600)
"""


@contextlib.contextmanager
def used(state: Path) -> Iterator["subprocess.Popen[str]"]:
    """Hold the folder's lock in another process, as `up` does."""
    command = ["python3", "-c", WAITING, str(state / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def test_nothing_runs(tmp_path: Path) -> None:
    stopped = commands.run("stop", "--state-dir", "x", cwd=tmp_path)
    assert (stopped.returncode, stopped.stdout) == (0, "Nothing runs with the state folder x.\n")
    status = commands.run("status", "--json", cwd=tmp_path)
    assert status.returncode == 1
    assert json.loads(status.stdout) == {"status": "stopped", "state_dir": ".visitplannr"}


def test_what_an_earlier_one_left_is_nobodys(tmp_path: Path) -> None:
    with used(tmp_path) as process:
        assert holder(tmp_path) == process.pid
    assert holder(tmp_path) is None
    (tmp_path / "lock").write_text(str(os.getpid()))
    assert holder(tmp_path) is None


def test_one_that_starts_is_not_ready(tmp_path: Path) -> None:
    with used(tmp_path) as process:
        done = commands.run("status", "--state-dir", str(tmp_path), "--json", cwd=tmp_path)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["status"], found["pid"]) == ("starting", process.pid)


def test_one_that_does_not_answer_is_not_ready(tmp_path: Path) -> None:
    running = Running("http://127.0.0.1:9", "http://127.0.0.1:10", "us-east-1", "shop")
    with used(tmp_path), announced(tmp_path, running):
        done = commands.run("status", "--state-dir", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 1
    assert "starting" in done.stdout
    assert "http://127.0.0.1:10" in done.stdout


def test_it_is_ended_and_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent: list[tuple[int, int]] = []
    with used(tmp_path) as process:

        def send(pid: int, number: int) -> None:
            sent.append((pid, number))
            os.kill(pid, number)

        assert run_stop(tmp_path, as_json=True, send=send) == 0
        assert process.poll() == 0
    assert sent == [(process.pid, signal.SIGTERM)]
    assert json.loads(capsys.readouterr().out) == {"stopped": True, "pid": process.pid}
