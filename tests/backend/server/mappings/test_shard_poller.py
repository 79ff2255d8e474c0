"""A shard is read in order; a batch that fails holds up what comes after it, within bounds."""

from typing import Any

from backend.server.mappings.fakes import (
    KINESIS,
    Clock,
    FakeShard,
    Function,
    Started,
    equal,
    mapping,
)
from visitplannr.backend.server.mappings.failure_record import (
    failure_record,
    key_of,
    with_payload,
)
from visitplannr.backend.server.mappings.mapping import EventSourceMapping
from visitplannr.backend.server.mappings.outcome import Outcome
from visitplannr.backend.server.mappings.records import Discarded
from visitplannr.backend.server.mappings.shard_poller import ShardPoller

FAILED = Outcome({"errorType": "E"}, "E: boom")


def reported(*numbers: str) -> Outcome:
    return Outcome({"batchItemFailures": [{"itemIdentifier": one} for one in numbers]})


class Polled:
    """A poller with everything that it works with."""

    def __init__(self, **properties: Any) -> None:
        self.shard = FakeShard()
        self.function, self.clock, self.started = Function(), Clock(), Started()
        self.discarded: list[Discarded] = []
        self.mapping = mapping(KINESIS, **properties)
        self._poller = ShardPoller(self.function, equal, self.started, self.clock, self._discard)

    def _discard(self, _mapping: EventSourceMapping, discarded: Discarded) -> None:
        self.discarded.append(discarded)

    def poll(self) -> None:
        self._poller.poll(self.mapping, self.shard)

    def settle(self, rounds: int = 20) -> None:
        """Poll until nothing is left, with pauses between."""
        for _ in range(rounds):
            self.poll()
            self.started.run()
            self.clock.now += 10.0

    @property
    def given_up(self) -> list[tuple[list[str], str]]:
        return [
            ([one["kinesis"]["sequenceNumber"] for one in found.records], found.condition)
            for found in self.discarded
        ]


def test_batches_come_one_after_the_other() -> None:
    polled = Polled(BatchSize=2)
    polled.shard.put("1", "2", "3")
    polled.poll()
    polled.poll()
    assert len(polled.started.waiting) == 1
    polled.settle()
    assert polled.function.events == [["1", "2"], ["3"]]
    assert polled.shard.position == 3


def test_a_window_waits_for_a_full_batch_but_not_longer() -> None:
    polled = Polled(BatchSize=2, MaximumBatchingWindowInSeconds=5)
    polled.shard.put("1")
    polled.poll()
    assert not polled.started.waiting
    polled.clock.now += 5
    polled.poll()
    polled.started.run()
    polled.shard.put("2", "3")
    polled.poll()
    polled.started.run()
    assert polled.function.events == [["1"], ["2", "3"]]


def test_a_failed_batch_is_tried_again_before_anything_else() -> None:
    polled = Polled(BatchSize=2)
    polled.function.outcomes = [FAILED, FAILED]
    polled.shard.put("1", "2", "3")
    polled.settle()
    assert polled.function.events == [["1", "2"], ["1", "2"], ["1", "2"], ["3"]]


def test_the_next_try_comes_after_a_pause() -> None:
    polled = Polled()
    polled.function.outcomes = [FAILED]
    polled.shard.put("1")
    polled.poll()
    polled.started.run()
    polled.poll()
    assert not polled.started.waiting


def test_a_batch_is_given_up_after_the_retries() -> None:
    polled = Polled(BatchSize=2, MaximumRetryAttempts=1)
    polled.function.outcomes = [FAILED, FAILED]
    polled.shard.put("1", "2", "3")
    polled.settle()
    assert polled.function.events == [["1", "2"], ["1", "2"], ["3"]]
    assert polled.given_up == [(["1", "2"], "RetryAttemptsExhausted")]
    assert (polled.discarded[0].tries, polled.shard.position) == (2, 3)


def test_l63_a_batch_that_there_is_no_capacity_for_has_not_been_tried() -> None:
    polled = Polled(BatchSize=2, MaximumRetryAttempts=0, BisectBatchOnFunctionError=True)
    polled.function.outcomes = [Outcome({}, "TooManyRequestsException", throttled=True)] * 3
    polled.shard.put("1", "2")
    polled.settle()
    assert (polled.function.events, polled.given_up) == ([["1", "2"]] * 4, [])


