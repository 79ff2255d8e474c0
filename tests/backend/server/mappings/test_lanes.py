"""Several batches of a shard at a time: the order is kept for each key, and nothing is lost."""

import contextlib
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
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.backend.server.mappings.lanes import Lanes
from visitplannr.backend.server.mappings.poller import Poller


def test_each_key_has_its_lane_and_waits_for_no_other() -> None:
    shard, lanes = FakeShard(), Lanes(2)
    keys = keys_of_different_lanes()
    for number in range(6):
        shard.put(str(number), key=keys[number % 2])
    first, second = lanes.of(shard)
    assert [numbers(lane.read(2)) for lane in (first, second)] == [["0", "2"], ["1", "3"]]
    second.advance(2)
    assert (shard.position, numbers(second.read(9))) == (0, ["5"])
    first.advance(2)
    assert (shard.position, numbers(first.read(9))) == (4, ["4"])
    assert numbers(first.read(9, after=1)) == []


def test_a_lane_that_is_stuck_lets_the_others_go_far_ahead() -> None:
    shard, lanes = FakeShard(), Lanes(2)
    stuck, going = keys_of_different_lanes()
    shard.put("0", key=stuck)
    shard.put(*map(str, range(1, 500)), key=going)
    lane = lanes.of(shard)[1]
    while read := lane.read(100):
        lane.advance(len(read))
    assert shard.position == 0
    lanes.of(shard)[0].advance(1)
    assert shard.position == 500


def test_what_was_trimmed_is_forgotten() -> None:
    shard, lanes = FakeShard(), Lanes(1)
    (lane,) = lanes.of(shard)
    shard.put("0", "1")
    lane.read(2)
    shard.records, shard.position = [], 0
    shard.put("7", "8")
    assert numbers(lane.read(9)) == ["7", "8"]


def test_another_factor_begins_again_at_the_position() -> None:
    shard, lanes = FakeShard(), Lanes(1)
    (lane,) = lanes.of(shard)
    shard.put("0", "1")
    lane.read(2)
    lanes.give_up()
    lane.advance(2)
    assert shard.position == 0


@given(st.lists(st.sampled_from("abcde"), max_size=40), st.integers(1, 5), st.integers(1, 7))
def test_every_record_is_delivered_once_and_in_the_order_of_its_key(
    keys: list[str], factor: int, size: int
) -> None:
    sources, function, started = OneShard(), Function(), Started()
    for number, key in enumerate(keys):
        sources.shard.put(str(number), key=key)
    sources.found = {"ParallelizationFactor": factor, "BatchSize": size}
    clock = Clock()
    poller = Poller(
        sources, function, equal, started, lambda *_: None, clock=clock, sleep=clock.sleep
    )
    poller.poll()
    while started.run():
        poller.poll()
    delivered = [number for event in function.events for number in event]
    for key in "abcde":
        ours = [str(number) for number, one in enumerate(keys) if one == key]
        assert [one for one in delivered if keys[int(one)] == key] == ours
    assert sources.shard.position == len(keys) == len(delivered)


class OneShard:
    """A source with one mapping, which reads one shard."""

    def __init__(self) -> None:
        self.shard = FakeShard()
        self.found: dict[str, Any] = {}

    def mappings(self) -> Any:
        named = {"UUID": "k", "EventSourceArn": KINESIS, "FunctionName": "f", "FunctionArn": "a"}
        yield contextlib.nullcontext(), {**named, **self.found}

    def queue(self, _mapping: Any) -> None:
        """Find none."""

    def shards(self, _mapping: Any) -> list[FakeShard]:
        return [self.shard]

    def wait(self, _seconds: float) -> None:
        """Return at once."""


def numbers(records: Any) -> list[str]:
    return [record["kinesis"]["sequenceNumber"] for record in records]


def keys_of_different_lanes() -> list[str]:
    """Find a key for each of two lanes."""
    found: dict[int, str] = {}
    for key in map(str, range(99)):
        shard, lanes = FakeShard(), Lanes(2)
        shard.put("0", key=key)
        found.setdefault(0 if lanes.of(shard)[0].read(1) else 1, key)
    return [found[0], found[1]]


def test_a_mapping_reads_the_factor() -> None:
    assert mapping(KINESIS).parallelization == 1
    assert mapping(KINESIS, ParallelizationFactor="3").parallelization == 3
