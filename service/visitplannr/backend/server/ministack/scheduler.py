"""Fires EventBridge Scheduler's schedules, which MiniStack keeps but fires by UTC only."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.schedules import (
    Expressions,
    due_at,
    is_over,
    is_within,
    target_of,
)

_FIRED = "VisitplannrFired"  # kept with the schedule, so that it is kept with the state
_log = logging.getLogger(__name__)


class Ticker:
    """Stands where MiniStack looks which schedules are due; `clock` gives epoch seconds.

    A cron expression whose time passed while nothing ran is not made up for, as for `rate` and `at`
    it is, once.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()

    def tick(self) -> None:
        """Fire what is due."""
        now = self._clock()
        for key, schedule in list(service("scheduler")._schedules.all_items()):
            try:
                self._look_at(key, schedule, now)
            except Exception:  # noqa: BLE001 - whatever is wrong with one, the others go on
                _log.exception("the schedule %s cannot be fired", key)

    def _look_at(self, key: tuple[str, str, str], schedule: dict[str, Any], now: float) -> None:
        last = schedule.get(_FIRED)
        if schedule["ScheduleExpression"].startswith("cron"):
            last = max(last or 0.0, self._since, schedule.get("CreationDate") or 0.0)
        due = due_at(schedule, last, _EXPRESSIONS) if is_within(schedule, now) else None
        if due is not None and now >= due:
            schedule[_FIRED] = now
            _fire(schedule, due, key[0], key[1])
        if is_over(schedule, now, fired=_FIRED in schedule):
            service("scheduler")._schedules._data.pop(key, None)


def _fire(schedule: dict[str, Any], due: float, account: str, region: str) -> None:
    event = {
        "EventId": schedule["Name"],
        "Source": "aws.scheduler",
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "Time": due,
        "Resources": [schedule["Arn"]],
        "Account": account,
        "Region": region,
    }
    with find_seam("core.responses.request_scope")(account, region):
        target = target_of(schedule, due, account, region)
        service("eventbridge")._invoke_target(target, event, schedule)


def _next_cron(text: str, after: datetime) -> datetime | None:
    fields = service("eventbridge")._parse_cron_fields(text)
    if fields is None:
        return None
    found: datetime | None = service("eventbridge")._cron_next_fire(fields, after)
    return found.replace(tzinfo=None) if found else None


def _rate_seconds(text: str) -> float | None:
    seconds: float | None = service("eventbridge")._parse_rate_seconds(text)
    return seconds


_EXPRESSIONS = Expressions(_next_cron, _rate_seconds)
