"""MiniStack's state on disk: what is damaged is put aside, and what is not written is said."""

import json
from pathlib import Path
from typing import Any

import pytest
from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.ministack.state_files import StateFiles

ARN = "arn:aws:sns:us-east-1:000000000000:topic"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def files(tmp_path: Path, said: list[str]) -> StateFiles:
    return StateFiles(tmp_path, said.append, lambda _account, _region, name: name != "gone")


def topics(*names: str) -> dict[str, Any]:
    """A state of SNS as MiniStack gives it."""
    found: dict[str, Any] = service("sns").get_state()
    for name in names:
        found["topics"][name] = {"arn": name}
    return found


def there() -> list[str]:
    return [key[-1] for key, _ in service("sns").get_state()["topics"].all_items()]


@pytest.fixture(autouse=True)
def forgotten() -> Any:
    yield
    service("sns").reset()


def test_what_was_written_is_read_again(files: StateFiles, said: list[str]) -> None:
    files.save("sns", topics(ARN))
    files.load()
    assert there() == [ARN]
    assert (said, files.unwritten) == ([], [])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Expecting value"),
        (b'{"__ministack_format__": 3, "payl', "Unterminated string"),
        (b"[]", "no state"),
        (b'"text"', "no state"),
        (b"\xff\xfe", "codec can't decode"),
        (b'{"__ministack_format__": 99, "payload": {}}', "of format 99"),
        (b'{"payload": {"topics": {"__scoped__": true}}}', "KeyError"),
        (b"[" * 100_000, "RecursionError"),
    ],
)
def test_what_is_damaged_is_said_and_put_aside(
    files: StateFiles, said: list[str], tmp_path: Path, content: bytes, why: str
) -> None:
    (tmp_path / "sns.json").write_bytes(content)
    (tmp_path / "cloudformation.json").write_text("{}")
    files.load()
    damaged, stacks = said
    assert damaged.startswith(f"{tmp_path}/sns.json: is damaged (")
    assert why in damaged
    assert (tmp_path / "sns.json.aside-1").read_bytes() == content
    assert stacks.startswith("The stacks are made again")
    assert {file.name for file in tmp_path.iterdir()} == {
        "sns.json.aside-1",
        "cloudformation.json.aside-1",
    }


def test_what_was_put_aside_before_stays(
    files: StateFiles, said: list[str], tmp_path: Path
) -> None:
    for number in (1, 2):
        (tmp_path / "sns.json").write_text(f"damaged {number}")
        files.load()
        assert (tmp_path / f"sns.json.aside-{number}").read_text() == f"damaged {number}"
    assert len(said) == 2


@pytest.mark.parametrize("data", [{"topics": {1: object()}}, None])
def test_what_cannot_be_written_is_said_and_the_old_stays(
    files: StateFiles, said: list[str], tmp_path: Path, data: Any
) -> None:
    file = tmp_path / "sns.json"
    if data is None:
        (file / "inside").mkdir(parents=True)
        files.save("sns", {})
    else:
        files.save("sns", {"topics": {}})
        files.save("sns", data)
        assert json.loads(file.read_text())["payload"] == {"topics": {}}
    assert files.unwritten == [file]
    assert said[0].startswith(f"{file}: cannot be written (")
    assert [one.name for one in tmp_path.iterdir()] == ["sns.json"]


def stacks(*resources: tuple[str, str]) -> dict[str, Any]:
    """A state of CloudFormation as MiniStack gives it."""
    found: dict[str, Any] = service("cloudformation").get_state()
    found["stacks"]["shop"] = {
        "_resources": {
            name: {"ResourceType": kind, "PhysicalResourceId": name} for kind, name in resources
        }
    }
    return found


@pytest.mark.parametrize(
    ("resource", "line"),
    [
        (("AWS::SNS::Topic", ARN), None),
        (("AWS::DynamoDB::Table", "there"), None),
        (("Custom::Bucket", "there"), None),
        (("AWS::Lambda::Function", "f"), "{}/lambda.json: is gone; what it held begins empty"),
        (
            ("AWS::DynamoDB::Table", "gone"),
            "The table gone is gone from the state folder; it begins empty",
        ),
    ],
)
def test_what_only_stacks_know_of_is_said_and_made_again(
    files: StateFiles,
    said: list[str],
    tmp_path: Path,
    resource: tuple[str, str],
    line: str | None,
) -> None:
    files.save("sns", topics(ARN))
    files.save("cloudformation", stacks(resource))
    service("cloudformation").reset()
    files.load()
    kept = [key[-1] for key, _ in service("cloudformation").get_state()["stacks"].all_items()]
    service("cloudformation").reset()
    if line is None:
        assert (kept, said) == (["shop"], [])
    else:
        assert (kept, said[0]) == ([], line.format(tmp_path))
        assert said[1].startswith("The stacks are made again")
