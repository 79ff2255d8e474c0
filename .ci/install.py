"""Install what locks name into the environment whose Python runs this, and say how far it is.

`python .ci/install.py LOCK ...`, with the standard library only. uv does it where it can; pip where
there is no uv, or uv cannot: an index or a certificate may be configured for pip alone.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

TAKEN = re.compile(r"(?:Collecting|Processing|Ignoring|Requirement already satisfied:) (\S+)")
EVERY = 10


def main(locks: list[Path]) -> int:
    """Install one lock after the other; return 0, or 1 if that is not possible."""
    for lock in locks:
        total = len(re.findall(r"^[a-z0-9].*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
        say(f"Installing the {total} packages of {lock} ...")
        began = time.monotonic()
        if not by_uv(lock) and not by_pip(lock, total):
            return 1
        say(f"  {total} of {total} are installed, in {time.monotonic() - began:.0f} s.")
    return 0


def by_uv(lock: Path) -> bool:
    """Install with the environment's own uv; say what is downloaded, and nothing if it fails."""
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        return False
    command = [str(uv), "pip", "install", "--python", sys.executable, "--no-deps"]
    done, lines = run([*command, "--require-hashes", "--requirement", str(lock)])
    for line in lines:
        if line.startswith(("Downloading ", "Prepared ")):
            say(f"  {line}")
    return done.wait() == 0


def by_pip(lock: Path, total: int) -> bool:
    """Install with pip, counting what it takes up; say what it said if it fails."""
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--progress-bar", "off"]
    done, lines = run([*command, "--require-hashes", "--requirement", str(lock)])
    said, count = [], 0
    for line in lines:
        said.append(line)
        if taken := TAKEN.match(line):
            count += 1
            if count % EVERY == 0:
                say(f"  {count} of {total} are here: {Path(taken[1]).name}")
        elif line.startswith("Installing collected packages"):
            say(f"  All are here; writing them into {sys.prefix} ...")
    if done.wait():
        say("\n".join(said[-20:]))
    return done.returncode == 0


def run(command: list[str]) -> tuple[subprocess.Popen[str], Iterator[str]]:
    """Start a program; give it, and its lines as it writes them."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    started = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    return started, (line.rstrip("\n") for line in started.stdout or ())


def say(line: str) -> None:
    """Print at once, whether or not somebody looks."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main([Path(lock) for lock in sys.argv[1:]]))
