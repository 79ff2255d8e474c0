"""The wheel holds the tool and nothing else, and is no part of the applications that it runs."""

import json
import os
import subprocess
import zipfile
from email import message_from_string
from pathlib import Path

import httpx
import pytest
from actions import Action, Job
from integration.running import ROOT
from trove_classifiers import classifiers

PACKAGE = ROOT / "service" / "visitplannr"
THEIRS = sorted(
    {"service", "functions", *(path.parent.name for path in PACKAGE.glob("*/__init__.py"))}
)
INSTALLS = "Install visitplannr"
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Names:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: app.handler
      Runtime: python3.13
      Events:
        Get: {Type: Api, Properties: {Path: /names, Method: get}}
"""


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"visitplannr", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}
    packed = {name for name in names if name.startswith("visitplannr/")}
    assert packed == {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for part in ("console/static/", "console/templates/", "cli/samples/", "runtime/node/"):
        assert any(name.startswith(f"visitplannr/{part}") for name in packed)


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (about,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    said = message_from_string(archive.read(about).decode())
    assert said["Summary"].startswith("Runs your SAM application on your machine")
    assert (said["License-Expression"], said["License-File"]) == ("MIT", "LICENSE")
    assert {"debug", "validate"} <= set(said.get_all("Provides-Extra", ()))
    assert set(said.get_all("Classifier", ())) <= classifiers
    assert said.get_payload() == (ROOT / "README.md").read_text()


def test_an_application_to_begin_with_is_green_at_once(installed: Path, tmp_path: Path) -> None:
    """In an empty folder, with the wheel only: `visitplannr init demo && cd demo && pytest`."""
    environment = {name: value for name, value in os.environ.items() if "AWS" not in name}
    path = f"{installed.parent}:{os.environ['PATH']}"
    pytest_here = f"{installed.parent}/python -m pytest -p no:asyncio"
    done = subprocess.run(
        ["bash", "-ec", f"visitplannr init demo && cd demo && {pytest_here}"],
        cwd=tmp_path, env={**environment, "PATH": path},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make an application whose packages are called as ours are."""
    for name in THEIRS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"WHOSE = 'their {name}'\n")
    imported = "\n".join(f"import {name}" for name in THEIRS)
    whose = ", ".join(f"{name}.WHOSE" for name in THEIRS)
    (tmp_path / "app.py").write_text(
        f"import json\n{imported}\n"
        f"def handler(event, context):\n    return {{'body': json.dumps([{whose}])}}\n"
    )
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    # What is in the folder that the backend works in is not the backend's either.
    (tmp_path / ".visitplannr").mkdir()
    (tmp_path / ".visitplannr" / "ministack.py").write_text("raise SystemExit('not ours')\n")
    return tmp_path


def test_an_application_with_packages_of_the_same_names_runs(
    installed: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """By the action's steps, with the wheel where its first step puts what it installs."""
    theirs = [f"their {name}" for name in THEIRS]
    environment = {**os.environ, "PYTHONPATH": "."}
    job = Job(folder, tmp_path_factory.mktemp("runner"), f"{installed.parent}:{os.environ['PATH']}")

    def printed(*arguments: str) -> str:
        return subprocess.run(
            [installed, *arguments], cwd=folder, env=environment,
            check=True, capture_output=True, text=True, timeout=60,
        ).stdout  # fmt: skip

    try:
        given = Action(ROOT).use(job, without=INSTALLS, port="0", flags="--stack-name 'their-own'")
        assert not job.failed, job.said
        assert httpx.get(f"{given['url']}/names").json() == theirs
        event = folder / "event.json"
        event.write_text(printed("event", "GET", "/names"))
        answer = json.loads(printed("invoke", "Names", "--event", str(event)))
        assert json.loads(answer["body"]) == theirs
        status = json.loads(printed("status", "--json"))
        assert (status["stack_name"], status["endpoint_url"]) == ("their-own", given["endpoint"])
    finally:
        printed("stop")


def test_the_action_says_why_nothing_starts_and_shows_the_log(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "template.yaml").write_text("Resources: {")
    job = Job(tmp_path, tmp_path, f"{installed.parent}:{os.environ['PATH']}")
    given = Action(ROOT).use(job, without=INSTALLS)
    assert job.failed
    assert job.said.count("visitplannr: template.yaml:1:") == 2  # the reason, then the log
    assert given == {"url": "", "endpoint": ""}
