"""The handler from event to answer; its parts are given, the store is a dictionary."""

import json
import logging
import os
import subprocess
import sys
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from command_channel import propose_destination
from command_channel.event_store import Event, ThrottledError, event_store, from_item
from command_channel.ids import Uuid7Generator, derive_ids
from command_channel.propose_destination import KeyTakenError, ProposeDestination, compose
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="invocation")
NOW_MS = 1_769_860_800_123
ZOO = '{"name": "Zoo", "geolocation": {"latitude": 1.50, "longitude": 2}}'
FIRST, SECOND = UUID(int=1), UUID(int=2)


class MemoryTable:
    """An events table that holds what was appended, by key."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, str], Event] = {}

    def append(self, event: Event) -> Event:
        return self.events.setdefault((event.stream_name, event.event_id), event)


@pytest.fixture
def table() -> MemoryTable:
    return MemoryTable()


@pytest.fixture
def propose(table: MemoryTable) -> ProposeDestination:
    """Give a handler whose ids are 1, 2, 3 and whose clock goes on by a second at each look."""
    numbers, seconds = count(1), count(0, 1000)
    return ProposeDestination(
        append=table.append,
        new_id=lambda: UUID(int=next(numbers)),
        now_ms=lambda: NOW_MS + next(seconds),
        trace_header=lambda: None,
    )


def request(body: str | None, *, key: str | None = None, request_id: str = "1") -> dict[str, Any]:
    return {
        "resource": "/destination",
        "httpMethod": "POST",
        "headers": {"idempotency-key": key} if key is not None else None,
        "multiValueHeaders": {"idempotency-key": [key]} if key is not None else None,
        "requestContext": {"requestId": request_id},
        "body": body,
        "isBase64Encoded": False,
    }


def test_a_proposal_is_appended(propose: ProposeDestination, table: MemoryTable) -> None:
    assert propose(request(ZOO), CONTEXT) == {
        "statusCode": 200,
        "headers": {
            "Content-Type": "text/plain",
            "X-Stream-Name": f"destination-{FIRST}",
            "X-Event-Id": str(SECOND),
        },
        "body": "OK",
        "isBase64Encoded": False,
    }
    [event] = table.events.values()
    assert event == Event(
        stream_name=f"destination-{FIRST}",
        event_id=str(SECOND),
        type="DestinationProposed",
        version=1,
        occurred_at="2026-01-31T12:00:00.123Z",
        data={"name": "Zoo", "geolocation": {"latitude": 1.5, "longitude": 2}},
        metadata={"RequestId": "1", "Source": "POST /destination"},
    )


def test_without_a_key_every_request_proposes(
    propose: ProposeDestination, table: MemoryTable
) -> None:
    assert propose(request(ZOO), CONTEXT) != propose(request(ZOO), CONTEXT)
    assert len(table.events) == 2


@pytest.mark.parametrize(
    "again",
    [
        ZOO,
        ' {"geolocation":{"longitude":2.0,"latitude":1.5},"name":"Zoo "}',
        ZOO.replace("Zoo", "\\u005aoo"),
    ],
)
def test_the_same_key_and_proposal_give_the_same_answer(
    propose: ProposeDestination, table: MemoryTable, again: str
) -> None:
    first = propose(request(ZOO, key="k"), CONTEXT)
    assert first["statusCode"] == 200
    assert propose(request(again, key=" k", request_id="2"), CONTEXT) == first
    stream, event = derive_ids("ProposeDestination", "k")
    assert list(table.events) == [(f"destination-{stream}", str(event))]


def test_the_same_key_with_another_proposal_is_refused(
    propose: ProposeDestination, table: MemoryTable
) -> None:
    propose(request(ZOO, key="k"), CONTEXT)
    response = propose(request('{"name": "Other"}', key="k"), CONTEXT)
    assert response["statusCode"] == 422
    assert response["headers"] == {"Content-Type": "application/json"}
    assert json.loads(response["body"]) == {
        "message": "The destination was not proposed: 1 fault.",
        "errors": [{"field": "Idempotency-Key", "message": "belongs to another proposal"}],
    }
    assert len(table.events) == 1


def test_every_fault_is_told_at_once(propose: ProposeDestination, table: MemoryTable) -> None:
    response = propose(request('{"nam": "Zoo"}', key="a b"), CONTEXT)
    assert response["statusCode"] == 400
    assert response["headers"] == {"Content-Type": "application/json"}
    assert json.loads(response["body"]) == {
        "message": "The destination was not proposed: 3 faults.",
        "errors": [
            {
                "field": "Idempotency-Key",
                "message": "must have 1 to 255 characters of visible ASCII",
            },
            {"field": "name", "message": "is required"},
            {"field": "nam", "message": 'is an unknown member; did you mean "name"?'},
        ],
    }
    assert not table.events


@pytest.mark.parametrize("event", [{}, None, [], "text", request(None), request("")])
def test_no_body(propose: ProposeDestination, event: object) -> None:
    response = propose(event, None)
    assert response["statusCode"] == 400
    assert json.loads(response["body"])["errors"] == [{"field": "body", "message": "is required"}]


def test_a_table_over_its_capacity(propose: ProposeDestination) -> None:
    def append(_: Event) -> Event:
        raise ThrottledError("over capacity")

    busy = ProposeDestination(append, propose.new_id, propose.now_ms, propose.trace_header)
    response = busy(request(ZOO), CONTEXT)
    assert response["statusCode"] == 503
    assert response["headers"] == {"Content-Type": "application/json", "Retry-After": "1"}
    assert json.loads(response["body"]) == {
        "message": "The destination was not proposed: too many writes at the moment.",
        "errors": [],
    }


def test_a_new_id_that_is_taken_is_no_answer(propose: ProposeDestination) -> None:
    stuck = ProposeDestination(propose.append, lambda: FIRST, propose.now_ms, propose.trace_header)
    stuck(request(ZOO, request_id="1"), CONTEXT)
    with pytest.raises(KeyTakenError, match="already holds another event"):
        stuck(request(ZOO, request_id="2"), CONTEXT)


def test_the_event_is_logged(propose: ProposeDestination, caplog: pytest.LogCaptureFixture) -> None:
    event = {**request("{}"), "headers": {"Authorization": "secret", "Accept": "*/*"}}
    propose(event, CONTEXT)
    [record] = caplog.records
    assert record.levelno == logging.INFO
    prefix, line = record.getMessage().split(": ", 1)
    assert prefix == "received event"
    assert json.loads(line) == {
        **event,
        "headers": {"Authorization": "[redacted]", "Accept": "*/*"},
    }


@given(st.text(), st.booleans(), st.none() | st.text())
def test_any_request_is_answered(body: str, encoded: bool, key: str | None) -> None:
    ids = Uuid7Generator(lambda: NOW_MS)
    propose = ProposeDestination(MemoryTable().append, ids, lambda: NOW_MS, lambda: None)
    event = {**request(body, key=key), "isBase64Encoded": encoded}
    response = propose(event, CONTEXT)
    assert response["statusCode"] in {200, 400}
    assert (response["statusCode"] == 400) == bool("errors" in response["body"])
    assert json.dumps(response)


class TestWithARealTable:
    """The handler and the store together."""

    def test_a_lost_answer_and_a_client_s_retry_append_once(
        self, losing_first_answer: "DynamoDBClient", client: "DynamoDBClient", events_table: str
    ) -> None:
        ids = Uuid7Generator(lambda: NOW_MS)
        times = count(NOW_MS)
        propose = ProposeDestination(
            event_store(losing_first_answer, events_table), ids, lambda: next(times), lambda: None
        )
        answers = [
            propose(request(ZOO, key="k", request_id=request_id), CONTEXT) for request_id in "123"
        ]
        assert answers[0]["statusCode"] == 200
        assert answers == [answers[0]] * 3
        [item] = client.scan(TableName=events_table)["Items"]
        assert from_item(item).metadata["RequestId"] == "1"
        assert propose(request('{"name": "Other"}', key="k"), CONTEXT)["statusCode"] == 422


class TestAsInLambda:
    """The module in an interpreter of its own, with the environment of a function."""

    SCRIPT = """
