"""Calls of functions are noted as they are answered, and told to whoever asks."""

import asyncio
import json
from typing import Any

import pytest
from backend.server.test_relay import ask, others
from visitplannr.backend.server.call_log import CallLog, calls_api
from visitplannr.backend.server.errors import error_of
from visitplannr.backend.server.reading import DECISION
from visitplannr.backend.server.record import record
from visitplannr.backend.server.relay import read
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.model.aws_call import CALLS_PATH, AwsCall

TRACE = b"Root=1-67891233-abcdef012345678912345678;Parent=00000000000000aa;Sampled=0"
ARN = "arn:aws:{}:eu-west-1:000000000000:{}"


def signed(service: str, *more: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    credential = f"AWS4-HMAC-SHA256 Credential=KEY/20261126/eu-west-1/{service}/aws4_request"
    return [(b"authorization", credential.encode()), (b"x-amzn-trace-id", TRACE), *more]


def answering(status: int, *parts: bytes, headers: Any = (), decision: str | None = None) -> App:
    async def app(scope: Message, receive: Receive, send: Send) -> None:
        await read(receive)
        if decision:
            scope[DECISION] = decision
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


async def noted(
    app: App, headers: list[tuple[bytes, bytes]], body: bytes, path: str = "/", method: str = "POST"
) -> list[AwsCall]:
    log = CallLog()
    path, _, query = path.partition("?")
    app = record(log, app, lambda: 7.0)
    await ask(app, path, body, headers=headers, method=method, query=query.encode())
    return list(log.since("")[1])


JSON = (b"content-type", b"application/x-amz-json-1.0")
CALLS: list[Any] = [
    pytest.param(
        signed("dynamodb", (b"x-amz-target", b"DynamoDB_20120810.PutItem"), JSON),
        b'{"TableName": "t", "Item": {}}', "/",
        ("dynamodb", "PutItem", ARN.format("dynamodb", "table/t")), id="a table",
    ),
    pytest.param(
        signed("dynamodb", (b"x-amz-target", b"DynamoDB_20120810.Query"), JSON),
        b'{"TableName": "t", "IndexName": "i"}', "/",
        ("dynamodb", "Query", ARN.format("dynamodb", "table/t/index/i")), id="an index",
    ),
    pytest.param(
        signed("dynamodb", (b"x-amz-target", b"DynamoDB_20120810.BatchGetItem"), JSON),
        b'{"RequestItems": {"t": {"Keys": []}, "u": {"Keys": []}}}', "/",
        ("dynamodb", "BatchGetItem", ", ".join(ARN.format("dynamodb", f"table/{name}")
                                               for name in "tu")), id="two tables",
    ),
    pytest.param(
        signed("sqs", (b"x-amz-target", b"AmazonSQS.SendMessage"), JSON),
        b'{"QueueUrl": "http://localhost/000000000000/q"}', "/",
        ("sqs", "SendMessage", ARN.format("sqs", "q")), id="a queue",
    ),
    pytest.param(
        signed("sns", (b"content-type", b"application/x-www-form-urlencoded")),
        b"Action=Publish&TopicArn=arn:t&Message=m", "/", ("sns", "Publish", "arn:t"), id="a topic",
    ),
    pytest.param(
        signed("s3"), b"x" * 100, "/bucket/key?x-id=PutObject",
        ("s3", "PutObject", "arn:aws:s3:::bucket/key"), id="an object",
    ),
    pytest.param(
        signed("states", (b"x-amz-target", b"AWSStepFunctions.StartExecution"), JSON),
        b'{"stateMachineArn": "arn:m"}', "/", ("stepfunctions", "StartExecution", "arn:m"),
        id="a state machine",
    ),
    pytest.param(
        signed("nosuch"), b"", "/there", ("nosuch", "POST /there", ""), id="nobody knows it",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "body", "path", "told"), CALLS)
async def test_what_was_called(
    headers: list[tuple[bytes, bytes]], body: bytes, path: str, told: tuple[str, str, str]
) -> None:
    method = "PUT" if told[0] == "s3" else "POST"
    (call,) = await noted(answering(200, b"{}"), headers, body, path, method)
    assert (call.service, call.operation, call.resource) == told
    assert (call.began, call.status, call.error, call.access_key) == (7.0, 200, None, "KEY")
    assert (call.trace, call.decision) == (TRACE.decode(), "not-evaluated")
    assert call.duration >= 0


async def test_the_decision_about_it_and_its_error() -> None:
    body = b'{"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "no"}'
    headers = signed("sqs", (b"x-amz-target", b"AmazonSQS.SendMessage"))
    (call,) = await noted(answering(400, body[:20], body[20:], decision="denied"), headers, b"{}")
    assert (call.status, call.error, call.decision) == (400, "AccessDeniedException: no", "denied")


@pytest.mark.parametrize("trace", [None, b"Root=1-67891233-abcdef012345678912345678"])
async def test_who_is_no_function_is_not_noted(trace: bytes | None) -> None:
    headers = [pair for pair in signed("sqs") if pair[0] != b"x-amzn-trace-id"]
    headers += [(b"x-amzn-trace-id", trace)] if trace else []
    assert await noted(answering(200), headers, b"") == []


@pytest.mark.parametrize(
    ("key", "query", "count"), [("ASIAKEY", "", 1), ("AKIAKEY", "", 0), ("", "ASIAKEY", 0)]
)
async def test_a_functions_own_credentials_tell_it_too(key: str, query: str, count: int) -> None:
    scope = "20261126/eu-west-1/sqs/aws4_request"
    headers = [(b"authorization", f"AWS4-HMAC-SHA256 Credential={key}/{scope}".encode())]
    path = f"/?X-Amz-Credential={query}/{scope}" if query else "/"
    assert len(await noted(answering(200), headers if key else [], b"", path)) == count


async def test_it_is_noted_before_anybody_else_is_served() -> None:
    log, known_then = CallLog(), []

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        await answering(200)(scope, receive, send)
        known_then.append(len(log.since("")[1]))

    await ask(record(log, app), "/", headers=signed("sqs"))
    assert known_then == [1]


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (200, {}, b'{"__type": "E"}', None),
        (400, {}, b'{"__type": "ns#E", "message": "m"}', "E: m"),
        (404, {}, b"<Error><Code>NoSuchKey</Code><Message>m</Message></Error>", "NoSuchKey: m"),
        (404, {b"x-amzn-errortype": b"E:http://x"}, b'{"Message": "m"}', "E: m"),
        (404, {}, b"", "404"),
        (500, {}, b"<html>", "500"),
        (500, {}, b"[1]", "500"),
    ],
)
def test_the_error_in_an_answer(
    status: int, headers: dict[bytes, bytes], body: bytes, error: str | None
) -> None:
    assert error_of(status, headers, body) == error


