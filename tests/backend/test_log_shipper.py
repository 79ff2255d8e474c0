"""Log events on their way to CloudWatch Logs."""

import time
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError
from visitplannr.backend.log_shipper import LogShipper, Shipment, _batches, _event

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient


def shipment(message: str = "x", timestamp_ms: int = 1) -> Shipment:
    return Shipment("/aws/lambda/f", "stream", timestamp_ms, message)


def test_events_are_sent_in_their_order_each_with_a_newline() -> None:
    (batch,) = _batches([shipment("b", 2), shipment("a", 1), shipment("", 3)])
    assert [_event(one) for one in batch] == [
        {"timestamp": 1, "message": "a\n"},
        {"timestamp": 2, "message": "b\n"},
        {"timestamp": 3, "message": "\n"},
    ]


def test_batches_keep_the_services_limits() -> None:
    assert [len(batch) for batch in _batches([shipment() for _ in range(2_500)])] == [
        1_000, 1_000, 500,
    ]  # fmt: skip
    sizes = [len(batch) for batch in _batches([shipment("x" * 400_000) for _ in range(7)])]
    assert sizes == [3, 3, 1]


class Refusing:
    """A client of a backend that has gone."""

    class exceptions:  # noqa: N801 - boto3's name
        ResourceAlreadyExistsException = KeyError
        ResourceNotFoundException = LookupError

    def create_log_group(self, **_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    create_log_stream = create_log_group


def test_a_backend_that_has_gone_is_reported_once_and_blocks_nobody() -> None:
    reports: list[str] = []
    refusing = cast("CloudWatchLogsClient", Refusing())
    shipper = LogShipper(lambda: refusing, reports.append, interval=0.01)
    for _ in range(3):
        shipper.add(shipment())
        time.sleep(0.05)
    shipper.close()
    assert len(reports) == 1
    assert "logs wait until CloudWatch Logs answers" in reports[0]


class Away:
    """A client of a backend that does not answer its first two calls."""

    class exceptions:  # noqa: N801 - boto3's name
        ResourceAlreadyExistsException = KeyError
        ResourceNotFoundException = LookupError

    def __init__(self) -> None:
        self.calls = 0
        self.messages: list[str] = []

    def create_log_group(self, **_: Any) -> None:
        """Have it."""

    create_log_stream = create_log_group

    def put_log_events(self, **given: Any) -> None:
        self.calls += 1
        if self.calls in (1, 2):
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")
        self.messages += [event["message"] for event in given["logEvents"]]


def test_what_was_logged_while_the_backend_was_away_is_there_when_it_is_back() -> None:
    reports: list[str] = []
    away = Away()
    made = cast("CloudWatchLogsClient", away)
    shipper = LogShipper(lambda: made, reports.append, interval=60)
    for number in range(4):
        shipper.add(shipment(f"{number}", number))
        shipper._ship(made)
    shipper.close()
    assert away.messages == ["0\n", "1\n", "2\n", "3\n"]
    assert len(reports) == 1


def test_of_more_than_can_wait_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visitplannr.backend.log_shipper._KEPT_EVENTS", 3)
    away = Away()
    made = cast("CloudWatchLogsClient", away)
    shipper = LogShipper(lambda: made, lambda _: None, interval=60)
    for numbers in ((0, 1), (2, 3), ()):
        for number in numbers:
            shipper.add(shipment(f"{number}", number))
        shipper._ship(made)
    shipper.close()
    assert away.messages == ["1\n", "2\n", "3\n"]


class Forgetting:
    """A client of a backend that forgets its log groups once."""

    class exceptions:  # noqa: N801 - boto3's name
        ResourceAlreadyExistsException = KeyError
        ResourceNotFoundException = LookupError

    def __init__(self) -> None:
        self.streams: list[str] = []
        self.messages: list[str] = []

    def create_log_group(self, **_: Any) -> None:
        """Take it."""

    def create_log_stream(self, **given: Any) -> None:
        self.streams.append(given["logStreamName"])

    def put_log_events(self, **given: Any) -> None:
        if given["logStreamName"] not in self.streams:
            raise LookupError(given["logStreamName"])
        self.messages += [event["message"] for event in given["logEvents"]]


def test_groups_that_a_restarted_backend_has_lost_are_made_again() -> None:
    reports: list[str] = []
    forgetting = Forgetting()
    made = cast("CloudWatchLogsClient", forgetting)
    shipper = LogShipper(lambda: made, reports.append, interval=60)
    shipper.add(shipment("before"))
    shipper._ship(made)
    forgetting.streams.clear()
    shipper.add(shipment("after"))
    shipper.close()
    assert forgetting.messages == ["before\n", "after\n"]
    assert not reports
