"""A function may do what its role says: what it lacks is said, and heals once it is pasted.

iam.md I40 to I42.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.running import Stack, up

STATEMENT = "{Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn}"
PASTED = "{Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Table.Arn}"
TEMPLATE = f"""
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Table: {{Type: AWS::Serverless::SimpleTable}}
  Topic: {{Type: AWS::SNS::Topic}}
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {{AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root'}}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: read
          PolicyDocument: {{Version: '2012-10-17', Statement: [{STATEMENT}]}}
  Asker:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        import boto3
        from botocore.exceptions import ClientError
        def handler(event, context):
            if "service" not in event:
                return {{"statusCode": 200, "body": "asked"}}
            client = boto3.client(event["service"], **event.get("as", {{}}))
            try:
                answer = getattr(client, event["operation"])(**event["given"])
            except ClientError as error:
                return {{"Error": error.response["Error"]}}
            answer.pop("ResponseMetadata")
            return answer
      Handler: index.handler
      Runtime: python3.13
      Timeout: 30
      Events:
        Asked: {{Type: Api, Properties: {{Path: /, Method: get}}}}
      Policies:
        - Statement:
            - {STATEMENT}
            - {{Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt Reader.Arn}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asker")
    (folder / "template.yaml").write_text(TEMPLATE)
    return folder


@pytest.fixture(scope="module")
def running(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with up(tmp_path_factory.mktemp("state"), cwd=folder) as stack:
        yield stack.ready()


def ask(stack: Stack, service: str, operation: str, **given: Any) -> Any:
    event: dict[str, Any] = {"service": service, "operation": operation}
    if "as_" in given:
        event["as"] = given.pop("as_")
    body = json.dumps({**event, "given": given})
    answer = stack.http.post("/2015-03-31/functions/Asker/invocations", content=body)
    return answer.json()


def put(stack: Stack) -> Any:
    item = {"id": {"S": "ada"}}
    return ask(stack, "dynamodb", "put_item", TableName=stack.physical_id("Table"), Item=item)


def test_a_missing_permission_is_refused_said_and_healed_by_what_is_said(
    running: Stack, folder: Path
) -> None:
    table = f"arn:aws:dynamodb:us-east-1:000000000000:table/{running.physical_id('Table')}"
    refused = put(running)["Error"]
    assert refused["Code"] == "AccessDeniedException"
    assert refused["Message"].endswith(
        f"is not authorized to perform: dynamodb:PutItem on resource: {table} "
        "because no identity-based policy allows the dynamodb:PutItem action"
    )
    said = running.wait_for(rf"^backend +Asker was denied dynamodb:PutItem on {table}: .*\n(.*)$")
    assert said[1].split(maxsplit=1)[1] == PASTED.strip("{}")
    template = TEMPLATE.replace(
        "            - {Effect", f"            - {PASTED}\n            - {{Effect", 1
    )
    (folder / "template.yaml").write_text(template)
    running.wait_for(r"template.yaml is applied\.")
    assert put(running) == {}
    call = running.http.get("/_local/invocations/1").json()["calls"][0]
    assert (call["decision"], call["status"]) == ("denied", 400)
    used = running.http.get("/_local/permissions").json()[running.physical_id("Asker")]
    assert f"dynamodb:PutItem {table}" in used["used"]
    assert used["refused"] == [f"dynamodb:PutItem {table}"]


def test_a_function_is_a_session_of_its_role(running: Stack) -> None:
    found = ask(running, "sts", "get_caller_identity")["Arn"]
    role, name = running.physical_id("AskerRole"), running.physical_id("Asker")
    assert found == f"arn:aws:sts::000000000000:assumed-role/{role}/{name}"


def test_an_assumed_role_gives_its_own_permissions_and_no_more(running: Stack) -> None:
    role = f"arn:aws:iam::000000000000:role/{running.physical_id('Reader')}"
    sts = running.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    own = {
        "aws_access_key_id": sts["AccessKeyId"],
        "aws_secret_access_key": sts["SecretAccessKey"],
        "aws_session_token": sts["SessionToken"],
    }
    given: dict[str, Any] = {"TableName": running.physical_id("Table")}
    key = {"id": {"S": "nobody"}}
    assert ask(running, "dynamodb", "get_item", as_=own, Key=key, **given) == {}
    refused = ask(running, "dynamodb", "delete_item", as_=own, Key=key, **given)["Error"]
    assert "assumed-role/" in refused["Message"]
    assert "/me is not authorized to perform: dynamodb:DeleteItem" in refused["Message"]


def test_the_topics_own_policy_does_not_allow_functions_to_publish(running: Stack) -> None:
    topic = running.physical_id("Topic")
    refused = ask(running, "sns", "publish", TopicArn=topic, Message="m")["Error"]
    assert refused["Code"] == "AuthorizationError"


@pytest.mark.parametrize("mode", ["off", "warn"])
def test_where_iam_is_not_enforced_nothing_is_refused(tmp_path: Path, mode: str) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    with up(tmp_path / "state", "--iam", mode, cwd=tmp_path) as stack:
        stack.ready()
        assert put(stack) == {}
        assert stack.http.get("/").text == "asked"
        if mode == "warn":
            stack.wait_for("Asker would be denied dynamodb:PutItem on ")
        assert "was denied" not in stack.output
        assert ("would be denied" in stack.output) == (mode == "warn")
