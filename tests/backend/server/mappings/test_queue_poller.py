"""Messages become batches; what succeeded is deleted, the rest is left to the queue."""

from typing import Any

import pytest
from backend.server.mappings.fakes import Clock, FakeQueue, Function, Started, equal, mapping
from visitplannr.backend.server.mappings.outcome import Outcome
from visitplannr.backend.server.mappings.queue_poller import QueuePoller

FAILED = Outcome({"errorType": "E"}, "E: boom")


class Polled:
    """A poller with everything that it works with."""

    def __init__(self, queue: FakeQueue | None = None, **properties: Any) -> None:
        self.queue = queue or FakeQueue()
        self.function, self.clock, self.started = Function(), Clock(), Started()
        self._mapping = mapping(**properties)
        self._poller = QueuePoller(self.function, equal, self.started, self.clock, self.clock.sleep)

    def poll(self) -> None:
        self._poller.poll(self._mapping, self.queue)

    def settle(self) -> None:
        self.poll()
        while self.started.run():
            self.poll()


def test_a_batch_is_as_large_as_the_mapping_says() -> None:
    polled = Polled(BatchSize=12)
    polled.queue.send(*map(str, range(25)))
    polled.settle()
    assert [len(event) for event in polled.function.events] == [12, 12, 1]
    assert polled.queue.left == []


def test_a_window_waits_for_a_full_batch_but_not_longer() -> None:
    polled = Polled(BatchSize=3, MaximumBatchingWindowInSeconds=5)
    polled.queue.send("a")
    polled.settle()
    assert polled.function.events == []
    polled.clock.now += 2
    polled.queue.send("b", "c")
    polled.settle()
    assert polled.function.events == [["a", "b", "c"]]
    polled.queue.send("d")
    polled.settle()
    polled.clock.now += 5
    polled.settle()
    assert polled.function.events[1:] == [["d"]]


def test_a_failed_batch_stays_in_the_queue() -> None:
    polled = Polled()
    polled.function.outcomes = [FAILED]
    polled.queue.send("a", "b")
    polled.settle()
    assert polled.queue.left == ["a", "b"]


REPORTS: list[tuple[Any, list[str]]] = [
    ({"batchItemFailures": [{"itemIdentifier": "b"}]}, ["b"]),
    ({"batchItemFailures": []}, []),
    ({"batchItemFailures": None}, []),
    ({}, []),
    (None, []),
    ("text", ["a", "b", "c"]),
    ({"batchItemFailures": [{"itemIdentifier": ""}]}, ["a", "b", "c"]),
    ({"batchItemFailures": [{"itemIdentifier": None}]}, ["a", "b", "c"]),
    ({"batchItemFailures": [{"id": "b"}]}, ["a", "b", "c"]),
    ({"batchItemFailures": [{"itemIdentifier": "unknown"}]}, ["a", "b", "c"]),
    ({"batchItemFailures": "b"}, ["a", "b", "c"]),
]


@pytest.mark.parametrize(("answer", "left"), REPORTS, ids=str)
def test_what_a_partial_answer_leaves_in_the_queue(answer: Any, left: list[str]) -> None:
    polled = Polled(FunctionResponseTypes=["ReportBatchItemFailures"])
    polled.function.outcomes = [Outcome(answer)]
    polled.queue.send("a", "b", "c")
    polled.settle()
    assert polled.queue.left == left


def test_a_partial_answer_counts_only_where_the_mapping_says_so() -> None:
    polled = Polled()
    polled.function.outcomes = [Outcome({"batchItemFailures": [{"itemIdentifier": "a"}]})]
    polled.queue.send("a")
    polled.settle()
    assert polled.queue.left == []


def test_what_the_filters_leave_out_is_deleted_and_does_not_fill_a_batch() -> None:
    pattern = '{"body": {"kind": ["wanted"]}}'
    polled = Polled(BatchSize=2, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    for one in range(4):
        polled.queue.send(str(one), body='{"kind": "%s"}' % ("wanted" if one % 2 else "other"))
    polled.settle()
    assert polled.function.events == [["1", "3"]]
    assert polled.queue.left == []


@pytest.mark.parametrize(
    ("fifo", "groups", "scaling", "most"),
    [
        (False, 1, {}, 5),
        (False, 1, {"MaximumConcurrency": 7}, 7),
        (True, 1, {}, 1),
        (True, 3, {}, 3),
        (True, 3, {"MaximumConcurrency": 2}, 2),
    ],
)
def test_so_many_batches_run_at_the_same_time(
    fifo: bool, groups: int, scaling: Any, most: int
) -> None:
    polled = Polled(FakeQueue(is_fifo=fifo), BatchSize=1, ScalingConfig=scaling)
    for number in range(9):
        polled.queue.send(str(number), group=f"group {number % groups}")
    polled.poll()
    assert len(polled.started.waiting) == most


def test_a_group_of_a_fifo_queue_is_worked_through_in_order() -> None:
    polled = Polled(FakeQueue(is_fifo=True), BatchSize=3)
    polled.queue.send("a1", "a2", group="a", body="x" * 4_000_000)
    polled.queue.send("b1", group="b")
    polled.settle()
    assert polled.function.events == [["a1"], ["b1"], ["a2"]]


def test_what_follows_a_failed_message_in_its_group_waits_for_it() -> None:
    polled = Polled(FakeQueue(is_fifo=True), BatchSize=3)
    polled.function.outcomes = [FAILED]
    polled.queue.send("a1", "a2", group="a", body="x" * 4_000_000)
    polled.queue.send("b1", group="b")
    polled.settle()
    assert polled.function.events == [["a1"], ["b1"]]
    assert polled.queue.left == ["a1", "a2"]


def test_a_throttled_batch_is_tried_until_its_messages_are_visible_again() -> None:
    polled = Polled(FakeQueue(visibility=1.0))
    throttled = Outcome({}, "TooManyRequestsException", throttled=True)
    polled.function.outcomes = [throttled, throttled]
    polled.queue.send("a")
    polled.settle()
    assert (len(polled.function.events), polled.queue.left) == (3, [])
    polled.function.outcomes = [throttled] * 99
    polled.queue.send("b")
    polled.settle()
    assert polled.queue.left == ["b"]
    assert len(polled.function.events) < 20


def test_a_batch_fits_into_an_event() -> None:
    polled = Polled(BatchSize=40)
    polled.queue.send(*map(str, range(30)), body="x" * 262_144)
    polled.settle()
    assert [len(event) for event in polled.function.events] == [22, 8]
