"""Handlers that succeed and fail in every way that the tests need."""

import contextlib
import ctypes
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

logger = logging.getLogger()
calls: list[Any] = []


def echo(event: Any, context: Any) -> Any:
    return event


def count(event: Any, context: Any) -> int:
    calls.append(event)
    return len(calls)


def pid(event: Any, context: Any) -> int:
    return os.getpid()


def sleep(event: Any, context: Any) -> str:
    time.sleep(event)
    return str(context.aws_request_id)


def keep(event: Any, context: Any) -> list[int]:
    """Count in memory and in /tmp, or sleep for some seconds."""
    if event:
        time.sleep(event)
    kept = Path(tempfile.gettempdir(), "kept")
    kept.write_text(kept.read_text() + "x" if kept.exists() else "x")
    calls.append(event)
    return [len(calls), len(kept.read_text())]


def say(event: Any, context: Any) -> None:
    print("first")
    logger.warning("second\nwith a second line")
    print("third", file=sys.stderr)
    sys.stdout.write("unfinished")
    sys.stdout.flush()


def fail(event: Any, context: Any) -> None:
    raise ValueError("boom")


def fail_abroad(event: Any, context: Any) -> None:
    raise ValueError("né \u2603\x7f")


def leave(event: Any, context: Any) -> None:
    os._exit(3)


def leave_politely(event: Any, context: Any) -> None:
    sys.exit(0)


def segfault(event: Any, context: Any) -> None:
    ctypes.string_at(0)


def loop(event: Any, context: Any) -> None:
    while True:
        time.sleep(0.001)


def not_json(event: Any, context: Any) -> set[int]:
    return {1}


def too_large(event: Any, context: Any) -> str:
    return "x" * 7_000_000


def flood(event: Any, context: Any) -> str:
    for _ in range(5):
        print("x" * 1_000_000)
    return "done"


def close_stdout(event: Any, context: Any) -> str:
    with contextlib.suppress(OSError):
        os.close(1)
    return "done"


def tell_child(event: Any, context: Any) -> None:
    child = subprocess.Popen(["sleep", "1000"])
    print(child.pid, flush=True)
    time.sleep(100)


def surroundings(event: Any, context: Any) -> dict[str, Any]:
    return {
        "cwd": str(Path.cwd()),
        "variables": dict(os.environ),
        "temporary": tempfile.gettempdir(),
        "memory": context.memory_limit_in_mb,
        "name": context.function_name,
        "arn": context.invoked_function_arn,
        "remaining": context.get_remaining_time_in_millis(),
        "packages": [name for name in event if _imports(name)],
    }


def _imports(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def fill(event: Any, context: Any) -> str:
    held = bytearray(event * 1024 * 1024)
    for place in range(0, len(held), 4096):
        held[place] = 1
    time.sleep(0.2)
    return "done"


def child_fills(event: Any, context: Any) -> str:
    code = "import time; held = b'x' * (400 * 1024 * 1024); time.sleep(60)"
    subprocess.run([sys.executable, "-c", code], check=False)
    return "done"


def fork_many(event: Any, context: Any) -> None:
    for _ in range(300):
        subprocess.Popen(["/bin/sleep", event["seconds"]], start_new_session=event["session"])
    time.sleep(60)


def give_context(event: Any, context: Any) -> Any:
    return [context.aws_request_id, context.client_context.custom]


def fail_twice(event: Any, context: Any) -> str:
    marker = Path(event)
    tries = len(marker.read_text(encoding="utf-8")) if marker.exists() else 0
    marker.write_text("x" * (tries + 1), encoding="utf-8")
    if tries < 2:
        raise ValueError(f"try {tries}")
    return "done"


def answer_and_linger(event: Any, context: Any) -> int:
    """Let awslambdaric wait for a minute before it asks for the next event."""
    client: Any = sys.modules["awslambdaric.lambda_runtime_client"]
    client.LambdaRuntimeClient.wait_next_invocation = lambda _self: time.sleep(60)
    return os.getpid()


def proxy(event: Any, context: Any) -> dict[str, Any]:
    return {"statusCode": 200, "body": "OK"}
