"""visitplannr as people install it, with what it needs from the network, and how large that is."""

import contextlib
import json
import re
from pathlib import Path

import httpx
from actions import Action, Job
from guides import ROOT, blocks
from install.conftest import UV, Machine, megabytes
from integration.running import Stack, start

(INSTALL,) = (block for block in blocks(ROOT / "README.md") if block.startswith("pipx"))
MOST_INSTALLED_MB = 230
MOST_VENV_MB = 260


def test_it_is_installed_from_a_clone(machine: Machine, clone: Path, tmp_path: Path) -> None:
    machine.run(f"{UV} tool run {INSTALL}", clone)
    assert machine.run("visitplannr --version", tmp_path).startswith("visitplannr ")
    assert machine.run("command -v visitplannr", tmp_path).startswith(str(machine.home))
    machine.run("visitplannr init demo && cd demo && visitplannr invoke -e events/*", tmp_path)


def test_it_is_a_tool_of_uv_and_small(machine: Machine, clone: Path, tmp_path: Path) -> None:
    machine.run(f"{UV} build --wheel --out-dir {tmp_path} {clone}", tmp_path)
    machine.run(f"{UV} tool install --quiet {tmp_path}/visitplannr-*.whl", tmp_path)
    machine.run("visitplannr init demo", tmp_path)
    size = megabytes(machine.home / "tools")
    print(f"the wheel with all it needs has {size:.0f} MB")
    assert size < MOST_INSTALLED_MB


def test_it_runs_without_being_installed(machine: Machine, clone: Path, tmp_path: Path) -> None:
    said = machine.run(f"{UV}x --quiet --from {clone} visitplannr --version", tmp_path)
    assert said.startswith("visitplannr ")


def test_the_extras_bring_debugger_and_linter(
    machine: Machine, clone: Path, tmp_path: Path
) -> None:
    machine.run(f"{UV} tool install --quiet '{clone}[debug,validate]'", tmp_path)
    machine.run("visitplannr init demo", tmp_path)
    assert "template.yaml: valid" in machine.run("visitplannr validate", tmp_path / "demo")
    python = machine.home / "tools/visitplannr/bin/python"
    machine.run(f"{python} -c 'import debugpy'", tmp_path)


def test_a_clone_is_up_with_one_command(machine: Machine, clone: Path, tmp_path: Path) -> None:
    said = machine.run("make .venv/.run", clone)  # what `make up` does first, on any slow network
    assert re.search(r"Installing the \d+ packages of requirements-run.lock", said)
    stack = Stack(start(["make", "up", f"ARGS=--port 0 --state-dir {tmp_path}"], clone), tmp_path)
    with contextlib.closing(stack):
        stack.ready()
        answer = stack.http.post("/destination", json={"name": "Baltic Centre"})
        assert answer.text == "OK"
    size = megabytes(clone / ".venv")
    print(f"after `make up`, .venv has {size:.0f} MB")
    assert size < MOST_VENV_MB


def test_the_action_installs_from_its_own_path(
    clone: Path, tmp_path: Path, machine: Machine
) -> None:
    machine.run(f"{UV} tool run --from {clone} visitplannr init demo", tmp_path)
    job = Job(tmp_path / "demo", tmp_path, machine.environment["PATH"])
    given = Action(clone).use(job, port="0")
    try:
        assert not job.failed, job.said
        assert httpx.get(f"{given['url']}/notes").json() == []
        installed = tmp_path / "visitplannr"
        assert job.path.partition(":")[0] == str(installed / "command")
        assert [path.name for path in (installed / "command").iterdir()] == ["visitplannr"]
        status = machine.run(f"{installed}/command/visitplannr status --json", job.workspace)
        assert json.loads(status)["endpoint_url"] == given["endpoint"]
    finally:
        machine.run(f"{tmp_path}/visitplannr/command/visitplannr stop", job.workspace)
