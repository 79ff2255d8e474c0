"""A `visitplannr up` that may be killed and is started again, on the same state and ports."""

import os
import random
import re
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import boto3
from chaos.model import Model
from integration.running import (
    VISITPLANNR,
    Stack,
    carrying,
    descendants,
    proc_text,
    start,
    wait_until_gone,
)

MARK = "CHAOS_MARK"
_END_SECONDS = 40.0
_OF_FUNCTIONS = r"^(Put|Edition|Misbehave|Handle|Follow)\b"


class Living:
    """One application in `folder`, whose state lies in `state`."""

    def __init__(self, folder: Path, state: Path, mark: str, model: Model) -> None:
        self.folder = folder
        self.lives: list[Stack] = []
        self.port, self.console_port, self.backend_port = _free_ports(3)
        self.is_expected_to_end = False
        self._state = state
        self._mark = mark
        self._model = model

    @property
    def stack(self) -> Stack:
        """The present life."""
        return self.lives[-1]

    @property
    def pid(self) -> int:
        return self.stack.process.pid

    @property
    def has_ended(self) -> bool:
        return self.stack.process.poll() is not None

    @property
    def output(self) -> str:
        return "\n".join(life.output for life in self.lives)

    def start(self) -> float:
        """Start it, and wait until it is ready; give how long that took."""
        began = time.monotonic()
        self.is_expected_to_end = False
        ports = ("--port", self.port, "--console-port", self.console_port)
        command = [
            *(str(VISITPLANNR), "up", "--state-dir", str(self._state)),
            *map(str, (*ports, "--backend-port", self.backend_port)),
            *("--parameter-overrides", f"Mark={self._mark}"),
        ]
        temporary = self.folder.parent / "tmp"
        temporary.mkdir(exist_ok=True)
        variables = {MARK: self._mark, "TMPDIR": str(temporary)}
        self.lives.append(Stack(start(command, self.folder, **variables), self._state))
        self.stack.ready()
        self._model.end_outage()
        return time.monotonic() - began

    def expect_end(self) -> None:
        """Note that what comes next ends it."""
        self.is_expected_to_end = True
        self._model.begin_outage()

    def end(self, number: int) -> None:
        """End it by a signal, and look at how it ends; one that stands still is woken."""
        self.expect_end()
        children = descendants(self.pid)
        self.stack.process.send_signal(number)
        self.stack.process.send_signal(signal.SIGCONT)
        try:
            code = self.stack.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._model.violate(f"`up` has not ended {_END_SECONDS:.0f} s after signal {number}")
            os.kill(self.pid, signal.SIGKILL)
            return
        if code and not (code == 1 and self._model.disk_is_full):
            self._model.violate(f"`up` ended with {code} after signal {number}:\n{self.last_lines}")
        if left := wait_until_gone(children):
            self._model.violate(f"processes left after signal {number}: {left}")

    @property
    def last_lines(self) -> str:
        return "\n".join(self.stack.lines[-8:])

    def part(self, name: str, chosen: random.Random) -> list[int]:
        """Give the process that is called so; of environments, any one."""
        if name == "up":
            return [self.pid]
        words = {"backend": b"visitplannr.backend", "guardian": b"guardian.py"}
        word = words.get(name, b"bootstrap")
        found = [pid for pid in sorted(descendants(self.pid)) if word in proc_text(pid, "cmdline")]
        return [chosen.choice(found)] if found else []

    def client(self, service: str, **arguments: Any) -> Any:
        """Make a boto3 client of the backend, of each life of it."""
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=f"http://127.0.0.1:{self.backend_port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            **arguments,
        )

    def marked(self) -> dict[int, str]:
        """Find all processes of this run, whoever their parents are: pid and command."""
        return carrying(f"{MARK}={self._mark}", str(self.folder.parent))

    def tracebacks(self) -> list[str]:
        """Give the lines of the terminal that are no function's and speak of a crash."""
        wrong = re.compile(r"Traceback|Internal Server Error|Exception ignored|never retrieved")
        return [
            "\n".join(life.lines[max(0, number - 1) : number + 25])
            for life in self.lives
            for number, line in enumerate(life.lines)
            if wrong.search(line) and not re.match(_OF_FUNCTIONS, line)
        ]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports
