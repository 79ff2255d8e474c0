"""When EventBridge Scheduler's schedules are due, in their own time zones, and what they send.

EventBridge Scheduler guide, "Schedule types" and "Context attributes".
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from visitplannr.backend.server.cron import rate_seconds, read_cron

_log = logging.getLogger(__name__)


def due_at(schedule: Mapping[str, Any], last: float | None) -> float | None:
    """Say when a schedule is due (epoch seconds) that was fired at `last`, or never if None.

    None if it is not due any more. Times are on the schedule's own clock, which in spring leaves
    some out and in autumn has some twice: not due, or once. `rate` counts from its start or
    creation.

    Raises:
        ValueError: its expression is none; the message says what is wrong.
    """
    text, zone = schedule["ScheduleExpression"].strip(), _zone(schedule)
    if text.startswith("at("):
        moment = datetime.fromisoformat(text[3:-1]).replace(tzinfo=zone)
        return moment.timestamp() if last is None else None
    since = last if last is not None else _began(schedule)
    if (seconds := rate_seconds(text)) is not None:
        return since + seconds
    found = read_cron(text).after(datetime.fromtimestamp(since, zone).replace(tzinfo=None))
    while found is not None and not _exists(found, zone):
        found = read_cron(text).after(found)
    return None if found is None else found.replace(tzinfo=zone).timestamp()


def _exists(local: datetime, zone: tzinfo) -> bool:
    """Say whether the clock of a zone ever shows a time; in spring it leaves some out."""
    moment = datetime.fromtimestamp(local.replace(tzinfo=zone).timestamp(), zone)
    return moment.replace(tzinfo=None, fold=0) == local


def is_within(schedule: Mapping[str, Any], now: float) -> bool:
    """Say whether a schedule is enabled and between its start and its end."""
    start = _epoch(schedule.get("StartDate"))
    begun = start is None or now >= start
    return schedule.get("State") == "ENABLED" and begun and not _has_ended(schedule, now)


def is_over(schedule: Mapping[str, Any], now: float, *, fired: bool) -> bool:
    """Say whether a schedule is to be deleted, as it asks to be after its completion."""
    if schedule.get("ActionAfterCompletion") != "DELETE":
        return False
    once = schedule["ScheduleExpression"].strip().startswith("at(")
    return (once and fired) or _has_ended(schedule, now)


def target_of(
    schedule: Mapping[str, Any], due: float, execution: str, account: str, region: str
) -> dict[str, Any]:
    """Give a schedule's target with the input that it gets in one execution."""
    target, moment = schedule["Target"], datetime.fromtimestamp(due, UTC)
    when = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if not target.get("Input"):
        event = {
            "version": "0",
            "id": execution,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": account,
            "time": when,
            "region": region,
            "resources": [schedule["Arn"]],
            "detail": "{}",
        }
        return {**target, "Input": json.dumps(event)}
    text = target["Input"]
    for name, value in (
        ("schedule-arn", schedule["Arn"]),
        ("scheduled-time", when),
        ("execution-id", execution),
        ("attempt-number", "1"),
    ):
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return {**target, "Input": text}


def _has_ended(schedule: Mapping[str, Any], now: float) -> bool:
    end = _epoch(schedule.get("EndDate"))
    return end is not None and now > end


def _began(schedule: Mapping[str, Any]) -> float:
    return _epoch(schedule.get("StartDate")) or float(schedule.get("CreationDate") or 0)


def _epoch(value: Any) -> float | None:
    """Read a date: the API has epoch seconds, CloudFormation ISO 8601."""
    if value is None or isinstance(value, int | float):
        return value
    moment = datetime.fromisoformat(str(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _zone(schedule: Mapping[str, Any]) -> tzinfo:
    name = schedule.get("ScheduleExpressionTimezone") or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        _log.warning("%s: this system has no time zone %s, UTC is taken", schedule["Name"], name)
        return UTC
