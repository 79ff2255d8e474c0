"""Stands around MiniStack's delivery to targets of rules and schedules: what fails is not lost."""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

from visitplannr.backend.server.deliveries import (
    GivenUp,
    UndeliveredError,
    deliver,
    of_rule,
    of_schedule,
    policy_of_target,
)
from visitplannr.backend.server.invocation_sources import Source
from visitplannr.backend.server.ministack.firing import Fire, callers, function_at, in_background
from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.ministack.sending import send_dead_letter
from visitplannr.backend.server.permits import Permits
from visitplannr.backend.server.retries import Retries
from visitplannr.backend.server.target_permissions import action_on, permission_of
from visitplannr.backend.server.triggers import trigger_of

_log = logging.getLogger(__name__)
SCHEDULED = "VisitplannrScheduled"  # in a schedule's event: when it was due, as text


@dataclass(frozen=True, slots=True)
class _Delivery:
    """An event on its way to the target of a rule, or of a schedule."""

    target: Mapping[str, Any]
    event: Mapping[str, Any]
    rule: Mapping[str, Any]


_current: ContextVar[_Delivery | None] = ContextVar("delivery", default=None)


class Targets:
    """Delivers to functions by `fire`, retries by `clock`, and sends what is given up away."""

    def __init__(self, fire: Fire, clock: Retries, permits: Permits) -> None:
        self._fire = fire
        self._clock = clock
        self._permits = permits

    def install(self) -> None:
        """Take the place of MiniStack's own."""
        eventbridge = service("eventbridge")
        eventbridge._invoke_target = partial(self._permitted, eventbridge._invoke_target)
        eventbridge._dispatch_to_lambda = self.to_function
        for name, is_there in _IS_THERE.items():
            dispatch = getattr(eventbridge, f"_dispatch_to_{name}")
            setattr(eventbridge, f"_dispatch_to_{name}", partial(_if_there, is_there, dispatch))

    def _permitted(
        self, dispatch: Callable[..., None], target: Any, event: Any, rule: Any, view: Any = None
    ) -> None:
        """Let what delivers know what it delivers, if the rule or the schedule may do that."""
        delivery = _Delivery(target, event, rule)
        if message := self._forbidden(delivery):
            _give_up(delivery, GivenUp("NO_PERMISSIONS", message, 0, None))
            return
        before = _current.set(delivery)
        try:
            dispatch(target, event, rule, view)
        finally:
            _current.reset(before)

    def _forbidden(self, delivery: _Delivery) -> str | None:
        target, scheduled = delivery.target, SCHEDULED in delivery.event
        arn, rule = str(target.get("Arn", "")), delivery.rule
        if needed := permission_of(arn, by_role=scheduled):
            role, name = str(target.get("RoleArn") or ""), str(rule.get("Name", ""))
            return self._permits.of_checks(role, name, [needed]) if role else None
        action = None if _is_function_gone(arn) else action_on(arn)
        source = Source("events.amazonaws.com", (str(rule.get("Arn")),))
        return self._permits.of_source(source, action, arn) if action else None

    def to_function(self, arn: str, payload: str) -> None:
        """Invoke a function later; MiniStack's caller may be its event loop."""
        delivery = _current.get()
        function, name = function_at(arn)
        if function is None:
            _give_up(delivery, _missing(f"function {name}"))
            return
        trigger = trigger_of(callers(sys._getframe(1)), None)
        event = _event(payload)

        def attempt() -> None:
            taken(self._fire(function, event, trigger, named=arn, asynchronous=True))

        in_background(self._deliver, delivery, attempt)

    def _deliver(self, delivery: _Delivery | None, attempt: Callable[[], None]) -> None:
        policy = policy_of_target(delivery.target if delivery else {})
        if given_up := deliver(attempt, policy, self._clock, self._clock.sleep):
            _give_up(delivery, given_up)


def _is_function_gone(arn: str) -> bool:
    return arn.startswith("arn:") and arn.split(":")[2] == "lambda" and function_at(arn)[0] is None


def taken(result: Mapping[str, Any]) -> None:
    """Say that an asynchronous invocation was accepted.

    Raises:
        UndeliveredError: it was not.
    """
    if not result.get("error"):
        return
    found = result["body"]
    kind, message = found["__type"], str(found["errorMessage"])
    if kind == "AccessDeniedException":
        raise UndeliveredError("NO_PERMISSIONS", message, is_final=True)
    if result.get("throttle"):
        raise UndeliveredError("THROTTLING", message)
    if kind == "ResourceNotFoundException":
        raise UndeliveredError("NO_RESOURCE", message, is_final=True)
    is_ours = kind == "ServiceException"
    raise UndeliveredError("ERROR_FROM_TARGET", message, is_final=not is_ours)


def _if_there(
    is_there: Callable[[Any], bool], dispatch: Callable[..., None], to: Any, *more: Any
) -> None:
    if is_there(to):
        dispatch(to, *more)
    else:
        _give_up(_current.get(), _missing(str(to)))


def _missing(what: str) -> GivenUp:
    return GivenUp("NO_RESOURCE", f"there is no {what}", 0, None)


def _give_up(delivery: _Delivery | None, given_up: GivenUp) -> None:
    if delivery is None:
        return
    arn, target, event = delivery.rule.get("Arn", ""), delivery.target, delivery.event
    _log.warning("%s cannot deliver to %s: %s", arn, target.get("Arn"), given_up.message)
    if SCHEDULED in event:
        body = str(target.get("Input"))
        attributes = of_schedule(given_up, arn, target["Arn"], event["EventId"], event[SCHEDULED])
    else:
        view = service("eventbridge")._pattern_event_view(event)
        body = json.dumps(view.event_with_detail())
        attributes = of_rule(given_up, arn, target["Arn"])
    send_dead_letter(policy_of_target(target).dead_letters, body, attributes)


def _event(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload


def _there_is_a_queue(spec: Any) -> bool:
    return bool(service("sqs")._queue_by_arn(str(spec)))


def _there_is_a_topic(arn: str) -> bool:
    return service("sns")._topic_by_arn_any_scope(arn) is not None


def _there_is_a_machine(arn: str) -> bool:
    return service("stepfunctions")._resolve_state_machine_arn(arn) is not None


def _there_is_a_bus(spec: Any) -> bool:
    return spec.resource.partition("/")[2] in service("eventbridge")._event_buses


_IS_THERE: Mapping[str, Callable[[Any], bool]] = {
    "sqs": _there_is_a_queue,
    "sns": _there_is_a_topic,
    "stepfunctions": _there_is_a_machine,
    "event_bus": _there_is_a_bus,
}
