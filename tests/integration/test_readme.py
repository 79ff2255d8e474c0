"""What the README tells people to type does what it says."""

import re
import subprocess
from pathlib import Path

import commands
from guides import blocks
from integration.running import ROOT, VISITPLANNR, Stack, up

README = ROOT / "README.md"


def run(command: str, stack: Stack) -> str:
    here = command.replace("localhost:8000", stack.url.removeprefix("http://"))
    here = here.replace(".venv/bin/", f"{VISITPLANNR.parent}/")
    here = here.replace("visitplannr items", f"visitplannr items --state-dir {stack.state}")
    done = subprocess.run(
        ["bash", "-ec", here], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def command_with(text: str) -> str:
    (found,) = (block for block in blocks(README) if text in block)
    return found


def test_the_curl_proposes_and_the_event_is_read_back(stack: Stack) -> None:
    answer = run(command_with("Baltic"), stack)
    assert answer.startswith("HTTP/1.1 200 OK")
    stream = re.search(r"^x-stream-name: (\S+)", answer, re.MULTILINE)
    assert stream
    events = answer.rpartition("\n\nOK")[2]
    assert f"StreamName={stream[1]}" in events
    assert "Type: DestinationProposed" in events
    assert "Baltic Centre" in events


def test_the_retry_lands_on_the_same_event(stack: Stack) -> None:
    ids = {
        re.findall(r"^x-event-id: (\S+)", run(command_with("2f1c"), stack), re.MULTILINE)[0]
        for _ in range(2)
    }
    assert len(ids) == 1


def test_any_other_sam_template_runs(stack: Stack, tmp_path: Path) -> None:
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
