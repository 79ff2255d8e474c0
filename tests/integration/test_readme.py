"""What the README tells people to type does what it says."""

import re
import shlex
import subprocess
from pathlib import Path

import commands
from integration.running import ROOT, VISITPLANNR, Stack, up

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
RUN_ELSEWHERE = {"make up\n", "make test\n", "docker compose up --build --wait\n"}


def run(command: str, stack: Stack) -> str:
    here = command.replace("localhost:8000", stack.url.removeprefix("http://"))
    here = here.replace("http://127.0.0.1:34189", stack.endpoint_url)
    here = here.replace(".venv/bin/", f"{VISITPLANNR.parent}/")
    here = re.sub(
        r"(visitplannr (?:invoke|logs|resources|permissions|test-invoke|items|event))(?= |$)",
        rf"\1 --state-dir {stack.state}",
        here,
        flags=re.MULTILINE,
    )
    done = subprocess.run(
        ["bash", "-ec", here], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def command_with(text: str) -> str:
    (found,) = (command for command in COMMANDS if text in command)
    return str(found)


def test_every_command_is_run_somewhere() -> None:
    tested = {
        command_with(text)
        for text in ("Baltic", "boto3", "2f1c", "invoke ProposeDest", "--template", "validate")
    }
    assert set(COMMANDS) == tested | RUN_ELSEWHERE


def test_the_curl_proposes_and_the_event_is_read_back(stack: Stack) -> None:
    answer = run(command_with("Baltic"), stack)
    assert answer.startswith("HTTP/1.1 200 OK")
    assert answer.endswith("\n\nOK")
    stream = re.search(r"^x-stream-name: (\S+)", answer, re.MULTILINE)
    assert stream
    events = run(command_with("boto3"), stack)
    (event,) = (line for line in events.splitlines() if line.startswith(stream[1]))
    assert "DestinationProposed" in event
    assert "'name': 'Baltic Centre'" in event
    assert "{'latitude': Decimal('54.969'), 'longitude': Decimal('-1.598')}" in event


def test_a_function_is_invoked_and_its_logs_are_read(stack: Stack) -> None:
    printed = run(command_with("invoke ProposeDest"), stack)
    assert '"statusCode": 200' in printed
    assert "up --debug ProposeDestinationFunction" in README


def test_one_looks_around(stack: Stack) -> None:
    printed = ""
    for line in command_with("validate").splitlines():
        program, *arguments = shlex.split(line)
        assert program == ".venv/bin/visitplannr"
        at = [] if arguments == ["validate"] else ["--state-dir", str(stack.state)]
        done = commands.run(*arguments, *at, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        printed += done.stdout
    for text in ("template.yaml: valid", "that the template names", "dynamodb:PutItem",
                 "Successfully completed execution", "Type: DestinationProposed",
                 '"resource": "/destination"'):  # fmt: skip
        assert text in printed


def test_the_retry_lands_on_the_same_event(stack: Stack) -> None:
    ids = {
        re.findall(r"^x-event-id: (\S+)", run(command_with("2f1c"), stack), re.MULTILINE)[0]
        for _ in range(2)
    }
    assert len(ids) == 1


def test_any_other_sam_template_runs(stack: Stack, tmp_path: Path) -> None:
    command = command_with("--template")
    assert "up --template path/to/template.yaml --port 9000" in command
    greeter = ROOT / "tests" / "integration" / "applications" / "greeter" / "template.yaml"
    at = ("--endpoint-url", stack.endpoint_url)
    with up(tmp_path, "--template", str(greeter), *at) as application:
        application.wait_for("^Ready in")
        url = application.wait_for(r"curl -i (http://127\.0\.0\.1:\d+)/")[1]
        answer = application.http.get(
            f"{url}/greetings/a%20b//c/?x=1&x=2", headers={"x-CASE": "kept"}
        )
        assert answer.status_code == 200
        event = answer.json()
        assert event["resource"] == "/greetings/{proxy+}"
        assert event["pathParameters"] == {"proxy": "a%20b//c"}
        assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
        assert event["headers"]["x-CASE"] == "kept"
        assert event["requestContext"]["path"] == "/Prod/greetings/a%20b//c/"
        unknown = application.http.get(f"{url}/greetings")
        assert unknown.status_code == 403
        application.wait_for(r"no such route; there are: ANY /greetings/\{proxy\+\}")


def test_the_flags_exist() -> None:
    done = commands.run("up", "--help", cwd=ROOT)
    assert done.returncode == 0
    assert "--template" in done.stdout
    assert "--ephemeral" in done.stdout
