"""What is saved is what runs: code at the next request, the template once it is applied."""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from integration.running import VISITPLANNR, Stack, up

TEMPLATE = """
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Greeter:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Handler: app.handler
      Runtime: python3.13
      Events:
        Hello: {Type: Api, Properties: {Path: /hello, Method: get}}
  Other:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: other
      Handler: app.handler
      Runtime: python3.13
      Events:
        Other: {Type: Api, Properties: {Path: /other, Method: get}}
"""
APP = "import greeting\ndef handler(event, context):\n    return {'body': greeting.TEXT}\n"
SLOW = """import time
def handler(event, context):
    print('the {body} one has begun')
    time.sleep({seconds})
    return {{'body': '{body}'}}
"""
OTHER = "import os\ndef handler(event, context):\n    return {'body': str(os.getpid())}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("greeter")
    (folder / "template.yaml").write_text(TEMPLATE)
    for name, code in (("code", APP), ("other", OTHER)):
        (folder / name).mkdir()
        (folder / name / "app.py").write_text(code)
    (folder / "code" / "greeting.py").write_text("TEXT = 'hello'\n")
    return folder


@pytest.fixture(scope="module")
def stack(folder: Path) -> Iterator[Stack]:
    with up(folder / "state", cwd=folder) as running:
        yield running.ready()


def greet(stack: Stack) -> tuple[int, str]:
    answer = stack.http.get("/hello")
    return answer.status_code, answer.text


def test_the_very_next_request_runs_saved_code(stack: Stack, folder: Path) -> None:
    other = stack.http.get("/other").text
    for number in range(10):
        (folder / "code" / "greeting.py").write_text(f"TEXT = 'hello {number}'\n")
        assert greet(stack) == (200, f"hello {number}")
    assert stack.http.get("/other").text == other


def test_a_broken_edit_shows_its_error_and_heals(stack: Stack, folder: Path) -> None:
    (folder / "code" / "greeting.py").write_text("TEXT = (\n")
    assert greet(stack) == (502, '{"message": "Internal server error"}')
    stack.wait_for(r"Runtime\.UserCodeSyntaxError: Syntax error in module 'app'")
    (folder / "code" / "greeting.py").write_text("TEXT = 'healed'\n")
    assert greet(stack) == (200, "healed")


def test_a_request_under_way_finishes_on_the_old_code(stack: Stack, folder: Path) -> None:
    code = folder / "other" / "app.py"
    code.write_text(SLOW.format(seconds=1, body="old"))
    with ThreadPoolExecutor() as threads:
        old = threads.submit(stack.http.get, "/other")
        stack.wait_for(r"^Other \S+ the old one has begun")
        code.write_text(SLOW.format(seconds=0, body="new"))
        assert stack.http.get("/other").text == "new"
        assert old.result().text == "old"


def test_a_route_is_added_and_a_broken_template_keeps_the_old(stack: Stack, folder: Path) -> None:
    template = folder / "template.yaml"
    template.write_text(TEMPLATE.replace("Type: Api", "Type: Api]"))
    stack.wait_for(r"template\.yaml:\d+:\d+: ")
    template.write_text(f"Globals: [1]\n{TEMPLATE}")
    stack.wait_for(r"^template\.yaml cannot be applied: |Globals")
    assert greet(stack)[0] == 200
    more = "Hi: {Type: Api, Properties: {Path: /hi, Method: get}}\n        Hello: "
    template.write_text(TEMPLATE.replace("Hello: ", more))
    stack.wait_for(r"^  \+ GET /hi  Greeter$")
    stack.wait_for(r"^template\.yaml is applied\.$")
    assert stack.http.get("/hi").status_code == 200
    assert greet(stack)[0] == 200


def test_what_would_lose_data_is_not_applied_unasked(stack: Stack, folder: Path) -> None:
    keyed = TEMPLATE.replace("AttributeName: id", "AttributeName: key")
    (folder / "template.yaml").write_text(keyed)
    stack.wait_for(r"^  ~  Table +AWS::DynamoDB::Table +may be replaced: its data may be lost$")
    stack.wait_for(r"^The data of Table may be lost\. End `up` and start it again")
    assert greet(stack)[0] == 200


def test_invoke_ends_with_1_if_the_function_fails(stack: Stack, folder: Path) -> None:
    (folder / "code" / "app.py").write_text("def handler(event, context):\n    1 / 0\n")
    command = [str(VISITPLANNR), "invoke", "Greeter", "--state-dir", "state"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["errorType"]) == (1, "ZeroDivisionError")
    assert "ZeroDivisionError: division by zero" in done.stderr
    (folder / "code" / "app.py").write_text(APP)


def test_no_reload(stack: Stack, folder: Path, tmp_path: Path) -> None:
    (folder / "template.yaml").write_text(TEMPLATE)
    (folder / "code" / "greeting.py").write_text("TEXT = 'first'\n")
    at = ("--endpoint-url", stack.endpoint_url, "--stack-name", "unchanged")
    with up(tmp_path, "--no-reload", *at, cwd=folder) as other:
        other.ready()
        assert greet(other) == (200, "first")
        (folder / "code" / "greeting.py").write_text("TEXT = 'second'\n")
        assert greet(other) == (200, "first")
