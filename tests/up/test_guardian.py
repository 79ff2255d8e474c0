"""How the guardian ends what is left: by a signal, and by SIGKILL who does nothing then."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from visitplannr.up import guardian

STUBBORN = """
import signal, sys, time
def on_signal(*_):
    began = time.monotonic()
    while time.monotonic() - began < float(sys.argv[2]):
        {work}
    open(sys.argv[1], "w").write("written")
    sys.exit(0)
signal.signal(signal.SIGTERM, on_signal)
print("ready", flush=True)
while True:
    time.sleep(60)
"""
HALF_BUSY = "sum(range(50_000)); time.sleep(0.001)"


@pytest.fixture
def processes() -> Iterator[list["subprocess.Popen[str]"]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def start(work: str, file: Path, seconds: float) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", STUBBORN.format(work=work), str(file), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_who_still_works_is_waited_for(
    tmp_path: Path, processes: list["subprocess.Popen[str]"]
) -> None:
    file = tmp_path / "state"
    processes.append(process := start(HALF_BUSY, file, 1.5))
    guardian.end({process.pid: (15, "")}, grace=0.5)
    assert (process.wait(), file.read_text()) == (0, "written")


def test_who_does_nothing_is_killed(
    tmp_path: Path, processes: list["subprocess.Popen[str]"]
) -> None:
    file = tmp_path / "state"
    processes.append(process := start("time.sleep(0.2)", file, 60.0))
    guardian.end({process.pid: (15, "")}, grace=0.5)
    assert (process.wait(), file.exists()) == (-9, False)


def test_what_left_an_environment_is_killed_when_that_has_ended(
    processes: list["subprocess.Popen[str]"],
) -> None:
    marker = f"AWS_LAMBDA_LOG_STREAM_NAME=[$LATEST]{uuid.uuid4().hex}"
    daemon = subprocess.Popen(
        ["sleep", "60"], env=dict([marker.split("=", 1)]), text=True, start_new_session=True
    )
    processes.append(daemon)
    read, write = os.pipe()
    os.write(write, f"watch 999999 9 {marker}\nwatch 999998 9\nforget 999999\n".encode())
    os.close(write)
    assert guardian.follow(read) == {999998: (9, "")}
    os.close(read)
    assert daemon.wait() == -9


def test_who_stands_still_is_woken_to_end(
    tmp_path: Path, processes: list["subprocess.Popen[str]"]
) -> None:
    file = tmp_path / "state"
    processes.append(process := start(HALF_BUSY, file, 0.1))
    process.send_signal(signal.SIGSTOP)
    guardian.end({process.pid: (15, "")}, grace=5.0)
    assert (process.wait(), file.read_text()) == (0, "written")
