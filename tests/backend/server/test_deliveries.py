"""What a target does not take is tried again within its policy's bounds, and then a dead letter."""

from typing import Any

import pytest
from backend.server.mappings.fakes import Clock
from visitplannr.backend.server.deliveries import (
    GivenUp,
    Policy,
    UndeliveredError,
    deliver,
    of_rule,
    of_schedule,
    of_subscription,
    policy_of_target,
)

BUSY = UndeliveredError("THROTTLING", "Rate Exceeded.")
GONE = UndeliveredError("NO_RESOURCE", "there is no function f", is_final=True)


class Target:
    """Refuses with one error after the other, then takes what comes."""

    def __init__(self, *errors: UndeliveredError) -> None:
        self.errors = list(errors)
        self.tries = 0

    def __call__(self) -> None:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)


@pytest.mark.parametrize(
    ("errors", "policy", "tries", "given_up"),
    [
        ([], Policy(), 1, None),
        ([BUSY, BUSY], Policy(), 3, None),
        ([BUSY] * 9, Policy(retries=2), 3,
         GivenUp("THROTTLING", "Rate Exceeded.", 2, "MaximumRetryAttempts")),
        ([BUSY], Policy(retries=0), 1,
         GivenUp("THROTTLING", "Rate Exceeded.", 0, "MaximumRetryAttempts")),
        ([BUSY] * 99, Policy(max_age=60.0), 6,
         GivenUp("THROTTLING", "Rate Exceeded.", 5, "MaximumEventAgeInSeconds")),
        ([GONE], Policy(), 1, GivenUp("NO_RESOURCE", "there is no function f", 0, None)),
        ([BUSY, GONE], Policy(), 2, GivenUp("NO_RESOURCE", "there is no function f", 1, None)),
    ],
)  # fmt: skip
def test_how_often_it_is_tried(
    errors: list[UndeliveredError], policy: Policy, tries: int, given_up: GivenUp | None
) -> None:
    clock, target = Clock(), Target(*errors)
    assert deliver(target, policy, clock, clock.sleep) == given_up
    assert target.tries == tries


def test_pauses_grow() -> None:
    clock, target = Clock(), Target(*[BUSY] * 185)
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)

    assert deliver(target, Policy(), clock, sleep) is None
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert max(pauses) == 600.0


@pytest.mark.parametrize(
    ("target", "policy"),
    [
        ({}, Policy(185, 86_400, None)),
        ({"RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": "60"},
          "DeadLetterConfig": {"Arn": "queue"}}, Policy(0, 60.0, "queue")),
        ({"RetryPolicy": {"MaximumRetryAttempts": "3"}}, Policy(3, 86_400, None)),
    ],
)  # fmt: skip
def test_the_policy_of_a_target(target: Any, policy: Policy) -> None:
    assert policy_of_target(target) == policy


def test_the_attributes_of_dead_letters() -> None:
    given_up = GivenUp("THROTTLING", "busy", 3, "MaximumRetryAttempts")
    why = {
        "ERROR_CODE": "THROTTLING",
        "ERROR_MESSAGE": "busy",
        "RETRY_ATTEMPTS": "3",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
    }
    assert of_rule(given_up, "rule", "t") == {"RULE_ARN": "rule", "TARGET_ARN": "t", **why}
    assert of_schedule(given_up, "schedule", "t", "run", "2026-01-01T00:00:00Z") == {
        "SCHEDULE_ARN": "schedule",
        "TARGET_ARN": "t",
        "EXECUTION_ID": "run",
        "SCHEDULED_TIME": "2026-01-01T00:00:00Z",
        "IS_PAYLOAD_TRUNCATED": "false",
        **why,
    }
    gone = GivenUp("NO_RESOURCE", "gone", 0, None)
    assert "EXHAUSTED_RETRY_CONDITION" not in of_rule(gone, "rule", "t")
    assert of_subscription(gone, "1") == {
        "RequestID": "1",
        "ErrorCode": "NO_RESOURCE",
        "ErrorMessage": "gone",
    }
