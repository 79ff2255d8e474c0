"""What a template is given and what it is made of: one application for all, asked over HTTP."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.running import ROOT, Emulated, Stack, up

APPLICATION = ROOT / "tests" / "integration" / "applications" / "given"
SECRET = "s3cr3t-of-the-flag"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(APPLICATION, tmp_path_factory.mktemp("given") / "given"))


@pytest.fixture(scope="module")
def given(stack: Emulated, folder: Path) -> Iterator[Stack]:
    flags = ("--endpoint-url", stack.endpoint_url, "--seed", "seed.yaml", "-n", "env.json")
    values = ("--parameter-overrides", f"Secret={SECRET}")
    with up(folder / "state", *flags, *values, cwd=folder) as running:
        yield running.ready()


def variables(stack: Stack, path: str = "/outer") -> dict[str, str]:
    answer = stack.http.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = json.loads(answer.text)
    return found


VARIABLES: list[Any] = [
    ("X_BOOL", "true"), ("X_INT", "3000"), ("X_FLOAT", "1.1"), ("X_OCTAL", "8"),
    ("X_WHO", "some one"), ("X_SECRET", SECRET), ("X_SIZE", "8"), ("X_OFF", "off-value"),
    ("X_SECOND", "b"), ("X_SSM", "from-ssm"), ("X_SSM_LIST", "x+y"), ("X_RESOLVED", "from-ssm"),
    ("X_TOKEN", "ada"), ("X_IMPORTED", "vpc-1"), ("X_CHILD", "hello some one"),
    ("X_GROUP", "group"), ("X_REFUSED", "refused"),
    ("X_JSON", '{"who":"some one","names":2}'), ("X_MAPPED", "slow"),
    ("X_GROUP_ARN", "arn:aws:resourcegroups:us-east-1:000000000000:group/group"),
    ("X_OVERRIDDEN", "for all"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), VARIABLES)
def test_what_a_function_gets(given: Stack, name: str, value: str) -> None:
    assert variables(given)[name] == value


def test_nested_functions_and_routes_are_served(given: Stack) -> None:
    found = variables(given, "/inner")
    assert (found["X_NAME"], found["X_FLAG"]) == ("some one", "for one")
    assert found["X_TABLE"] == given.physical_id("Tablea")
    assert given.http.get("/_local/outputs").json()["Greeting"] == "hello some one"


def test_and_so_are_their_triggers(given: Stack) -> None:
    given.client("sqs").send_message(QueueUrl=given.physical_id("Queue"), MessageBody="hello")
    given.wait_for(r"^Inner \S+ REPORT ")


def test_loops_make_functions_and_routes(given: Stack) -> None:
    assert variables(given, "/looped/One") == {"X_LOOP": "One"}
    assert variables(given, "/looped/Two") == {"X_LOOP": "Two"}


def test_definitions_in_files_are_put_in(given: Stack) -> None:
    assert variables(given, "/documented")["X_WHO"] == "some one"
    machine = given.http.get("/_local/outputs").json()["Machine"]
    definition = given.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
    task = json.loads(definition["definition"])["States"]["Run"]
    assert task["Resource"].endswith(f"function:{given.physical_id('Outer')}")


@pytest.mark.parametrize(
    "line",
    [
        r"^Group is left out: AWS::ResourceGroups::Group is not known to this backend\.$",
        r"^Watch is left out: AWS::Synthetics::Canary is not known to this backend\.$",
        r"^Child/Group is left out: AWS::ResourceGroups::Group is not known to this backend\.$",
        r"^Refused is left out: AWS::DynamoDB::Table could not be made: .*AttributeDefinitions",
        r"^Theirs is left out: arn:aws:serverlessrepo:a is not on this machine\.$",
        r"env\.json: X_GONE is not set, as Inner does not declare it in the template\.$",
    ],
)
def test_what_is_not_done_is_one_line(given: Stack, line: str) -> None:
    given.wait_for(line)


def test_noecho_is_never_shown(given: Stack) -> None:
    assert SECRET not in given.output
    described = given.client("cloudformation").describe_stacks(StackName="given")["Stacks"][0]
    assert SECRET not in json.dumps(described, default=str)


SAVED: list[Any] = [
    ("samconfig.toml", "some one", "other one", "/inner", "X_NAME", "other one"),
    ("env.json", "for all", "for everybody", "/outer", "X_OVERRIDDEN", "for everybody"),
    ("child/template.yaml", "hello", "good day", "/outer", "X_CHILD", "good day other one"),
    ("seed.yaml", "from-ssm", "from-the-seed", "/outer", "X_SSM", "from-the-seed"),
    ("template.yaml", "slow", "steady", "/outer", "X_MAPPED", "steady"),
]


def save(stack: Stack, file: Path, text: str, line: str) -> None:
    """Save a file, and wait until that line is printed once more."""
    before = sum(printed == line for printed in stack.lines)
    file.write_text(text)
    stack.wait_for(rf"(?s)\A(.*?^{line}$){{{before + 1}}}")


@pytest.mark.parametrize(("name", "old", "new", "path", "variable", "value"), SAVED)
def test_what_is_saved_is_applied(
    given: Stack, folder: Path, name: str, old: str, new: str, path: str, variable: str, value: str
) -> None:
    file = folder / name
    save(given, file, file.read_text().replace(old, new), f"{file.name} is applied.")
    assert variables(given, path)[variable] == value


@pytest.mark.parametrize("name", ["samconfig.toml", "env.json", "child/template.yaml", "api.yaml"])
def test_a_save_that_breaks_it_is_a_line_and_the_next_good_one_is_served(
    given: Stack, folder: Path, name: str
) -> None:
    file = folder / name
    good = file.read_text()
    count = len(given.lines)
    file.write_text("[")
    given.wait_for(rf"(?s)\A(?:[^\n]*\n){{{count}}}.*^[^\n]*{file.name}:")
    assert variables(given)["X_BOOL"] == "true"
    save(given, file, good, f"{file.name} is applied.")
    assert variables(given)["X_BOOL"] == "true"
