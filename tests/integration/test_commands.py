"""Commands, another `up` and AWS's own clients beside a running `up`."""

import base64
import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import boto3
import commands
import pytest
from integration.running import PATIENCE_SECONDS, ROOT, VISITPLANNR, Stack, up

FUNCTION = "ProposeDestinationFunction"


@pytest.fixture
def state(stack: Stack) -> Path:
    return stack.state


def run(state: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return commands.run(*arguments, "--state-dir", str(state), cwd=ROOT, given=given)


def wait_for_logs(state: Path, text: str, *arguments: str) -> list[str]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while text not in (shown := run(state, "logs", *arguments).stdout):
        assert time.monotonic() < deadline, shown
        time.sleep(0.2)
    return shown.splitlines()


def test_invoke_prints_the_result_and_the_log(stack: Stack, state: Path) -> None:
    event = json.dumps({"httpMethod": "POST", "body": '{"name": "Seven Stories"}'})
    done = run(state, "invoke", FUNCTION, "--event", "-", given=event)
    assert (done.returncode, json.loads(done.stdout)["statusCode"]) == (0, 200)
    assert done.stderr.startswith("START RequestId: ")
    assert "REPORT RequestId: " in done.stderr


REFUSED: list[Any] = [
    pytest.param(["invoke", "Other"], "has no function Other; there are: " + FUNCTION, id="name"),
    pytest.param(["invoke", FUNCTION, "--event", "gone.json"], "gone.json cannot be", id="file"),
    pytest.param(["invoke", FUNCTION, "--event", "README.md"], "is no JSON", id="no JSON"),
    pytest.param(["logs", "Other"], "has no function Other", id="logs of another"),
    pytest.param(
        ["items", "EventTable"], "there are: EventsTable; did you mean EventsTable?", id="meant"
    ),
    pytest.param(["outputs", "ApiUri"], "did you mean ApiUrl?", id="output"),
    pytest.param(["reset", "--stack-name", "other"], "of a running `visitplannr up`", id="reset"),
    pytest.param(["items", "Other"], "has no table Other; there are: EventsTable", id="table"),
    pytest.param(
        ["items", "EventsTable", "--key", "Type=x"], "Type is no key; the keys are:", id="no key"
    ),
    pytest.param(
        ["items", "EventsTable", "--key", "EventId=x"],
        "the partition key StreamName",
        id="half a key",
    ),
    pytest.param(["permissions", "Other"], "has no function Other", id="permissions of another"),
    pytest.param(
        ["test-invoke", "GET", "/nope"],
        "GET /nope cannot be tested: Invalid Resource identifier specified; there are: POST /d",
        id="resource",
    ),
    pytest.param(
        ["event", "GET", "/nope"],
        "no route for GET /nope; there are: POST /destination",
        id="route",
    ),
    pytest.param(
        ["event", "kafka"], "kafka is no method and no source; there are: GET", id="source"
    ),
    pytest.param(["event", "s3", "-d", "x"], "an event of s3 carries no data", id="data"),
    pytest.param(["deploy", "--template", "gone.yaml"], "gone.yaml: cannot be read", id="template"),
    pytest.param(
        ["resources", "--stack-name", "other"], "there is no stack other", id="resources of none"
    ),
    pytest.param(["logs", "--stack-name", "other"], "there is no stack other", id="stack"),
    pytest.param(["logs", "--profile", "gone"], "the profile gone cannot be used", id="profile"),
    pytest.param(["logs", "--endpoint-url", "http://127.0.0.1:9"], "cannot be read", id="endpoint"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_one_line_says_what_is_wrong(
    stack: Stack, state: Path, arguments: list[str], message: str
) -> None:
    done = run(state, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("visitplannr: ")
    assert message in line


def test_nothing_runs(tmp_path: Path) -> None:
    done = run(tmp_path, "logs")
    assert done.returncode == 1
    assert "start `visitplannr up`" in done.stderr


def test_a_state_folder_has_one_user(stack: Stack) -> None:
    with up(stack.state) as second:
        second.wait_for(f"in use by process {stack.process.pid}")
        assert second.process.wait() == 1


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--wait-for-stack"], "--wait-for-stack needs --endpoint-url"),
        (
            ["--endpoint-url", "http://a:1", "--dynamodb-endpoint-url", "http://a:2"],
            "--endpoint-url and --dynamodb-endpoint-url contradict each other",
        ),
    ],
)
def test_flags_that_do_not_go_together_are_wrong_usage(
    tmp_path: Path, flags: list[str], says: str
) -> None:
    done = run(tmp_path, "up", *flags)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.replace("│", " ").split())


def test_items_are_shown_up_to_a_limit_and_then_followed(stack: Stack, state: Path) -> None:
    for number in range(3):
        stack.http.post("/destination", json={"name": f"item {number}"})
    shown = run(state, "items", "EventsTable", "--limit", "2", "--json")
    assert len(shown.stdout.splitlines()) == 2
    assert shown.stderr == "more than 2: --limit shows more\n"

    command = [str(VISITPLANNR), "items", "EventsTable", "--follow", "--limit", "1", "--json"]
    follower = subprocess.Popen(
        [*command, "--state-dir", str(state)], text=True, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert follower.stdout
        assert follower.stderr
        follower.stdout.readline()
        assert follower.stderr.readline() == "more than 1: --limit shows more\n"
        stack.http.post("/destination", json={"name": "followed"})
        assert json.loads(follower.stdout.readline())["Data"] == {"name": "followed"}
    finally:
        follower.terminate()
        follower.communicate()


WRONG: list[Any] = [
    pytest.param(["event", "GET"], "GET needs a path", id="a method without a path"),
    pytest.param(["event", "sqs", "/x"], "sqs has no path", id="a source with one"),
    pytest.param(["event", "GET", "/x", "-H", "x"], "'x' is no NAME: VALUE", id="header"),
    pytest.param(["event", "sqs", "-d", "@gone"], "gone cannot be read", id="file"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_usage(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_data_is_where_its_producer_puts_it(tmp_path: Path) -> None:
    (record,) = json.loads(run(tmp_path, "event", "sqs", "-d", "hello").stdout)["Records"]
    assert (record["body"], record["md5OfBody"]) == ("hello", "5d41402abc4b2a76b9719d911017c592")
    event = json.loads(run(tmp_path, "event", "eventbridge", "-d", '{"a": 1}').stdout)
    assert event["detail"] == {"a": 1}
    event = json.loads(run(tmp_path, "event", "POST", "/destination?a=1", "-d", "{}").stdout)
    assert (event["body"], event["queryStringParameters"]) == ("{}", {"a": "1"})


def test_wrong_durations_are_wrong_usage(tmp_path: Path) -> None:
    done = run(tmp_path, "logs", "--since", "yesterday")
    assert done.returncode == 2
    assert "yesterday is no duration" in done.stderr


def test_outputs_and_variables_are_those_of_the_running_stack(stack: Stack, state: Path) -> None:
    outputs = json.loads(run(state, "outputs", "--json").stdout)
    assert outputs == stack.http.get("/_local/outputs").json()
    assert run(state, "outputs", "ApiUrl").stdout == f"{outputs['ApiUrl']}\n"
    variables = json.loads(run(state, "env", "--json").stdout)
    assert variables["AWS_ENDPOINT_URL"] == stack.endpoint_url
    status = json.loads(run(state, "status", "--json").stdout)
    assert (status["status"], status["pid"]) == ("ready", stack.process.pid)
    assert (status["url"], status["endpoint_url"]) == (stack.url, stack.endpoint_url)


def test_reset_empties_the_stack(stack: Stack, state: Path) -> None:
    stack.http.post("/destination", json={"name": "forgotten"})
    assert run(state, "reset").returncode == 0
    assert stack.events() == []


def test_logs_come_from_cloudwatch_logs(stack: Stack, state: Path) -> None:
    stack.http.post("/destination", json={"name": "Great North Museum"})
    lines = wait_for_logs(state, "Great North Museum", FUNCTION)
    assert all(re.match(rf"{FUNCTION} \d{{4}}-\d\d-\d\dT\S+ ", line) for line in lines)
    (line,) = wait_for_logs(state, "Great North Museum", "--json", "--filter", "North Museum")
    event = json.loads(line)
    assert event["function"] == FUNCTION
    assert set(event) == {"timestamp", "function", "message", "log_stream"}
    assert event["message"].endswith("\n")


def test_logs_follow_until_interrupted(stack: Stack, state: Path) -> None:
    stack.http.post("/destination", json={"name": "Before"})
    command = [str(VISITPLANNR), "logs", "--follow", "--state-dir", str(state), "--since", "1m"]
    follower = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert follower.stdout
        assert any("Before" in line for line in follower.stdout)
        stack.http.post("/destination", json={"name": "Followed"})
        assert any("Followed" in line for line in follower.stdout)
    finally:
        follower.terminate()
        follower.communicate()


def test_boto3_invokes_through_the_gateway(stack: Stack) -> None:
    make: Any = boto3.client
    client = make(
        "lambda", endpoint_url=stack.url, region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    event = {"httpMethod": "POST", "body": '{"name": "Life Science Centre"}'}
    answer = client.invoke(FunctionName=FUNCTION, Payload=json.dumps(event), LogType="Tail")
    assert json.loads(answer["Payload"].read())["statusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert b"REPORT RequestId: " in base64.b64decode(answer["LogResult"])
    dry = client.invoke(FunctionName=FUNCTION, InvocationType="DryRun")
    assert dry["StatusCode"] == 204
    taken = client.invoke(FunctionName=FUNCTION, InvocationType="Event", Payload=json.dumps(event))
    assert taken["StatusCode"] == 202
    stack.wait_for(f"REPORT RequestId: {taken['ResponseMetadata']['RequestId']}")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="Other")
