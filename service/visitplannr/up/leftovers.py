"""What an `up` has left that was killed together with its guardian: environments of functions.

Each has a folder, which is named as its log stream ends; and that is a variable of all processes
which the function has started, wherever they went (lambda-runtime.md L47).
"""

import shutil
from pathlib import Path

from visitplannr.up.guardian import environments, kill

_LOG_STREAM = b"AWS_LAMBDA_LOG_STREAM_NAME="


def clear_leftovers(work: Path) -> None:
    """End what still runs of the environments whose folders lie in `work`, and remove these."""
    if not work.is_dir() or not (folders := list(work.iterdir())):
        return
    streams = tuple(b"]" + folder.name.encode() for folder in folders)
    for pid, variables in environments():
        if any(one.startswith(_LOG_STREAM) and one.endswith(streams) for one in variables):
            kill(pid)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
