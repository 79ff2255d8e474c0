"""How the guardian ends what is left: by a signal, and by SIGKILL who does nothing then."""

import subprocess
import sys
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
