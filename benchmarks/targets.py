"""What is measured against what: each target takes the same load."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.load import Load, Measured
from benchmarks.processes import (
    APPLICATION,
    ROOT,
    Started,
    deploy,
    free_port,
    ministack,
    up,
    wait_for,
)

PROPOSAL = '{"name": "Baltic Centre", "geolocation": {"latitude": 54.969, "longitude": -1.598}}'


@dataclass(frozen=True)
class Workload:
    """What is asked for: a route, or the module of the handler behind it."""

    name: str
    path: str
    body: str
    module: str
    logical_id: str


NOOP = Workload("no-op", "/noop", "{}", "noop", "NoopFunction")
PROPOSE = Workload(
    "POST /destination",
    "/destination",
    PROPOSAL,
    "command_channel.propose_destination",
    "ProposeDestinationFunction",
)
WORKLOADS = (NOOP, PROPOSE)


@dataclass(frozen=True)
class Target:
    """One of those measured; `effort` is its share of the requests, as it may be slow."""

    name: str
    send: Callable[[Workload, int, int], Measured]
    effort: float


def over_http(url: str) -> Callable[[Workload, int, int], Measured]:
    """Send requests to a URL, from a process of the load's own."""

    def send(workload: Workload, connections: int, requests: int) -> Measured:
        load = Load(f"{url}{workload.path}", workload.body, connections, requests)
        return send_load(load)

    return send


def send_load(load: Load) -> Measured:
    """Run a load in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(load)),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return Measured(**json.loads(done.stdout))


def directly(running: Started) -> Callable[[Workload, int, int], Measured]:
    """Call the handler: same interpreter, variables and table as in its execution environment.

    Several connections are as many processes.
    """

    def send(workload: Workload, connections: int, requests: int) -> Measured:
        command, variables, folder = environment_of(running, workload)
        given = {
            "module": workload.module,
            "event": _latest_event(running, workload),
            "calls": -(-requests // connections),
        }

        def call(_number: int) -> list[float]:
            done = subprocess.run(
                [command, "-S", str(ROOT / "benchmarks" / "floor.py")],
                input=json.dumps(given),
                cwd=folder,
                env={**variables, "PYTHONPATH": f"{folder}:{variables['PYTHONPATH']}"},
                check=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            found: list[float] = json.loads(done.stdout)
            return found

        with ThreadPoolExecutor(connections) as pool:
            calls = list(pool.map(call, range(connections)))
        seconds = max(sum(milliseconds) for milliseconds in calls) / 1000
        return Measured([one for milliseconds in calls for one in milliseconds], seconds, 0.0)

    return send


def environment_of(running: Started, workload: Workload) -> tuple[str, dict[str, str], Path]:
    """Give the interpreter, variables and folder of an execution environment that runs."""
    name = running.physical_id(workload.logical_id)
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = process.joinpath("cmdline").read_bytes().split(b"\0")
            pairs = process.joinpath("environ").read_text(encoding="utf-8").split("\0")
            variables = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
            if variables.get("AWS_LAMBDA_FUNCTION_NAME") == name:
                return command[0].decode(), variables, process.joinpath("cwd").resolve()
    raise LookupError(f"no execution environment of {workload.logical_id} runs")


def _latest_event(running: Started, workload: Workload) -> Any:
    over_http(running.url)(workload, 1, 1)
    rows = running.get("/_local/invocations")
    row = next(row for row in rows if row["what"] == f"POST {workload.path}")
    return running.get(f"/_local/invocations/{row['number']}")["event"]


@contextlib.contextmanager
def targets(say: Callable[[str], None]) -> Iterator[list[Target]]:
    """Start all that can be measured here; of the others, say why not."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running = stack.enter_context(up(folder / "state"))
        emulator = stack.enter_context(ministack(folder))
        found = [
            Target("handler called directly", directly(running), 0.5),
            Target("visitplannr up", over_http(running.url), 1.0),
            Target("MiniStack's own chain", over_http(deploy(emulator)), 0.04),
        ]
        for name, start in (
            ("LocalStack's chain", _localstack_chain),
            ("sam local start-api", _sam),
        ):
            try:
                url = stack.enter_context(start(folder))
            except (OSError, LookupError) as error:
                say(f"{name}: not measured: {error}")
            else:
                found.append(Target(name, over_http(url), 0.04))
        for target in found[1:]:
            for workload in WORKLOADS:
                target.send(workload, 1, 2)
        yield found


@contextlib.contextmanager
def _localstack_chain(_folder: Path) -> Iterator[str]:
    with localstack() as endpoint:
        yield deploy(endpoint)


@contextlib.contextmanager
def localstack() -> Iterator[str]:
    """Run LocalStack with the process executor, as `docker compose` does; yields its endpoint.

    Raises:
        LookupError: there is no Docker, or it does not work.
    """
    _require("docker", "info")
    port = free_port()
    name = f"visitplannr-benchmark-{port}"
    _require("docker", "compose", "build", "localstack")
    published = ("--publish", f"127.0.0.1:{port}:4566")
    _require(
        "docker", "run", "--detach", "--rm", "--name", name, *published, "visitplannr-localstack"
    )
    try:
        endpoint = f"http://127.0.0.1:{port}"
        wait_for(f"{endpoint}/_localstack/health")
        _settle(endpoint)
        yield endpoint
    finally:
        _require("docker", "stop", "--timeout", "5", name)


def _settle(endpoint: str) -> None:
    """Wait for LocalStack's own init hook, which deploys the application's own stack."""
    for _ in range(600):
        with urllib.request.urlopen(f"{endpoint}/_localstack/init/ready", timeout=30) as answer:
            if json.load(answer)["completed"]:
                return
        time.sleep(0.2)
    raise TimeoutError("LocalStack's init hooks did not end")


@contextlib.contextmanager
def _sam(folder: Path) -> Iterator[str]:
    """Run `sam local start-api`, with warm containers.

    Raises:
        LookupError: there is no `sam`, or it cannot start; it needs Docker and its images.
    """
    if shutil.which("sam") is None:
        raise LookupError("there is no `sam` on the PATH (PyPI's aws-sam-cli)")
    port = free_port()
    log = folder / "sam.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["sam", "local", "start-api", "--port", str(port), "--warm-containers", "EAGER",
             "--template", str(APPLICATION)],
            cwd=folder, stdout=output, stderr=output, env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/noop", body=b"{}", process=process)
        yield f"http://127.0.0.1:{port}"
    except ChildProcessError as error:
        raise LookupError(f"{error}; its last word: {_last_line(log.read_text())}") from error
    finally:
        process.terminate()
        process.wait()


def _require(*command: str) -> None:
    if shutil.which(command[0]) is None:
        raise LookupError(f"there is no `{command[0]}` on the PATH")
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise LookupError(f"`{' '.join(command[:3])}` failed: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["nothing"])[-1]
