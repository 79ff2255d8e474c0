"""All words after --parameter-overrides, up to the next flag, belong to it."""

from pathlib import Path

import pytest
from commands import run
from visitplannr.cli.words import repeated

FLAG = "--parameter-overrides"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (f"{FLAG} A=1 B=2 --port 1", f"{FLAG}=A=1 {FLAG}=B=2 --port 1"),
        (f"-t x {FLAG} A=1 -p 1", f"-t x {FLAG}=A=1 -p 1"),
        (f"{FLAG}=A=1 B=2", f"{FLAG}=A=1 {FLAG}=B=2"),
        (f"{FLAG} A=1 {FLAG} B=2", f"{FLAG}=A=1 {FLAG}=B=2"),
        (f"GET /x {FLAG} A=-1", f"GET /x {FLAG}=A=-1"),
        ("GET /x", "GET /x"),
    ],
)
def test_words(words: str, found: str) -> None:
    assert list(repeated(words.split())) == found.split()


TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Who: {Type: String, Description: Whom to greet}, Size: {Type: Number}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: fn
      Handler: app.handler
      Runtime: python3.13
      Events: {A: {Type: Api, Properties: {Path: /a, Method: get}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "app.py").write_text("def handler(event, context): ...\n")
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path


@pytest.mark.parametrize("command", [("up", "--port", "0"), ("event", "GET", "/a")])
def test_missing_values_are_one_error_and_exit_code_1(
    folder: Path, command: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    done = run(*command, cwd=folder)
    assert done.returncode == 1
    said = done.stderr + capfd.readouterr().err
    assert said.splitlines() == [
        "visitplannr: template.yaml: Parameters: [Who, Size] must have values",
        "  Who (String): Whom to greet",
        "  Size (Number)",
        "Give them: --parameter-overrides Who=VALUE Size=VALUE",
    ]


def test_values_are_taken_and_a_wrong_one_is_exit_code_1(folder: Path) -> None:
    done = run("event", "GET", "/a", FLAG, "Who=a b", "Size=3", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    wrong = run(
        "event", "GET", "/a", FLAG, "ParameterKey=Who,ParameterValue=x", "Size=big", cwd=folder
    )
    assert wrong.returncode == 1
    assert "template.yaml:3:69: Parameter 'Size' must be a number" in wrong.stderr


def test_validate_finds_them_too(folder: Path) -> None:
    done = run("validate", cwd=folder)
    assert done.returncode == 1
    assert "template.yaml:3:19: error: Who (String): Whom to greet has no value" in done.stdout
    (folder / "samconfig.toml").write_text(
        '[default.validate.parameters]\nparameter_overrides = "Who=x Size=1"\n'
    )
    assert run("validate", cwd=folder).returncode == 0


def test_a_word_that_is_no_value_is_wrong_usage(folder: Path) -> None:
    done = run("validate", FLAG, "Who", cwd=folder)
    assert done.returncode == 2
    assert "Who is no Name=value" in done.stderr
