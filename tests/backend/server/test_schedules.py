"""When schedules are due, and what they send."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from visitplannr.backend.server.schedules import (
    due_at,
    is_over,
    is_within,
    target_of,
)

ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def schedule(expression: str, **more: Any) -> dict[str, Any]:
    created = at("2026-01-01T00:00:00")
    return {
        "Name": "s", "Arn": ARN, "ScheduleExpression": expression, "State": "ENABLED",
        "CreationDate": created, "Target": {"Arn": "function"}, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "zone", "last", "due"),
    [
        ("at(2026-07-01T09:00:00)", "UTC", None, "2026-07-01T09:00:00"),
        ("at(2026-07-01T09:00:00)", "Europe/Berlin", None, "2026-07-01T07:00:00"),
        ("at(2026-07-01T09:00:00)", "UTC", "2026-07-01T09:00:00", None),
        ("rate(5 minutes)", "UTC", None, "2026-01-01T00:05:00"),
        ("rate(5 minutes)", "UTC", "2026-03-01T10:00:00", "2026-03-01T10:05:00"),
        ("cron(0 9 * * ? *)", "UTC", "2026-07-01T00:00:00", "2026-07-01T09:00:00"),
        ("cron(0 9 * * ? *)", "Europe/Berlin", "2026-07-01T00:00:00", "2026-07-01T07:00:00"),
        ("cron(0 9 * * ? *)", "Europe/Berlin", "2026-01-10T00:00:00", "2026-01-10T08:00:00"),
        ("cron(0 9 * * ? *)", "America/New_York", "2026-07-01T14:00:00", "2026-07-02T13:00:00"),
        ("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T12:00:00", "2026-03-30T00:30:00"),
        ("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00", "2026-10-25T00:30:00"),
        ("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-25T00:30:00", "2026-10-26T01:30:00"),
        ("cron(0 9 * * ? *)", "No/Such", "2026-07-01T00:00:00", "2026-07-01T09:00:00"),
    ],
)
def test_a_schedule_is_due_on_its_own_clock(
    expression: str, zone: str, last: str | None, due: str | None
) -> None:
    found = due_at(
        schedule(expression, ScheduleExpressionTimezone=zone), at(last) if last else None
    )
    assert found == (at(due) if due else None)


@pytest.mark.parametrize(
    ("more", "within"),
    [
        ({}, True),
        ({"State": "DISABLED"}, False),
        ({"StartDate": at("2026-06-01T00:00:00")}, True),
        ({"StartDate": "2026-08-01T00:00:00Z"}, False),
        ({"EndDate": at("2026-06-01T00:00:00")}, False),
        ({"EndDate": "2026-08-01T00:00:00Z"}, True),
    ],
)
def test_a_schedule_has_a_start_and_an_end(more: dict[str, Any], within: bool) -> None:
    assert is_within(schedule("rate(5 minutes)", **more), at("2026-07-01T00:00:00")) is within


@pytest.mark.parametrize(
    ("expression", "more", "fired", "over"),
    [
        ("at(2026-01-01T00:00:00)", {"ActionAfterCompletion": "DELETE"}, True, True),
        ("at(2026-01-01T00:00:00)", {"ActionAfterCompletion": "DELETE"}, False, False),
        ("at(2026-01-01T00:00:00)", {}, True, False),
        ("rate(5 minutes)", {"ActionAfterCompletion": "DELETE"}, True, False),
        ("rate(5 minutes)", {"ActionAfterCompletion": "DELETE", "EndDate": 1.0}, True, True),
    ],
)
def test_a_schedule_may_be_deleted_after_its_completion(
    expression: str, more: dict[str, Any], fired: bool, over: bool
) -> None:
    assert is_over(schedule(expression, **more), at("2026-07-01T00:00:00"), fired=fired) is over


def test_without_an_input_the_target_gets_an_event() -> None:
    target = target_of(
        schedule("rate(5 minutes)"), at("2026-07-01T09:00:00"), "run", "1", "us-east-1"
    )
    event = json.loads(target["Input"])
    assert event.pop("id") == "run"
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "1",
        "time": "2026-07-01T09:00:00Z",
        "region": "us-east-1",
        "resources": [ARN],
        "detail": "{}",
    }


def test_an_input_may_name_the_context() -> None:
    text = (
        '{"arn": "<aws.scheduler.schedule-arn>", "time": "<aws.scheduler.scheduled-time>",'
        ' "try": "<aws.scheduler.attempt-number>"}'
    )
    given = schedule("rate(5 minutes)", Target={"Arn": "function", "Input": text})
    target = target_of(given, at("2026-07-01T09:00:00"), "run", "1", "us-east-1")
    assert json.loads(target["Input"]) == {"arn": ARN, "time": "2026-07-01T09:00:00Z", "try": "1"}
