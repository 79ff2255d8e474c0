"""Variables for AWS's tools, in the words of shells, .env files and the AWS CLI."""

import configparser
import json
import subprocess
from pathlib import Path

import pytest
from visitplannr.backend.endpoint import Backend
from visitplannr.cli.command import CommandError
from visitplannr.cli.env import run_env, variables_of
from visitplannr.cli.env_flags import Shell
from visitplannr.cli.place import Place

URL = "http://127.0.0.1:4567"
HERE = Place(Backend(URL, region="eu-west-2"), "shop", Path("template.yaml"), Path("state"))


def shown(capsys: pytest.CaptureFixture[str], shell: Shell, *, as_json: bool = False) -> str:
    assert run_env(HERE, shell, as_json=as_json) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("shell", [Shell.BASH, Shell.ZSH])
def test_a_shell_evaluates_it(capsys: pytest.CaptureFixture[str], shell: Shell) -> None:
    text = shown(capsys, shell)
    assert all(line.startswith(("export ", "#")) for line in text.splitlines())
    printing = f"{text}\necho $AWS_ENDPOINT_URL $AWS_REGION $AWS_DEFAULT_REGION $AWS_ACCESS_KEY_ID"
    done = subprocess.run(["bash", "-c", printing], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [URL, "eu-west-2", "eu-west-2", "test"]


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        (Shell.FISH, f"set -gx AWS_ENDPOINT_URL '{URL}'"),
        (Shell.POWERSHELL, f"$Env:AWS_ENDPOINT_URL = '{URL}'"),
        (Shell.DOTENV, f"AWS_ENDPOINT_URL={URL}"),
    ],
)
def test_each_in_its_words(capsys: pytest.CaptureFixture[str], shell: Shell, line: str) -> None:
    text = shown(capsys, shell)
    assert line in text.splitlines()
    assert text.startswith("# visitplannr env --shell ")


def test_the_aws_cli_reads_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    config = configparser.ConfigParser()
    config.read_string(shown(capsys, Shell.AWS_PROFILE))
    profile = config["profile visitplannr"]
    assert (profile["endpoint_url"], profile["region"]) == (URL, "eu-west-2")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(shown(capsys, Shell.BASH, as_json=True)) == variables_of(HERE)


def test_aws_needs_none(aws_place: Place) -> None:
    with pytest.raises(CommandError, match="AWS's own tools find AWS"):
        run_env(aws_place, Shell.BASH, as_json=False)


@pytest.fixture
def aws_place() -> Place:
    from visitplannr.backend.endpoint import Aws  # noqa: PLC0415 - only here

    return Place(Aws(None, region="eu-west-2"), "shop", Path("template.yaml"), Path("state"))
