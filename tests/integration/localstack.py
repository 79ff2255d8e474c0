"""Our LocalStack image in a container of its own, started by testcontainers."""

import contextlib
import subprocess
import time
from collections.abc import Iterator

import httpx
from integration.running import PATIENCE_SECONDS, ROOT

IMAGE = "visitplannr-localstack"


@contextlib.contextmanager
def localstack() -> Iterator[str]:
    """Build and start it; yield its endpoint once the stack is deployed there."""
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - takes 0.3 s

    subprocess.run(["docker", "compose", "build", "--quiet", "localstack"], cwd=ROOT, check=True)
    container = DockerContainer(IMAGE)
    container.ports = {4566: ("127.0.0.1", None)}  # type: ignore[dict-item] # Docker takes a host, too
    with container:
        endpoint_url = f"http://127.0.0.1:{container.get_exposed_port(4566)}"
        wait_until_deployed(endpoint_url)
        yield endpoint_url


def wait_until_deployed(endpoint_url: str) -> None:
    """Wait for LocalStack's init hooks."""
    deadline = time.monotonic() + 2 * PATIENCE_SECONDS
    ready = None
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            ready = httpx.get(f"{endpoint_url}/_localstack/init/ready").json()
            if ready["completed"]:
                assert {script["state"] for script in ready["scripts"]} == {"SUCCESSFUL"}, ready
                return
        time.sleep(0.25)
    raise AssertionError(f"LocalStack is not ready: {ready}")
