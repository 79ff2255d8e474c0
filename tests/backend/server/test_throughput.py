"""What is said of tables that have too little capacity, and that what is said would do."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.backend.server.throughput import Demand, ThroughputReport
from visitplannr.dynamodb.engine import open_engine
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.throughput import Bucket
from visitplannr.model.strictness import CapacityMode

ITEM = {"p": {"S": "p"}, "x": {"S": "x" * (300 * 1024)}}


class Stand:
    """A table of one unit a second, and what is said of it."""

    def __init__(self, mode: CapacityMode) -> None:
        self.now = 1_000.0
        self.said: list[str] = []
        self.report = ThroughputReport(mode, lambda: self.now, self.said.append)
        self.engine = open_engine(":memory:", lambda: self.now)
        self.report.meter(self.engine)
        self.engine.call(
            "CreateTable",
            {
                "TableName": "events",
                "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            },
        )

    def put(self, item: Any = ITEM) -> bool:
        """Say whether it was taken."""
        try:
            self.engine.call("PutItem", {"TableName": "events", "Item": item})
        except DynamoDBError:
            return False
        return True

    def wait_and_tell(self) -> None:
        self.report.tell()
        assert self.said == []
        self.now += 3
        self.report.tell()


def test_a_report_lets_all_through_and_says_what_would_have_done() -> None:
    stand = Stand(CapacityMode.REPORT)
    stand.put({"p": {"S": "q"}})
    stand.report.tell()
    assert stand.said == []
    assert all([stand.put(), stand.put()])
    stand.wait_and_tell()
    (line,) = stand.said
    assert line == (
        "events: 2 of 3 writes would have been throttled on AWS; "
        "it has 1 write capacity units, 3 would have done."
    )


def test_it_is_said_again_only_if_there_is_more_and_not_too_often() -> None:
    stand = Stand(CapacityMode.REPORT)
    for wait, puts, lines in ((0, 3, 0), (3, 0, 1), (59, 1, 1), (1, 0, 2), (300, 0, 2)):
        stand.now += wait
        for _ in range(puts):
            stand.put()
        stand.report.tell()
        assert len(stand.said) == lines


def test_what_is_enforced_is_refused_and_said() -> None:
    stand = Stand(CapacityMode.ENFORCE)
    assert [stand.put(), stand.put()] == [True, False]
    stand.wait_and_tell()
    assert stand.said == ["events: 1 of 2 writes were throttled; it has 1 write capacity units."]


def test_off_does_neither() -> None:
    stand = Stand(CapacityMode.OFF)
    assert all([stand.put(), stand.put()])
    stand.wait_and_tell()
    assert stand.said == []


@given(st.lists(st.tuples(st.floats(0, 400), st.integers(1, 400)), min_size=1, max_size=30))
def test_the_capacity_that_is_named_would_have_done(asked: list[tuple[float, int]]) -> None:
    demand, now, arrivals = Demand(), 1_000.0, []
    for wait, units in asked:
        now += wait
        arrivals.append((now, units))
        demand.add(units, now)
    bucket = Bucket(demand.capacity(), 1_000.0)
    for at, units in arrivals:
        assert bucket.holds(units, at)
        bucket.take(units)


@pytest.mark.parametrize(
    ("asked", "capacity"),
    [([(0, 300)], 1), ([(0, 301)], 2), ([(0, 300), (300, 300)], 1), ([(0, 900), (300, 900)], 3)],
)
def test_and_not_much_more_than_that(asked: list[tuple[float, int]], capacity: int) -> None:
    demand, now = Demand(), 0.0
    for wait, units in asked:
        now += wait
        demand.add(units, now)
    assert demand.capacity() == capacity
    assert math.isfinite(demand.capacity())
