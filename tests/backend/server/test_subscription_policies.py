"""How often SNS tries, and when."""

import json
from typing import Any

import pytest
from visitplannr.backend.server.subscription_policies import (
    MANAGED,
    content_type,
    policy_of_subscription,
    policy_over_http,
)


@pytest.mark.parametrize(
    ("attributes", "queue"),
    [
        ({}, None),
        ({"RedrivePolicy": ""}, None),
        ({"RedrivePolicy": '{"deadLetterTargetArn": "queue"}'}, "queue"),
        ({"RedrivePolicy": {"deadLetterTargetArn": "queue"}}, "queue"),
    ],
)
def test_the_policy_of_a_function_or_queue(attributes: Any, queue: str | None) -> None:
    policy = policy_of_subscription(attributes)
    assert (policy.retries, policy.max_age) == (100_014, 23 * 86_400)
    assert policy.dead_letters == queue
    assert policy_over_http(attributes, {}).dead_letters == queue


def test_functions_and_queues_are_tried_in_four_phases() -> None:
    pauses = [round(MANAGED(retries), 1) for retries in range(18)]
    assert pauses[:6] == [0, 0, 0, 1, 1, 1]
    assert pauses[5:15] == sorted(pauses[5:15])
    assert pauses[14:] == [20] * 4


GIVEN = {"minDelayTarget": 2, "maxDelayTarget": 18, "numRetries": 9, "numNoDelayRetries": 1,
         "numMinDelayRetries": 2, "numMaxDelayRetries": 1}  # fmt: skip


@pytest.mark.parametrize(
    ("retry", "pauses"),
    [
        ({}, [20, 20, 20]),
        ({"numRetries": 1, "minDelayTarget": 1}, [1]),
        (GIVEN, [0, 2, 2, 2, 6, 10, 14, 18, 18]),
        ({**GIVEN, "backoffFunction": "arithmetic"}, [0, 2, 2, 2, 4.5, 8, 12.5, 18, 18]),
        ({**GIVEN, "backoffFunction": "geometric"}, [0, 2, 2, 2, 3.5, 6, 10.4, 18, 18]),
        ({**GIVEN, "backoffFunction": "exponential"}, [0, 2, 2, 2, 3.1, 5.2, 9.5, 18, 18]),
    ],
)
def test_the_delivery_policy_over_http(retry: Any, pauses: list[float]) -> None:
    given = {"DeliveryPolicy": json.dumps({"healthyRetryPolicy": retry})}
    policy = policy_over_http(given, {})
    assert [round(policy.pause(n), 1) for n in range(policy.retries)] == pauses
    assert policy.max_age == 3_600


OF_TOPIC = {"defaultHealthyRetryPolicy": {"numRetries": 7},
            "defaultRequestPolicy": {"headerContentType": "application/json"}}  # fmt: skip
OWN = {"DeliveryPolicy": json.dumps({"healthyRetryPolicy": {"numRetries": 1}})}


@pytest.mark.parametrize(
    ("own", "more", "retries"),
    [({}, {}, 7), (OWN, {}, 1), (OWN, {"disableSubscriptionOverrides": True}, 7)],
)
def test_the_delivery_policy_of_a_topic(own: Any, more: Any, retries: int) -> None:
    topic = {"DeliveryPolicy": json.dumps({"http": {**OF_TOPIC, **more}})}
    assert policy_over_http(own, topic).retries == retries
    assert content_type(own, topic) == "application/json"
    assert content_type(own, {}) == "text/plain; charset=UTF-8"