import json, logging, sys
logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))  # as awslambdaric: WARNING
from command_channel.propose_destination import handler
print(json.dumps(handler(json.loads(sys.argv[1]), None)))
"""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        functions = Path(propose_destination.__file__).parents[1]
        aws = {name for name in os.environ if name.startswith(("AWS_", "EVENTS_"))}
        return {
            **{name: value for name, value in os.environ.items() if name not in aws},
            "PYTHONPATH": str(functions),
        }

    def run(self, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", self.SCRIPT, json.dumps(request(ZOO))]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def test_an_event_is_logged_and_appended(
        self,
        environment: dict[str, str],
        endpoint: str,
        client: "DynamoDBClient",
        events_table: str,
    ) -> None:
        done = self.run(
            {
                **environment,
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_DEFAULT_REGION": "eu-central-1",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "EVENTS_TABLE": events_table,
            }
        )
        logged, answer = done.stdout.splitlines()
        assert logged == f"received event: {json.dumps(request(ZOO))}"
        assert json.loads(answer)["statusCode"] == 200
        assert client.scan(TableName=events_table)["Count"] == 1

    def test_a_missing_table_is_named(self, environment: dict[str, str]) -> None:
        done = self.run(environment)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1] == (
            "LookupError: EVENTS_TABLE is not set; it must hold the name of the events table"
        )


def test_compose_needs_the_table_s_name() -> None:
    with pytest.raises(LookupError, match="EVENTS_TABLE"):
        compose({"EVENTS_TABLE": ""})
