"""Tables of another DynamoDB: here our own engine, in a process of its own."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.credentials import Credentials
from visitplannr.backend.server.remote_tables import (
    RemoteTables,
    remote_tables_app,
    somewhere_else,
)
from visitplannr.backend.server.steps import Message
from visitplannr.dynamodb.errors import DynamoDBError

TABLE = {
    "TableName": "table",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    command = [sys.executable, "-m", "visitplannr.dynamodb", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"http://\S+?:\d+", process.stdout.readline())
        assert found
        yield found[0]
        process.terminate()


@pytest.fixture
def remote(endpoint: str) -> RemoteTables:
    return RemoteTables(endpoint, "us-east-1", Credentials("key", "secret"))


def test_tables_items_and_streams_are_there(remote: RemoteTables) -> None:
    arn = remote.call("CreateTable", TABLE)["TableDescription"]["LatestStreamArn"]
    remote.call("PutItem", {"TableName": "table", "Item": {"id": {"S": "a"}}})
    found = remote.call("GetItem", {"TableName": "table", "Key": {"id": {"S": "a"}}})
    assert found == {"Item": {"id": {"S": "a"}}}
    (stream,) = remote.call("ListStreams", {})["Streams"]
    assert stream["StreamArn"] == arn
    refused = {
        "TableName": "table",
        "Item": {"id": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(id)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    with pytest.raises(DynamoDBError) as error:
        remote.call("PutItem", refused)
    assert (error.value.code, error.value.status) == ("ConditionalCheckFailedException", 400)
    assert error.value.members == {"Item": {"id": {"S": "a"}}}


async def test_requests_are_handed_on(remote: RemoteTables) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": json.dumps({"TableName": "none"}).encode()}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"x-amz-target", b"DynamoDB_20120810.DescribeTable")]
    await remote_tables_app(remote)({"type": "http", "headers": headers}, receive, send)
    start, body = sent
    assert start["status"] == 400
    assert {b"x-amz-crc32", b"content-type"} <= dict(start["headers"]).keys()
    assert json.loads(body["body"])["__type"].endswith("#ResourceNotFoundException")


def test_nobody_there_is_an_error_that_names_the_place() -> None:
    with pytest.raises(DynamoDBError, match=rf"the DynamoDB at {NOBODY} does not answer"):
        somewhere_else(NOBODY, "us-east-1", print)


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ({"ListStreams"}, ["The DynamoDB at http://other does not know TransactWriteItems."]),
        ({"ListStreams", "TransactWriteItems"}, []),
    ],
)
def test_what_another_engine_lacks_is_said(known: set[str], says: list[str]) -> None:
    class Other(RemoteTables):
        def call(self, operation: str, body: Any) -> dict[str, Any]:
            if operation in {"ListStreams", "TransactWriteItems"} - known:
                raise DynamoDBError("UnknownOperationException")
            raise DynamoDBError("ValidationException", f"{body} is too short")

    missing = list(Other("http://other", "us-east-1", None).missing())
    assert [f"The DynamoDB at http://other does not know {one}." for one in missing] == says


@pytest.mark.parametrize(
    ("endpoint_url", "operation", "url"),
    [
        ("http://other:8000", "GetRecords", "http://other:8000/"),
        ("http://other:8000/", "GetItem", "http://other:8000/"),
        ("https://dynamodb.eu-west-1.amazonaws.com", "GetItem",
         "https://dynamodb.eu-west-1.amazonaws.com/"),
        ("https://dynamodb.eu-west-1.amazonaws.com", "GetRecords",
         "https://streams.dynamodb.eu-west-1.amazonaws.com/"),
    ],
)  # fmt: skip
def test_aws_has_another_host_for_streams(endpoint_url: str, operation: str, url: str) -> None:
    tables = RemoteTables(endpoint_url, "eu-west-1", None)
    assert tables.url_of(operation) == url
