"""`make soak`: a long run with failures on purpose; nothing may be wrong, leak or grow.

Usage: python -m soak.soak [REQUESTS]
"""

import http.client
import random
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

from integration.running import Stack, carrying, descendants, up, wait_until_gone

HERE = Path(__file__).parent
CONNECTIONS = 4
# What is asked, how it is answered, and how often it comes.
WAYS = {
    "ok": (200, 100_000),
    "raise": (502, 500),
    "malformed": (502, 500),
    "children": (200, 300),
    "deaf": (200, 100),
    "exit": (502, 50),
    "closed": (502, 50),
    "daemon": (200, 50),
    "hang": (502, 3),
}
GROWTH = 1.15


def main(requests: int) -> int:
    """Run it; 0 if all is well."""
    with tempfile.TemporaryDirectory() as state:
        template = str(HERE / "template.yaml")
        mark = uuid.uuid4().hex
        named = ("--template", template, "--parameter-overrides", f"Mark={mark}")
        with up(Path(state), *named, "--no-reload") as stack:
            stack.ready()
            return soak(stack, requests, mark)


def soak(stack: Stack, requests: int, mark: str) -> int:
    """Send requests; functions and whatever they start carry the `mark`."""
    began = time.monotonic()
    wrong = load(stack, requests // 5)
    settled = figures(stack)
    wrong += load(stack, requests - requests // 5)
    ended = figures(stack)
    seconds = time.monotonic() - began
    print(f"{requests} requests, {requests / seconds:.0f} a second, {sum(wrong.values())} wrong")
    faults = [f"unexpected: {what}, {count} times" for what, count in wrong.items()]
    for name, before in settled.items():
        print(f"{name}: {before} after a fifth, {ended[name]} at the end")
        if ended[name] > before * GROWTH + 5:
            faults.append(f"{name} grew from {before} to {ended[name]}")
    children = descendants(stack.process.pid)
    stack.stop()
    if wait_until_gone(children | carrying(mark).keys()):
        faults.append(f"processes left: {carrying(mark)}")
    print("\n".join(faults) or "nothing unexpected, nothing left behind")
    return 1 if faults else 0


def load(stack: Stack, requests: int) -> Counter[str]:
    """Send requests over a few connections; count the answers that are not as expected."""
    host, port = stack.url.removeprefix("http://").split(":")
    wrong: Counter[str] = Counter()
    threads = [
        threading.Thread(target=client, args=(host, int(port), requests // CONNECTIONS, wrong))
        for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def client(host: str, port: int, requests: int, wrong: Counter[str]) -> None:
    connection = http.client.HTTPConnection(host, port, timeout=30)
    seen: set[bytes] = set()
    for path in random.choices([*WAYS], [weight for _, weight in WAYS.values()], k=requests):
        connection.request("GET", f"/{path}")
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != WAYS[path][0]:
            wrong[f"{answer.status} for {path}"] += 1
        elif path == "ok" and body in seen:
            wrong["an answer twice"] += 1
        seen.add(body)
    connection.close()


def figures(stack: Stack) -> dict[str, int]:
    """Look at what could grow."""
    time.sleep(3)
    stack.lines.clear()
    proc = Path(f"/proc/{stack.process.pid}")
    memory = proc.joinpath("statm").read_text(encoding="ascii").split()[1]
    return {
        "resident pages": int(memory),
        "descriptors": len(list(proc.joinpath("fd").iterdir())),
        "processes": len(descendants(stack.process.pid)),
        "zombies": zombies(stack.process.pid),
    }


def zombies(pid: int) -> int:
    """Count the children that `pid` has not waited for; those of functions are their own affair."""
    states = subprocess.run(
        ["ps", "--ppid", str(pid), "-o", "stat="], check=False, capture_output=True, text=True
    )
    return states.stdout.count("Z")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
