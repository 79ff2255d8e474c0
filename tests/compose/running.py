"""A compose project of its own for tests: free ports, its own volume, gone afterwards."""

import contextlib
import os
import socket
import subprocess
import uuid
from collections.abc import Iterator

import httpx
from integration.running import ROOT, Emulated


class Compose(Emulated):
    """The project, up or not; talks like `Stack`."""

    def __init__(self) -> None:
        self.name = f"visitplannr-test-{uuid.uuid4().hex[:8]}"
        self.gateway_port, self.console_port, self.localstack_port = free_ports(3)
        self.url = f"http://127.0.0.1:{self.gateway_port}"
        self.endpoint_url = f"http://127.0.0.1:{self.localstack_port}"
        self.http = httpx.Client(timeout=60, base_url=self.url)
        self.variables: dict[str, str] = {}

    def run(self, *arguments: str, check: bool = True) -> str:
        """Run `docker compose …` for this project; give what it prints."""
        environment = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": self.name,
            "GATEWAY_PORT": str(self.gateway_port),
            "CONSOLE_PORT": str(self.console_port),
            "LOCALSTACK_PORT": str(self.localstack_port),
            **self.variables,
        }
        done = subprocess.run(
            ["docker", "compose", *arguments],
            cwd=ROOT, env=environment, text=True, check=False, timeout=600,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if check and done.returncode:
            logs = self.run("logs", "--tail", "50", check=False)
            raise AssertionError(f"{' '.join(arguments)}:\n{done.stdout}\n{logs}")
        return done.stdout

    def up(self) -> None:
        self.run("up", "--wait", "--wait-timeout", "180")


@contextlib.contextmanager
def compose() -> Iterator[Compose]:
    """Build the images and bring the project up; remove all of it at the end."""
    project = Compose()
    project.run("build")
    try:
        project.up()
        yield project
    finally:
        project.run("down", "--volumes", "--timeout", "20", check=False)
        project.http.close()


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        taken = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in taken]
