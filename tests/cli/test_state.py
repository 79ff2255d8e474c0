"""`visitplannr state`: what is kept, and what clearing a part takes along."""

import fcntl
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner
from visitplannr.cli.main import app

FILES = {
    "tables": ["dynamodb/a.sqlite", "dynamodb/a.sqlite-wal"],
    "objects": ["backend/s3/0/bucket/key", "backend/s3.json"],
    "logs": ["backend/cloudwatch_logs.json", "backend.log"],
    "invocations": ["invocations/stack.sqlite"],
    "services": ["backend/cloudformation.json", "backend/sqs.json", "backend/lambda-blobs/x.zip"],
    "packages": ["runtime/packages-1/module.py"],
    "aside": ["backend/sqs.json.aside-1"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (name for names in FILES.values() for name in names):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * 1024)
    (tmp_path / "lock").touch()
    return tmp_path


def state(folder: Path, *arguments: str, answer: str = "") -> tuple[int, str]:
    command = ["state", "--state-dir", str(folder), *arguments]
    ended = CliRunner().invoke(app, command, input=answer)
    return ended.exit_code, ended.output


def left(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_each_part_has_its_files_and_their_size(folder: Path) -> None:
    code, printed = state(folder, "--json")
    assert code == 0
    assert json.loads(printed) == [
        {"part": part, "files": len(files), "bytes": len(files) * 1024}
        for part, files in FILES.items()
    ]


def test_people_get_a_table(folder: Path) -> None:
    code, printed = state(folder)
    assert code == 0
    assert "tables       2      2 KB  DynamoDB tables and their items" in printed
    assert f"12 KB in {folder}" in printed


@pytest.mark.parametrize("part", FILES)
def test_a_part_is_cleared_and_stacks_whose_resources_it_held(folder: Path, part: str) -> None:
    code, printed = state(folder, "--clear", part, "--yes")
    assert code == 0
    gone = {name for names in FILES.values() for name in names} - left(folder)
    remade = part in {"tables", "objects", "services"}
    assert gone == {*FILES[part], *(["backend/cloudformation.json"] if remade else ())}
    assert ("makes its stack again" in printed) == remade


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("", 1)])
def test_it_asks_first(folder: Path, answer: str, code: int) -> None:
    before = left(folder)
    ended, printed = state(folder, "--clear", "logs", answer=answer)
    assert ended == code
    assert f"Remove what functions have logged from {folder}?" in printed
    assert (left(folder) == before) == (code == 1)


def test_what_runs_keeps_its_state(folder: Path) -> None:
    descriptor = os.open(folder / "lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.write(descriptor, str(os.getpid()).encode())
    before = left(folder)
    code, printed = state(folder, "--clear", "tables", "--yes")
    os.close(descriptor)
    assert (code, left(folder)) == (1, before)
    assert f"in use by process {os.getpid()}" in printed


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--clear", "nothing"], "there is no part nothing; there are: tables, objects,"),
        (["--state-dir", "nowhere"], "there is no state folder nowhere; name it with --state-dir"),
    ],
)
def test_what_is_not_there_is_said(folder: Path, arguments: list[str], why: str) -> None:
    code, printed = state(folder, *arguments)
    assert code == 1
    assert why in printed
