"""What an `up` has left that was killed together with its guardian."""

import subprocess
import uuid
from pathlib import Path

from visitplannr.up.leftovers import clear_leftovers


def started(log_stream: str) -> "subprocess.Popen[bytes]":
    variables = {"AWS_LAMBDA_LOG_STREAM_NAME": f"2026/11/26/[$LATEST]{log_stream}"}
    return subprocess.Popen(["sleep", "60"], env=variables, start_new_session=True)


def test_environments_whose_folders_are_left_are_ended_and_removed(tmp_path: Path) -> None:
    left, other = uuid.uuid4().hex, uuid.uuid4().hex
    (tmp_path / left / "tmp").mkdir(parents=True)
    ours, foreign = started(left), started(other)
    try:
        clear_leftovers(tmp_path)
        assert ours.wait(10) == -9
        assert foreign.poll() is None
    finally:
        for process in (ours, foreign):
            process.kill()
            process.wait()
    assert list(tmp_path.iterdir()) == []


def test_there_may_be_nothing(tmp_path: Path) -> None:
    clear_leftovers(tmp_path / "none")
    clear_leftovers(tmp_path)
