"""The wheel holds the tool and nothing else, and is no part of the applications that it runs."""

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from integration.running import ROOT, Stack, start

PACKAGE = ROOT / "service" / "visitplannr"
THEIRS = sorted(
    {"service", "functions", *(path.parent.name for path in PACKAGE.glob("*/__init__.py"))}
)
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


def test_an_application_with_packages_of_the_same_names_runs(installed: Path, folder: Path) -> None:
    theirs = [f"their {name}" for name in THEIRS]
    environment = {**os.environ, "PYTHONPATH": "."}

    def printed(*arguments: str) -> str:
        return subprocess.run(
            [installed, *arguments], cwd=folder, env=environment,
            check=True, capture_output=True, text=True, timeout=60,
        ).stdout  # fmt: skip

    stack = Stack(start([str(installed), "up", "--port", "0"], folder, PYTHONPATH="."), folder)
    try:
        stack.ready()
        assert stack.http.get("/names").json() == theirs
        event = folder / "event.json"
        event.write_text(printed("event", "GET", "/names"))
        answer = json.loads(printed("invoke", "Names", "--event", str(event)))
        assert json.loads(answer["body"]) == theirs
    finally:
        stack.close()
