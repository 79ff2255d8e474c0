"""Calls fail as a test has asked for, and boto3 understands how."""

import asyncio
import io
import json
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from backend.server.test_relay import ask
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from visitplannr.backend.server.control_api import control_api
from visitplannr.backend.server.faults import Faults, faults_action
from visitplannr.backend.server.steps import App, Message, Receive, Send

ANSWERS = {
    "json": b"{}",
    "s3": b"<ListBucketResult/>",
    "sns": b"<PublishResponse><PublishResult/></PublishResponse>",
}
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "dynamodb": ("get_item", "GetItem", {"TableName": "orders", "Key": {"id": {"S": "1"}}}),
    "sqs": (
        "send_message",
        "SendMessage",
        {"QueueUrl": "http://127.0.0.1:1/0/orders", "MessageBody": "m"},
    ),
    "sns": ("publish", "Publish", {"TopicArn": "arn:aws:sns:us-east-1:0:orders", "Message": "m"}),
    "s3": ("list_objects_v2", "ListObjectsV2", {"Bucket": "orders"}),
    "lambda": ("invoke", "Invoke", {"FunctionName": "orders"}),
    "stepfunctions": (
        "start_execution",
        "StartExecution",
        {"stateMachineArn": "arn:aws:states:us-east-1:0:stateMachine:orders"},
    ),
    "events": ("put_events", "PutEvents", {"Entries": [{"EventBusName": "orders"}]}),
    "cloudwatch": ("delete_alarms", "DeleteAlarms", {"AlarmNames": ["orders"]}),
}
THROTTLING = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "lambda": ("TooManyRequestsException", 429),
    "s3": ("SlowDown", 503),
}


async def healthy(scope: Message, receive: Receive, send: Send) -> None:
    """Answer whatever comes, once its body is read."""
    body = (await receive())["body"]
    query = b"urlencoded" in dict(scope["headers"]).get(b"content-type", b"")
    found = ANSWERS["sns"] if query else ANSWERS["s3" if scope["method"] == "GET" else "json"]
    kind = b"application/x-amz-json-1.0" if found == ANSWERS["json"] else b"application/xml"
    headers = [(b"content-type", kind), (b"x-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": found})


def client(app: App, service: str) -> Any:
    """A boto3 client whose requests an ASGI application answers."""
    make: Any = boto3.client
    made = make(
        service,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        body: Any = request.body or b""
        body = body.read() if hasattr(body, "read") else body
        given = [
            (name.lower().encode(), value if isinstance(value, bytes) else str(value).encode())
            for name, value in (("host", url.netloc), *request.headers.items())
        ]
        status, headers, parts = asyncio.run(
            ask(
                app,
                url.path,
                body if isinstance(body, bytes) else body.encode(),
                method=str(request.method),
                query=url.query.encode(),
                headers=given,
            )
        )
        named: Any = {name.decode(): value.decode() for name, value in headers.items()}
        raw: Any = Raw(b"".join(parts))
        return AWSResponse(request.url, status, named, raw)

    made.meta.events.register("before-send", answer)
    return made


class Raw(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> Any:
        yield self.read()


def set_faults(faults: Faults, body: Any, method: str = "POST") -> int:
    app = control_api({"faults": faults_action(faults)}, healthy)
    sent = json.dumps(body).encode()
    return asyncio.run(ask(app, "/_visitplannr/faults", sent, method=method))[0]


def faulty(**fault: Any) -> tuple[Faults, App]:
    faults = Faults()
    assert set_faults(faults, fault) == 201
    return faults, faults.step(healthy)


def failure(app: App, service: str) -> tuple[str, int] | None:
    method, _, parameters = CALLS[service]
    try:
        getattr(client(app, service), method)(**parameters)
    except ClientError as error:
        said: Any = error.response
        assert "a test has asked" in said["Error"]["Message"]
        return said["Error"]["Code"], said["ResponseMetadata"]["HTTPStatusCode"]
    return None


@pytest.mark.parametrize("service", [name for name in CALLS if name != "cloudwatch"])
def test_one_call_is_throttled_in_each_protocol(service: str) -> None:
    _, operation, _ = CALLS[service]
    _, app = faulty(service=service, operation=operation, resource="orders", error="throttling")
    assert failure(app, service) == THROTTLING.get(service, ("ThrottlingException", 400))
    assert failure(app, service) is None


def test_a_protocol_in_cbor() -> None:
    _, app = faulty(service="cloudwatch", error="InternalServiceFault")
    assert failure(app, "cloudwatch") == ("InternalServiceFault", 500)


def test_as_many_calls_fail_as_were_asked_for() -> None:
    _, app = faulty(service="sqs", error="AccessDenied", count=2)
    found = [failure(app, "sqs") for _ in range(3)]
    assert found == [("AccessDenied", 400), ("AccessDenied", 400), None]


@pytest.mark.parametrize(
    "fault",
    [
        {"service": "sqs"},
        {"service": "dynamodb", "operation": "PutItem"},
        {"service": "dynamodb", "resource": "order"},
        {"service": "dynamodb", "resource": "1"},
    ],
    ids=str,
)
def test_other_calls_do_not_fail(fault: dict[str, Any]) -> None:
    _, app = faulty(**fault, error="throttling")
    assert failure(app, "dynamodb") is None


@pytest.mark.parametrize("resource", ["arn:aws:dynamodb:us-east-1:0:table/orders", "orders", ""])
def test_a_resource_is_named_by_its_name_or_arn(resource: str) -> None:
    _, app = faulty(service="dynamodb", resource=resource, error="ResourceNotFoundException")
    assert failure(app, "dynamodb") == ("ResourceNotFoundException", 400)


def test_tables_of_a_batch_are_resources() -> None:
    _, app = faulty(service="dynamodb", resource="orders", error="InternalServerError")
    asked = {"RequestItems": {"orders": {"Keys": [{"id": {"S": "1"}}]}}}
    with pytest.raises(ClientError, match="InternalServerError"):
        client(app, "dynamodb").batch_get_item(**asked)


def test_faults_are_ended() -> None:
    faults, app = faulty(service="sqs", error="throttling", count=100)
    assert failure(app, "sqs")
    assert set_faults(faults, None, "DELETE") == 200
    assert failure(app, "sqs") is None


def test_who_is_not_signed_has_no_fault() -> None:
    _, app = faulty(service="dynamodb", error="throttling")
    status, headers, _ = asyncio.run(ask(app, "/", b"12345"))
    assert (status, headers[b"x-length"]) == (200, b"5")


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"service": "sqs"}, {"error": "X"}, {"service": "sqs", "error": ""},
     {"service": "sqs", "error": "X", "count": 0}, {"service": "sqs", "error": "X", "count": "1"},
     {"service": "sqs", "error": "X", "resource": 1}],
    ids=str,
)  # fmt: skip
def test_what_is_no_fault_is_refused(body: Any) -> None:
    assert set_faults(Faults(), body) == 400
