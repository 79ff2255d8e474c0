"""Runs a command for as long as somebody holds the other end of its standard input.

`python keeper.py COMMAND ...`: at the end of the input it is ended with SIGTERM, and a killed test
run leaves nothing behind. Started as a script: it imports the standard library only.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence


def keep(command: Sequence[str]) -> int:
    """Run a command until it ends, or the input does; give its exit code."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_input, args=(process,), daemon=True).start()
    return process.wait()


def _end_with_input(process: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1024):
        pass
    process.terminate()


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:]))
