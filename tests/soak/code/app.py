import contextlib
import os
import signal
import subprocess
import time
from typing import Any


def fail() -> None:
    raise ValueError("on purpose")


def children() -> None:
    for _ in range(2):
        subprocess.Popen(["sleep", "2"])


def daemon() -> None:
    """Leave a process that has another group, session and parent than ours."""
    if (child := os.fork()) == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp("sleep", ["sleep", "600"])
        os._exit(0)
    with contextlib.suppress(ChildProcessError):  # signals of children may be ignored
        os.waitpid(child, 0)


def deaf() -> None:
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)


WAYS = {
    "raise": fail,
    "exit": lambda: os._exit(3),
    "hang": lambda: time.sleep(60),
    "children": children,
    "daemon": daemon,
    "closed": lambda: os.closerange(0, 100),
    "deaf": deaf,
}


def handler(event: Any, context: Any) -> Any:
    how = event["pathParameters"]["proxy"]
    if how in WAYS:
        WAYS[how]()
    status = "none" if how == "malformed" else 200
    return {"statusCode": status, "body": context.aws_request_id}
