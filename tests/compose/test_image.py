"""The image `cli` for CI: an application that it has never seen, as docs/ci.md runs it."""

import json
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import commands
import pytest
from compose.running import free_ports
from guides import ROOT, blocks

pytestmark = pytest.mark.compose
BUILD, RUN = (block for block in blocks(ROOT / "docs/ci.md") if block.startswith("docker"))


def run(command: str, folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-ec", command],
        cwd=folder, text=True, capture_output=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def image(docker: None) -> None:
    run(BUILD, ROOT)


@pytest.fixture
def names() -> Iterator[tuple[str, str, str]]:
    """Give a container's name and two ports, and see to it that it is gone."""
    name = f"visitplannr-test-{uuid.uuid4().hex[:8]}"
    port, console = free_ports(2)
    yield name, str(port), str(console)
    subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=False)


def test_an_application_runs_in_the_image(
    image: None, names: tuple[str, str, str], tmp_path: Path
) -> None:
    assert commands.run("init", "demo", cwd=tmp_path).returncode == 0
    name, port, console = names
    here = RUN.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace(
        "--name stack", f"--name {name}"
    )
    here = here.replace("127.0.0.1:8001", f"127.0.0.1:{console}").replace(" stack ", f" {name} ")
    here = here.replace("' stack)", f"' {name})").replace("localhost:8000", f"localhost:{port}")
    *before, stopped = here.splitlines()
    assert stopped.startswith("docker stop")
    said = run("\n".join(before), tmp_path / "demo")
    listed, _, invoked = said.splitlines()[-1].partition("]")
    assert (listed, json.loads(invoked)["statusCode"]) == ("[", 201)
    assert run(f"docker exec {name} id -u", tmp_path).strip() == "10001"
    run(f"docker stop {name}", tmp_path)


def test_a_job_in_the_image_has_the_command(image: None, tmp_path: Path) -> None:
    assert commands.run("init", "demo", cwd=tmp_path).returncode == 0
    place = "--state-dir /tmp/state"
    steps = (f"up --detach {place}", f"status {place}", f"stop {place}")
    inside = " && ".join(f"visitplannr {step}" for step in steps)
    volume = f"--volume {tmp_path}/demo:/app:ro"
    said = run(f"docker run --rm {volume} --entrypoint sh visitplannr-cli -c '{inside}'", tmp_path)
    assert "Ready in " in said
    assert "Stopped" in said