def test_l63_a_batch_that_there_is_no_capacity_for_becomes_too_old() -> None:
    polled = Polled(MaximumRecordAgeInSeconds=60)
    polled.function.outcomes = [Outcome({}, "TooManyRequestsException", throttled=True)] * 99
    polled.shard.put("1", at=polled.clock.now - 30)
    polled.settle()
    assert polled.given_up == [(["1"], "RecordAgeExceeded")]


def test_a_batch_is_given_up_when_it_is_too_old() -> None:
    polled = Polled(MaximumRecordAgeInSeconds=60)
    polled.function.outcomes = [FAILED]
    polled.shard.put("1", at=polled.clock.now - 59)
    polled.function.during = lambda: polled.clock.sleep(2)
    polled.settle()
    assert polled.given_up == [(["1"], "RecordAgeExceeded")]
    assert polled.discarded[0].tries == 1


def test_what_is_too_old_before_its_turn_is_given_up_without_a_try() -> None:
    polled = Polled(MaximumRecordAgeInSeconds=60)
    polled.shard.put("1", "2", at=polled.clock.now - 61)
    polled.shard.put("3")
    polled.settle()
    assert polled.function.events == [["3"]]
    assert polled.given_up == [(["1", "2"], "RecordAgeExceeded")]
    assert polled.shard.position == 3
    record = failure_record(polled.mapping, polled.discarded[0], 1_000.5)
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in record


def test_a_batch_is_cut_in_two_until_only_the_bad_record_fails() -> None:
    polled = Polled(BisectBatchOnFunctionError=True, MaximumRetryAttempts=1)
    polled.function.outcomes = [FAILED, Outcome(), FAILED, FAILED, FAILED]
    polled.shard.put("1", "2", "3", "4")
    polled.settle()
    assert polled.function.events == [
        ["1", "2", "3", "4"], ["1", "2"], ["3", "4"], ["3"], ["3"], ["4"],
    ]  # fmt: skip
    assert polled.given_up == [(["3"], "RetryAttemptsExhausted")]
    assert polled.shard.position == 4


def test_a_reported_record_is_where_the_next_try_starts() -> None:
    polled = Polled(FunctionResponseTypes=["ReportBatchItemFailures"])
    polled.function.outcomes = [reported("3", "2")]
    polled.shard.put("1", "2", "3")
    polled.settle()
    assert polled.function.events == [["1", "2", "3"], ["2", "3"]]
    assert polled.shard.position == 3


def test_a_report_is_no_error_of_the_function() -> None:
    polled = Polled(FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=0)
    polled.function.outcomes = [reported("1")]
    polled.shard.put("1")
    polled.settle()
    record = failure_record(polled.mapping, polled.discarded[0], 1_000.5)
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}


def test_what_the_filters_leave_out_is_passed() -> None:
    pattern = '{"sequenceNumber": ["2"]}'
    polled = Polled(BatchSize=1, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    polled.shard.put("1", "2", "3")
    polled.settle()
    assert polled.function.events == [["2"]]
    assert polled.shard.position == 3


def test_the_record_for_the_failure_destination() -> None:
    polled = Polled(MaximumRetryAttempts=0)
    polled.function.outcomes = [FAILED]
    polled.shard.put("1", "2")
    polled.settle()
    (discarded,) = polled.discarded
    record = failure_record(polled.mapping, discarded, 1_000.5)
    record["requestContext"].pop("requestId")
    assert record == {
        "requestContext": {
            "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:f",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 1,
        },
        "responseContext": {
            "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled",
        },
        "version": "1.0",
        "timestamp": "1970-01-01T00:16:40.500Z",
        "KinesisBatchInfo": {
            "shardId": "shard-0",
            "startSequenceNumber": "1",
            "endSequenceNumber": "2",
            "approximateArrivalOfFirstRecord": "1970-01-01T00:16:40.000Z",
            "approximateArrivalOfLastRecord": "1970-01-01T00:16:40.000Z",
            "batchSize": 2,
            "streamArn": KINESIS,
        },
    }  # fmt: skip
    assert '"sequenceNumber": "2"' in with_payload(record, discarded)["payload"]
    key = key_of(polled.mapping, discarded, 1_000.5)
    assert key.startswith("aws/lambda/uuid/shard-0/1970/01/01/1970-01-01T00.16.40-")
