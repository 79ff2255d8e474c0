"""What the README tells people to type does what it says."""

import re
import subprocess

from integration.running import ROOT, VISITPLANNR, Stack

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
RUN_ELSEWHERE = {"make up\n", "make test\n"}


def run(command: str, stack: Stack) -> str:
    here = command.replace("localhost:8000", stack.url.removeprefix("http://"))
    here = here.replace("http://127.0.0.1:34189", stack.endpoint_url)
    here = here.replace(".venv/bin/", f"{VISITPLANNR.parent}/")
    done = subprocess.run(
        ["bash", "-ec", here], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def command_with(text: str) -> str:
    (found,) = (command for command in COMMANDS if text in command)
    return found


def test_every_command_is_run_somewhere() -> None:
    tested = {command_with(text) for text in ("Baltic", "boto3", "2f1c", "--template")}
    assert set(COMMANDS) == tested | RUN_ELSEWHERE


def test_the_curl_proposes_and_the_event_is_read_back(stack: Stack) -> None:
    answer = run(command_with("Baltic"), stack)
    assert answer.startswith("HTTP/1.1 200 OK")
    assert answer.endswith("\n\nOK")
    stream = re.search(r"^x-stream-name: (\S+)", answer, re.MULTILINE)
    assert stream
    events = run(command_with("boto3"), stack)
    (event,) = (line for line in events.splitlines() if line.startswith(stream[1]))
    assert event.endswith(
        "DestinationProposed {'name': 'Baltic Centre', 'geolocation': "
        "{'latitude': Decimal('54.969'), 'longitude': Decimal('-1.598')}}"
    ) or event.endswith(
        "DestinationProposed {'geolocation': {'latitude': Decimal('54.969'), "
        "'longitude': Decimal('-1.598')}, 'name': 'Baltic Centre'}"
    )


def test_the_retry_lands_on_the_same_event(stack: Stack) -> None:
    ids = {
        re.findall(r"^x-event-id: (\S+)", run(command_with("2f1c"), stack), re.MULTILINE)[0]
        for _ in range(2)
    }
    assert len(ids) == 1


def test_the_flags_exist(stack: Stack) -> None:
    assert "--template" in run(f"{VISITPLANNR} up --help", stack)
    assert "--ephemeral" in run(f"{VISITPLANNR} up --help", stack)
