"""Mappings as MiniStack keeps them, filters, and a poller whose mappings do not harm each other."""

import base64
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from backend.server.mappings.fakes import (
    KINESIS,
    SQS,
    Clock,
    FakeQueue,
    FakeShard,
    Function,
    Started,
    equal,
    mapping,
)
from visitplannr.backend.server.invoke_client import Answer
from visitplannr.backend.server.mappings.filters import passes
from visitplannr.backend.server.mappings.mapping import EventSourceMapping, read_mapping
from visitplannr.backend.server.mappings.outcome import Outcome, outcome_of
from visitplannr.backend.server.mappings.poller import Poller


@pytest.mark.parametrize(
    ("enabled", "polled"),
    [(True, True), ("true", True), ("True", True), (False, False), ("false", False), (None, False)],
)
def test_enabled_may_be_text(enabled: Any, polled: bool) -> None:
    found = read_mapping({"UUID": "u", "FunctionName": "f", "FunctionArn": "a", "Enabled": enabled})
    assert (found is not None) is polled


def test_numbers_may_be_text_and_minus_one_is_no_bound() -> None:
    found = mapping(
        KINESIS, BatchSize="7", MaximumRetryAttempts=-1, MaximumRecordAgeInSeconds="60",
        MaximumBatchingWindowInSeconds="2", BisectBatchOnFunctionError="true",
        DestinationConfig={"OnFailure": {"Destination": "arn"}},
    )  # fmt: skip
    assert (found.batch_size, found.retries, found.max_age, found.window) == (7, None, 60, 2.0)
    assert (found.bisects, found.on_failure, found.source) == (True, "arn", "kinesis")


def kinesis(data: bytes) -> Mapping[str, Any]:
    encoded = base64.b64encode(data).decode()
    return {"kinesis": {"data": encoded, "partitionKey": "p"}, "eventSource": "aws:kinesis"}


@pytest.mark.parametrize(
    ("record", "pattern", "passed"),
    [
        ({"body": '{"a": 1}'}, {"body": {"a": [1]}}, True),
        ({"body": '{"a": 2}'}, {"body": {"a": [1]}}, False),
        ({"body": "plain"}, {"body": ["plain"]}, True),
        ({"body": '{"a": 1}'}, {"body": ['{"a": 1}']}, True),
        (kinesis(b'{"a": 1}'), {"data": {"a": [1]}}, True),
        (kinesis(b"plain"), {"data": ["plain"]}, True),
        (kinesis(b"x"), {"partitionKey": ["p"]}, True),
        ({"eventName": "INSERT"}, {"eventName": ["INSERT"]}, True),
        ({"eventName": "REMOVE"}, {"eventName": ["INSERT"]}, False),
    ],
)
def test_what_a_filter_sees(
    record: Mapping[str, Any], pattern: Mapping[str, Any], passed: bool
) -> None:
    assert passes(record, [pattern], equal) is passed
    assert passes(record, [], equal)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(200, b'{"a": 1}'), Outcome({"a": 1})),
        (Answer(200, b""), Outcome()),
        (Answer(200, b'{"errorType": "E", "errorMessage": "boom"}', "Unhandled"),
         Outcome({"errorType": "E", "errorMessage": "boom"}, "E: boom")),
        (Answer(429, b'{"message": "Rate"}', None, "TooManyRequestsException"),
         Outcome({"message": "Rate"}, "TooManyRequestsException: Rate", throttled=True)),
        (Answer(503, b'"gone"'), Outcome("gone", "ServiceException: gone")),
    ],
)  # fmt: skip
def test_the_outcome_of_an_answer(answer: Answer, outcome: Outcome) -> None:
    assert outcome_of(answer) == outcome


class FakeSources:
    """A queue and a shard, and a mapping that cannot be read before theirs."""

    def __init__(self) -> None:
        self.queue_found, self.shard = FakeQueue(), FakeShard()

    def mappings(self) -> Iterator[tuple[Any, Mapping[str, Any]]]:
        yield contextlib.nullcontext(), {"nonsense": 1}
        named = {"FunctionName": "f", "FunctionArn": "arn"}
        yield contextlib.nullcontext(), {"UUID": "q", "EventSourceArn": SQS, **named}
        yield contextlib.nullcontext(), {"UUID": "k", "EventSourceArn": KINESIS, **named}

    def queue(self, mapping: EventSourceMapping) -> FakeQueue:
        assert mapping.source_arn == SQS
        return self.queue_found

    def shards(self, mapping: EventSourceMapping) -> Sequence[FakeShard]:
        assert mapping.source_arn == KINESIS
        return [self.shard]

    def wait(self, seconds: float) -> None:
        """Return at once."""


def test_all_mappings_are_polled_even_if_one_cannot_be() -> None:
    sources, function, started = FakeSources(), Function(), Started()
    clock = Clock()
    poller = Poller(
        sources, function, equal, started, lambda *_: None, clock=clock, sleep=clock.sleep
    )
    sources.queue_found.send("message")
    sources.shard.put("1")
    poller.poll()
    assert started.run() == 2
    assert sorted(function.events) == [["1"], ["message"]]
