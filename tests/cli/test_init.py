"""An application to begin with: its files, and where it refuses to write."""

import json
from pathlib import Path

import commands
import pytest
from visitplannr.cli.init import starter
from visitplannr.template.project import read_project


def test_it_is_in_sams_layout(tmp_path: Path) -> None:
    done = commands.run("init", "demo", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {
        f"demo/{name}"
        for name in (
            *(".gitignore", ".vscode/launch.json", ".vscode/tasks.json", "README.md"),
            *("events/add-note.json", "notes/app.py", "template.yaml", "tests/test_notes.py"),
        )
    }
    assert all(name in done.stdout for name in files)
    resources = read_project(tmp_path / "demo/template.yaml").template["Resources"]
    assert set(resources) == {"NotesTable", "NotesFunction"}


def test_its_json_can_be_read_and_debugs_its_function() -> None:
    texts = {str(path): text for path, text in starter("demo")}
    tasks = json.loads(texts[".vscode/tasks.json"])["tasks"]
    (launch,) = json.loads(texts[".vscode/launch.json"])["configurations"]
    assert launch["preLaunchTask"] in {task["label"] for task in tasks}
    assert any("--debug NotesFunction:5678" in task["command"] for task in tasks)
    assert json.loads(texts["events/add-note.json"])["httpMethod"] == "POST"
    assert texts["README.md"].startswith("# demo\n")


@pytest.mark.parametrize("name", ["file", "full"])
def test_what_is_there_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("mine")
    done = commands.run("init", name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"visitplannr: {name} is there already and not empty; name another folder\n"
    )


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert commands.run("init", "empty", cwd=tmp_path).returncode == 0
