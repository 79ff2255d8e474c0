"""A stack from its template to its end, by the commands, where the tests are pointed at."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import commands
import pytest
from integration.running import ROOT, Emulated
from wheels import write_wheel

FUNCTION = "ProposeDestinationFunction"
PROPOSAL = '{"name": "Baltic Centre"}'
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the application, as its code is going to be changed."""
    folder = tmp_path_factory.mktemp("application") / "trips"
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "service/functions", folder / "service/functions", ignore=left_out)
    shutil.copy(ROOT / "template.yaml", folder)
    return folder


@pytest.fixture(scope="module")
def command(stack: Emulated, folder: Path) -> Iterator[Command]:
    """Run a command about the stack `trips` at the backend of the running stack."""

    def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        at = ("--endpoint-url", stack.endpoint_url)
        return commands.run(*arguments, *at, cwd=folder, given=given)

    yield run
    run("delete", "--yes")


def succeeded(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def read(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(succeeded(done))


def changed(command: Command) -> list[tuple[str, str]]:
    found = read(command("deploy", "--dry-run", "--json"))
    return [(change["action"], change["logical_id"]) for change in found if not change["follows"]]


def buckets(stack: Emulated) -> list[str]:
    listed = stack.client("s3").list_buckets()["Buckets"]
    return [bucket["Name"] for bucket in listed if bucket["Name"].startswith("trips-")]


def test_a_stack_from_its_template_to_its_end(
    stack: Emulated, command: Command, folder: Path
) -> None:
    assert "there is no stack trips" in command("resources").stderr
    assert ("Add", "EventsTable") in changed(command)
    assert "there is no stack trips" in command("resources").stderr
    assert buckets(stack) == []

    deployed = succeeded(command("deploy"))
    assert "+  EventsTable" in deployed
    assert "CREATE_COMPLETE       EventsTable" in deployed
    assert "5 read and 5 write units  2.85" in deployed
    assert deployed.endswith("trips is deployed\n")
    assert changed(command) == []
    assert succeeded(command("deploy")).endswith("trips is unchanged\n")

    origins = {item["logical_id"]: item["origin"] for item in read(command("resources", "--json"))}
    assert origins[FUNCTION] == "template"
    assert origins[f"{FUNCTION}Role"] == "transform"

    allowed = succeeded(command("permissions", FUNCTION))
    assert "Allow  dynamodb:PutItem" in allowed
    assert "too wide" not in allowed

    tested = succeeded(command("test-invoke", "POST", "/destination", "-d", PROPOSAL))
    assert tested.startswith("Status   200\n")
    assert "Method completed with status: 200" in tested
    (item,) = succeeded(command("items", "EventsTable", "--json")).splitlines()
    assert json.loads(item)["Data"] == {"name": "Baltic Centre"}
    key = f"StreamName={json.loads(item)['StreamName']}"
    assert "Type: DestinationProposed" in succeeded(command("items", "EventsTable", "--key", key))

    event = succeeded(commands.run("event", "POST", "/destination", "-d", "{}", cwd=folder))
    invoked = command("invoke", FUNCTION, "--event", "-", given=event)
    assert read(invoked)["statusCode"] == 400

    responses = folder / "service/functions/command_channel/responses.py"
    responses.write_text(f"{responses.read_text()}\n# changed\n")
    assert changed(command) == [("Modify", FUNCTION)]
    updated = succeeded(command("deploy"))
    assert "UPDATE_COMPLETE       ProposeDestinationFunction" in updated

    refused = command("delete")
    assert refused.returncode == 1
    assert "--yes goes without asking" in refused.stderr
    assert succeeded(command("delete", "--yes")).endswith("trips is deleted\n")
    assert buckets(stack) == []
    assert "there is nothing to delete" in succeeded(command("delete", "--yes"))
    gone = command("resources")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "there is no stack trips" in gone.stderr


def test_what_a_function_requires_is_in_its_bundle(command: Command, folder: Path) -> None:
    (folder / "wheels").mkdir()
    write_wheel(folder / "wheels", "py3-none-any", "HELLO = 'hello'")
    (folder / "code").mkdir()
    requirements = f"--no-index\n--find-links {folder}/wheels\nwords==1.0\n"
    (folder / "code/requirements.txt").write_text(requirements)
    code = "import words\ndef handler(event, context): return words.HELLO\n"
    (folder / "code/app.py").write_text(code)
    (folder / "required.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n"
        "  Required:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        "      CodeUri: code\n      Handler: app.handler\n      Runtime: python3.13\n"
    )
    named = ("--template", "required.yaml", "--stack-name", "trips-required")
    succeeded(command("deploy", *named))
    assert read(command("invoke", "Required", *named)) == "hello"
    succeeded(command("delete", "--yes", *named))


def test_a_template_too_large_to_be_handed_over_goes_through_the_bucket(
    stack: Emulated, command: Command, folder: Path
) -> None:
    template = folder / "large.yaml"
    topics = "".join(
        f"  T{number}:\n    Type: AWS::DynamoDB::Table\n    Properties:\n"
        f"      # {'x' * 10}\n      BillingMode: PAY_PER_REQUEST\n"
        "      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]\n"
        "      KeySchema: [{AttributeName: id, KeyType: HASH}]\n"
        f"      Tags: [{{Key: about, Value: {'y' * 250}}}, {{Key: more, Value: {'z' * 250}}}]\n"
        for number in range(80)
    )
    template.write_text(f"Resources:\n{topics}")
    named = ("--template", "large.yaml", "--stack-name", "trips-large")
    assert "trips-large is deployed" in succeeded(command("deploy", *named))
    assert len(read(command("resources", "--json", *named))) == 80
    assert "trips-large is deleted" in succeeded(command("delete", "--yes", *named))


def test_what_fails_is_named_with_its_reason(command: Command, folder: Path) -> None:
    template = folder / "broken.yaml"
    template.write_text(
        "Resources:\n"
        "  Wrong:\n    Type: AWS::DynamoDB::Table\n    Properties:\n"
        "      BillingMode: PAY_PER_REQUEST\n"
        "      KeySchema: [{AttributeName: a, KeyType: HASH}]\n"
        "      AttributeDefinitions: [{AttributeName: a, AttributeType: S},"
        " {AttributeName: unused, AttributeType: S}]\n"
    )
    named = ("--template", "broken.yaml", "--stack-name", "trips-broken")
    failed = command("deploy", *named)
    command("delete", "--yes", *named)
    assert failed.returncode == 1
    (line,) = failed.stderr.splitlines()
    assert line.startswith("visitplannr: trips-broken: Wrong (AWS::DynamoDB::Table)")
    assert re.search(r"attribute ?definitions", line, re.IGNORECASE)


def test_a_bucket_of_ones_own_is_left(stack: Emulated, command: Command) -> None:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="trips-shared")
    s3.put_object(Bucket="trips-shared", Key="other/kept", Body=b"")
    named = ("--stack-name", "trips-shared-code")
    succeeded(command("deploy", "--bucket", "trips-shared", *named))
    assert len(s3.list_objects_v2(Bucket="trips-shared")["Contents"]) == 2
    deleted = succeeded(command("delete", "--yes", *named))
    assert "left: trips-shared: the bucket was named with --bucket" in deleted
    (kept,) = s3.list_objects_v2(Bucket="trips-shared")["Contents"]
    assert kept["Key"] == "other/kept"
    s3.delete_object(Bucket="trips-shared", Key="other/kept")
    s3.delete_bucket(Bucket="trips-shared")
