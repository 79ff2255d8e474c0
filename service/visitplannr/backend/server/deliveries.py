"""What becomes of an event that a target does not take: it is tried again, then a dead letter.

EventBridge guide, "How EventBridge retries delivering events" and "Using dead-letter queues";
EventBridge Scheduler guide, "Configuring a schedule's dead-letter queue". A target that is not
there is not tried again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_A_DAY = 86_400
_RETRIES = 185
_LONGEST_PAUSE_SECONDS = 600.0


def _growing(retries: int) -> float:
    return float(min(2.0**retries, _LONGEST_PAUSE_SECONDS))


class UndeliveredError(Exception):
    """The target did not take it; `code` is EventBridge's word for why. A final one stays so."""

    def __init__(self, code: str, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.is_final = is_final


class AbandonedError(Exception):
    """Nobody waits for the delivery any more."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how long (seconds) it is tried, and the ARN of the queue for what is not.

    `pause` gives the seconds before the next try by the number of retries so far.
    """

    retries: int = _RETRIES
    max_age: float = _A_DAY
    dead_letters: str | None = None
    pause: Callable[[int], float] = _growing


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What was not delivered; `condition` names the bound that was reached, if one was."""

    code: str
    message: str
    retries: int
    condition: str | None


def policy_of_target(target: Mapping[str, Any]) -> Policy:
    """Read the policy of a rule's or a schedule's target; numbers may be text."""
    retry = target.get("RetryPolicy") or {}
    return Policy(
        int(retry.get("MaximumRetryAttempts", _RETRIES)),
        float(retry.get("MaximumEventAgeInSeconds", _A_DAY)),
        (target.get("DeadLetterConfig") or {}).get("Arn"),
    )


def deliver(
    attempt: Callable[[], None],
    policy: Policy,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> GivenUp | None:
    """Try until it is taken or given up; waits in between, so it has a thread of its own.

    One whose wait ends with AbandonedError is neither.
    """
    began, retries = clock(), 0
    while True:
        try:
            attempt()
        except UndeliveredError as error:
            pause = policy.pause(retries)
            condition = _bound(policy, retries, clock() + pause - began)
            if error.is_final:
                return GivenUp(error.code, str(error), retries, None)
            if condition:
                return GivenUp(error.code, str(error), retries, condition)
            try:
                sleep(pause)
            except AbandonedError:
                return None
            retries += 1
        else:
            return None


def of_rule(given_up: GivenUp, rule_arn: str, target_arn: str) -> dict[str, str]:
    """Give the attributes of a rule's dead letter."""
    return {"RULE_ARN": rule_arn, "TARGET_ARN": target_arn, **_why(given_up)}


def of_schedule(
    given_up: GivenUp, schedule_arn: str, target_arn: str, execution: str, scheduled: str
) -> dict[str, str]:
    """Give the attributes of a schedule's dead letter."""
    return {
        "SCHEDULE_ARN": schedule_arn,
        "TARGET_ARN": target_arn,
        "EXECUTION_ID": execution,
        "SCHEDULED_TIME": scheduled,
        "IS_PAYLOAD_TRUNCATED": "false",
        **_why(given_up),
    }


def of_subscription(given_up: GivenUp, request_id: str) -> dict[str, str]:
    """Give the attributes of a subscription's dead letter."""
    return {
        "RequestID": request_id,
        "ErrorCode": given_up.code,
        "ErrorMessage": given_up.message,
    }


def _bound(policy: Policy, retries: int, age: float) -> str | None:
    if retries >= policy.retries:
        return "MaximumRetryAttempts"
    return "MaximumEventAgeInSeconds" if age > policy.max_age else None


def _why(given_up: GivenUp) -> dict[str, str]:
    condition = {"EXHAUSTED_RETRY_CONDITION": given_up.condition} if given_up.condition else {}
    return {
        "ERROR_CODE": given_up.code,
        "ERROR_MESSAGE": given_up.message,
        "RETRY_ATTEMPTS": str(given_up.retries),
        **condition,
    }