def told(log: CallLog, after: str = "") -> tuple[str, list[str]]:
    query = f"after={after}".encode()
    asked = ask(calls_api(log, others), CALLS_PATH, method="GET", query=query)
    status, _, parts = asyncio.run(asked)
    found = json.loads(b"".join(parts))
    assert status == 200
    return found["place"], [AwsCall(*one).operation for one in found["calls"]]


def call(operation: str) -> AwsCall:
    return AwsCall("sqs", operation, "", 1.0, 0.1, 200, None, "allowed", None, "")


def test_each_reader_gets_what_is_new_to_it() -> None:
    log = CallLog(most=3)
    for operation in ("a", "b"):
        log.add(call(operation))
    place, calls = told(log)
    assert calls == ["a", "b"]
    assert told(log, place) == (place, [])
    for operation in ("c", "d"):
        log.add(call(operation))
    assert told(log, place)[1] == ["c", "d"]
    assert told(log)[1] == ["b", "c", "d"]
    assert told(log, "another:2")[1] == ["b", "c", "d"]
    assert told(log, f"{place.partition(':')[0]}:x")[1] == ["b", "c", "d"]


def test_other_paths_are_somebody_elses() -> None:
    assert asyncio.run(ask(calls_api(CallLog(), others), "/"))[0] == 299
