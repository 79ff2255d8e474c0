"""Fires what MiniStack does not fire as AWS does: schedules, and rules with a schedule."""

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.ministack.targets import SCHEDULED
from visitplannr.backend.server.schedules import (
    due_at,
    is_over,
    is_within,
    target_of,
)

_FIRED = "VisitplannrFired"  # kept with the schedule, so that it is kept with the state
_UNNOTICED_SECONDS = 60.0
_log = logging.getLogger(__name__)

_Key = tuple[str, str, str]
_Fire = Callable[[dict[str, Any], float, str, str], None]


@dataclass(slots=True)
class _Watch:
    """Since when nothing has been missed; `looked` and `moved` are those of the last look."""

    since: float
    looked: float
    moved: float


class Ticker:
    """Stands where MiniStack looks what is due.

    What became due because the clock was moved is fired, each time for itself. What became due
    while nothing ran, or the machine slept, is not made up for; but `rate` and `at` fire once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        now = clock()
        self._rules = _Watch(now, now, clock.moved)
        self._schedules = _Watch(now, now, clock.moved)
        self._wrong: set[str] = set()

    def tick_rules(self) -> None:
        """Fire EventBridge's rules."""
        eventbridge = service("eventbridge")
        found = list(eventbridge._rules.all_items())
        scheduled = [(key, rule) for key, rule in found if rule.get("ScheduleExpression")]
        self._look(self._rules, scheduled, _fire_rule)

    def tick_schedules(self) -> None:
        """Fire EventBridge Scheduler's schedules, and delete those that are to be deleted."""
        schedules = service("scheduler")._schedules
        found = list(schedules.all_items())
        self._look(self._schedules, found, _fire_schedule)
        for key, schedule in found:
            if is_over(schedule, self._clock(), fired=_FIRED in schedule):
                schedules._data.pop(key, None)

    def _look(
        self, watch: _Watch, found: Iterable[tuple[_Key, dict[str, Any]]], fire: _Fire
    ) -> None:
        now, moved = self._clock(), self._clock.moved
        if now - watch.looked - (moved - watch.moved) > _UNNOTICED_SECONDS:
            watch.since = now
        watch.looked, watch.moved = now, moved
        for key, one in found:
            try:
                _fire_what_is_due(key, one, watch.since, now, fire)
            except ValueError as error:
                self._say_once(f"{one['Arn']} is never due: {error}")
            except Exception:  # noqa: BLE001 - whatever is wrong with one, the others go on
                _log.exception("the schedule %s cannot be fired", key)

    def _say_once(self, wrong: str) -> None:
        if wrong not in self._wrong:
            self._wrong.add(wrong)
            _log.warning("%s", wrong)


def _fire_what_is_due(
    key: _Key, one: dict[str, Any], since: float, now: float, fire: _Fire
) -> None:
    one.setdefault("CreationDate", one.get("CreationTime") or now)  # a rule of a stack has none
    while is_within(one, now):
        last = one.get(_FIRED)
        if one["ScheduleExpression"].startswith("cron"):
            last = max(last or 0.0, since, one["CreationDate"])
        due = due_at(one, last)
        if due is None or now < due:
            return
        one[_FIRED] = due if due >= since else now
        fire(one, due, key[0], key[1])


def _fire_rule(rule: dict[str, Any], due: float, account: str, region: str) -> None:
    event = _event(rule, due, account, region, source="aws.events")
    event["EventBusName"] = rule.get("EventBusName", "default")
    targets = service("eventbridge")._targets
    key = service("eventbridge")._rule_key(rule["Name"], event["EventBusName"])
    with find_seam("core.responses.request_scope")(account, region):
        for target in list(targets.get(key) or ()):
            service("eventbridge")._invoke_target(target, event, rule)


def _fire_schedule(schedule: dict[str, Any], due: float, account: str, region: str) -> None:
    event = _event(schedule, due, account, region, source="aws.scheduler")
    event[SCHEDULED] = datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with find_seam("core.responses.request_scope")(account, region):
        target = target_of(schedule, due, event["EventId"], account, region)
        service("eventbridge")._invoke_target(target, event, schedule)


def _event(
    one: Mapping[str, Any], due: float, account: str, region: str, *, source: str
) -> dict[str, Any]:
    return {
        "EventId": str(uuid.uuid4()),
        "Source": source,
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "Time": due,
        "Resources": [one["Arn"]],
        "Account": account,
        "Region": region,
    }
