"""A tumbling window: batches share a state until its time is over, then comes a last one."""

from typing import Any

from backend.server.mappings.test_shard_poller import FAILED, Polled
from visitplannr.backend.server.mappings.outcome import Outcome


def state(value: Any) -> Outcome:
    return Outcome({"state": value})


def seen(polled: Polled) -> list[tuple[list[str], Any, bool]]:
    """Give each invocation's records, the state it got, and whether it was a window's last."""
    events = zip(polled.function.events, polled.function.got, strict=True)
    return [(records, got["state"], got["isFinalInvokeForWindow"]) for records, got in events]


def test_the_state_goes_from_batch_to_batch_and_to_the_last_invocation() -> None:
    polled = Polled(TumblingWindowInSeconds=60, BatchSize=2)
    polled.function.outcomes = [state({"n": 2}), state({"n": 3}), state({})]
    polled.shard.put("1", "2", "3", at=1_000.0)
    polled.clock.now = 1_000.0
    polled.settle(2)
    assert seen(polled) == [(["1", "2"], {}, False), (["3"], {"n": 2}, False)]
    polled.clock.now = 1_020.0
    polled.settle()
    assert seen(polled)[2:] == [([], {"n": 3}, True)]
    assert polled.function.got[-1] == {
        "Records": [],
        "window": {"start": "1970-01-01T00:16:00Z", "end": "1970-01-01T00:17:00Z"},
        "state": {"n": 3},
        "shardId": "shard-0",
        "eventSourceARN": polled.mapping.source_arn,
        "isFinalInvokeForWindow": True,
        "isWindowTerminatedEarly": False,
    }
    polled.clock.now = 9_000.0
    polled.settle()
    assert len(polled.function.events) == 3


def test_a_record_of_a_later_window_ends_the_one_before() -> None:
    polled = Polled(TumblingWindowInSeconds=60)
    polled.function.outcomes = [state(n) for n in range(4)]
    polled.shard.put("1", at=1_000.0)
    polled.shard.put("2", at=1_030.0)
    polled.clock.now = 1_031.0
    polled.settle()
    assert seen(polled)[:3] == [(["1"], {}, False), ([], 0, True), (["2"], {}, False)]
    assert polled.shard.position == 2


def test_an_answer_without_state_has_failed() -> None:
    polled = Polled(TumblingWindowInSeconds=60)
    polled.function.outcomes = [Outcome({"other": 1}), state(5), state({})]
    polled.shard.put("1")
    polled.settle()
    assert seen(polled)[:2] == [(["1"], {}, False), (["1"], {}, False)]


def test_the_last_invocation_is_tried_until_it_succeeds() -> None:
    polled = Polled(TumblingWindowInSeconds=60, MaximumRetryAttempts=0)
    polled.function.outcomes = [state(5), FAILED, FAILED, *[state({})] * 3]
    polled.shard.put("1", at=1_000.0)
    polled.shard.put("2", at=1_030.0)
    polled.settle()
    assert seen(polled)[:5] == [
        (["1"], {}, False), ([], 5, True), ([], 5, True), ([], 5, True), (["2"], {}, False),
    ]  # fmt: skip
    assert polled.given_up == []


def test_a_state_of_more_than_a_megabyte_ends_the_window_early() -> None:
    polled = Polled(TumblingWindowInSeconds=60, BatchSize=1)
    large = "x" * 1_000_001
    polled.function.outcomes = [state(large), *[state({})] * 9]
    polled.shard.put("1", "2", at=1_000.0)
    polled.settle()
    assert seen(polled)[:3] == [(["1"], {}, False), ([], large, True), (["2"], {}, False)]
    early = [got["isWindowTerminatedEarly"] for got in polled.function.got]
    assert early[:3] == [False, True, False]
    assert polled.function.got[0]["window"] == polled.function.got[2]["window"]
