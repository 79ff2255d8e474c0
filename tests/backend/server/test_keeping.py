"""A request is answered once what it has changed is on disk."""

import asyncio
import json
import sqlite3

import pytest
from backend.server.test_relay import ask
from visitplannr.backend.server.keeping import keeping, quietly
from visitplannr.backend.server.steps import Message, Receive, Send

DONE: list[str] = []


async def served(_scope: Message, _receive: Receive, send: Send) -> None:
    DONE.append("changed")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    DONE.append("answered")
    await send({"type": "http.response.body", "body": b"{}"})


def full() -> None:
    raise sqlite3.OperationalError("database or disk is full")


def asked(service: str) -> tuple[int, bytes]:
    credential = f"AWS4-HMAC-SHA256 Credential=test/20261126/us-east-1/{service}/aws4_request, "
    headers = [(b"authorization", credential.encode()), (b"x-amz-target", b"AmazonSQS.SendMessage")]
    status, _, parts = asyncio.run(ask(keeping(full)(served), "/", headers=headers))
    return status, b"".join(parts)


def test_it_is_kept_before_the_answer_begins() -> None:
    DONE.clear()
    asyncio.run(ask(keeping(lambda: DONE.append("kept"))(served), "/"))
    assert DONE == ["changed", "kept", "answered"]


@pytest.mark.parametrize("service", ["sqs", "sns", "events"])
def test_a_message_that_cannot_be_kept_is_refused(service: str) -> None:
    status, body = asked(service)
    assert status == 503
    assert json.loads(body)["__type"].endswith("ServiceUnavailable")
    assert "database or disk is full" in json.loads(body)["message"]


def test_what_sends_no_message_is_answered() -> None:
    assert asked("ssm") == (200, b"{}")
    quietly(full)
