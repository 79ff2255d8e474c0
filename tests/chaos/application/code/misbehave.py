"""Does what no function should."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
DEAF = """
import signal, time
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
time.sleep(600)
"""
STUBBORN = (sys.executable, "-c", DEAF)


def children() -> None:
    for _ in range(3):
        subprocess.Popen(SLEEPER)


def daemon() -> None:
    """Leave a process that has left group, session and parent."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv(STUBBORN[0], STUBBORN)
        os._exit(0)


def closed_descriptors() -> None:
    os.closerange(0, 100)


def ignored_signals() -> None:
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)


def exited() -> None:
    os._exit(3)


def segfault() -> None:
    ctypes.string_at(0)


def overtime() -> None:
    time.sleep(60)


def stopped() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def flood() -> None:
    print(("x" * 1000 + "\n") * 2000)


WAYS: Mapping[str, Callable[[], None]] = {
    "children": children,
    "daemon": daemon,
    "closed": closed_descriptors,
    "deaf": ignored_signals,
    "exit": exited,
    "segfault": segfault,
    "overtime": overtime,
    "stopped": stopped,
    "flood": flood,
}


def handler(event: Any, _context: Any) -> Any:
    WAYS[event["pathParameters"]["how"]]()
    return {"statusCode": 200, "body": "done"}
