"""The processes that are measured, started and ended."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
APPLICATION = ROOT / "benchmarks" / "application" / "template.yaml"
VISITPLANNR = str(Path(sys.executable).with_name("visitplannr"))
REGION = "us-east-1"
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Started:
    """A process and where it answers."""

    process: subprocess.Popen[bytes]
    url: str

    def stop(self) -> None:
        """End it as Ctrl-C does, and wait."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=_PATIENCE_SECONDS)

    def get(self, path: str) -> Any:
        """Ask for JSON."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:
            return json.load(answer)

    def physical_id(self, logical_id: str) -> str:
        """Give the physical name of one of the stack's resources."""
        found = self.get("/_local/resources")
        return str(next(r["physical_id"] for r in found if r["logical_id"] == logical_id))


def start_up(state: Path, template: Path = APPLICATION, *arguments: str) -> Started:
    """Start `visitplannr up`, without waiting for it."""
    port = free_port()
    command = (VISITPLANNR, "up", "--template", str(template), "--port", str(port))
    process = subprocess.Popen(
        [*command, "--state-dir", str(state), *arguments],
        stdout=subprocess.DEVNULL,
        env=environment(),
    )
    return Started(process, f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def up(state: Path, template: Path = APPLICATION, *arguments: str) -> Iterator[Started]:
    """Run `visitplannr up` until the end of the block; it serves when the block begins."""
    started = start_up(state, template, *arguments)
    try:
        wait_for(f"{started.url}/_local/health", process=started.process)
        yield started
    finally:
        started.stop()


@contextlib.contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """Run a MiniStack of its own, with all that it starts by itself; yields its endpoint."""
    port = free_port()
    settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "ministack"],
        cwd=folder,
        env={**environment(), **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/_ministack/health", process=process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE_SECONDS)


def deploy(endpoint_url: str) -> str:
    """Deploy the application to an emulator; give the URL of its API on the emulator."""
    named = ("--endpoint-url", endpoint_url, "--stack-name", "benchmark", "--template", APPLICATION)
    subprocess.run(
        [VISITPLANNR, "deploy", *named], check=True, env=environment(), stdout=subprocess.DEVNULL
    )
    listed = subprocess.run(
        [VISITPLANNR, "resources", *named, "--json"],
        check=True,
        env=environment(),
        capture_output=True,
    )
    api = next(r for r in json.loads(listed.stdout) if r["type"] == "AWS::ApiGateway::RestApi")
    return f"{endpoint_url}/_aws/execute-api/{api['physical_id']}/Prod"


def wait_for(
    url: str, *, body: bytes | None = None, process: subprocess.Popen[bytes] | None = None
) -> None:
    """Wait until a URL answers 200; if it is that of a process, while this lives.

    Raises:
        ChildProcessError: the process has ended.
        TimeoutError: there is no such answer in two minutes.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if _answers(url, body):
            return
        if process is not None and process.poll() is not None:
            raise ChildProcessError(f"it ended with exit code {process.returncode}")
        time.sleep(0.01)
    raise TimeoutError(f"{url} did not answer 200 in {_PATIENCE_SECONDS:g} s")


def _answers(url: str, body: bytes | None) -> bool:
    try:
        with urllib.request.urlopen(url, data=body, timeout=30) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment() -> Mapping[str, str]:
    """Give this process's variables without those of AWS."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def resident_megabytes(pid: int) -> dict[str, float]:
    """Give the resident memory of a process and of those below it, by what they are."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,rss=,args="], check=True, capture_output=True, text=True
    )
    rows = [line.split(None, 3) for line in listed.stdout.splitlines()]
    parents = {int(row[0]): int(row[1]) for row in rows}
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    found: dict[str, float] = {}
    for own, _, kilobytes, arguments in rows:
        if int(own) in family:
            name = _kind(arguments)
            found[name] = found.get(name, 0.0) + int(kilobytes) / 1024
    return found


def _kind(arguments: str) -> str:
    if "ministack" in arguments:
        return "MiniStack"
    if "bootstrap" in arguments:
        return "execution environments"
    return "guardian" if "guardian" in arguments else "gateway and runtime host"
