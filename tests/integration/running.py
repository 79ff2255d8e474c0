"""Run `visitplannr up` as a real process, and talk to it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
import httpx

ROOT = Path(__file__).parents[2]
VISITPLANNR = Path(sys.executable).with_name("visitplannr")
PATIENCE_SECONDS = 60.0


class Deployed(ABC):
    """A deployed stack, wherever it is: its API at `url`, and its AWS services."""

    url: str
    http: httpx.Client

    @abstractmethod
    def client(self, service: str) -> Any:
        """Make a boto3 client of one of its services."""

    def physical_id(self, logical_id: str) -> str:
        resources = self.http.get("/_local/resources").json()
        return str(next(r["physical_id"] for r in resources if r["logical_id"] == logical_id))

    def table(self) -> str:
        return self.physical_id("EventsTable")

    def events(self) -> list[dict[str, Any]]:
        pages = self.client("dynamodb").get_paginator("scan")
        found = pages.paginate(TableName=self.table(), ConsistentRead=True)
        return [item for page in found for item in page["Items"]]


class Emulated(Deployed):
    """One on an emulator of AWS at `endpoint_url`."""

    endpoint_url: str

    def client(self, service: str) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


class Stack(Emulated):
    """A running `visitplannr up`: what it printed, where it answers, and its process."""

    def __init__(self, process: subprocess.Popen[str], state: Path) -> None:
        self.process = process
        self.state = state
        self.lines: list[str] = []
        self.http = httpx.Client(timeout=30)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until it has printed something that matches."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (match := re.search(pattern, self.output, re.MULTILINE)):
            ended = self.process.poll() is not None
            if ended:
                self._reader.join()
            if time.monotonic() > deadline or (ended and not re.search(pattern, self.output)):
                raise AssertionError(f"no {pattern!r} in:\n{self.output}")
            time.sleep(0.02)
        return match

    def ready(self) -> "Stack":
        self.wait_for(r"^Ready in")
        self.url = self.wait_for(r"^  curl .*(http://127\.0\.0\.1:\d+)/")[1]
        self.endpoint_url = self.wait_for(r"(http://127\.0\.0\.1:\d+)  \(region")[1]
        self.http.base_url = httpx.URL(self.url)
        return self

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE_SECONDS)
        self._reader.join()
        return code

    def close(self) -> None:
        """End it if it still runs, and let go of everything."""
        if self.process.poll() is None:
            self.stop(signal.SIGTERM)
        self._reader.join()
        self.http.close()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip("\n"))


@contextlib.contextmanager
def up(state: Path, *arguments: str, cwd: Path = ROOT) -> Iterator[Stack]:
    """Start it on free ports with its state in `state`; end it hard if the test did not."""
    command = [str(VISITPLANNR), "up", "--port", "0", "--state-dir", str(state), *arguments]
    stack = Stack(start(command, cwd), state)
    try:
        yield stack
    finally:
        stack.close()


def start(command: Sequence[str], cwd: Path = ROOT, **variables: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if "AWS" not in name}
    return subprocess.Popen(
        command,
        cwd=cwd,
        env={**environment, **variables},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
    )


def descendants(pid: int) -> set[int]:
    """Find all live processes below `pid`, by the kernel's parent links; no zombies."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat="], check=True, capture_output=True, text=True
    )
    told = [line.split() for line in listing.stdout.splitlines()]
    parents = {int(one): int(parent) for one, parent, state in told if state[0] != "Z"}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def carrying(*words: str) -> dict[int, str]:
    """Find processes, whoever their parents are, by words of their command or variables."""
    wanted = [word.encode() for word in words]
    found = {}
    for pid in [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]:
        command = proc_text(pid, "cmdline")
        if pid != os.getpid() and any(w in command + proc_text(pid, "environ") for w in wanted):
            found[pid] = command.replace(b"\0", b" ").decode(errors="replace")[:200]
    return found


def proc_text(pid: int, name: str) -> bytes:
    """Read what Linux tells of a process; nothing of one that is gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def wait_until_gone(pids: set[int]) -> set[int]:
    """Wait for the processes to end; return those that did not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (left := {pid for pid in pids if is_running(pid)}) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def is_running(pid: int) -> bool:
    """Say whether there is such a process, and it is no zombie."""
    listing = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True
    )
    return bool(listing.stdout.strip()) and not listing.stdout.startswith("Z")
