"""Stands around SNS's delivery to functions and queues: what fails is retried, or a dead letter."""

import json
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from visitplannr.backend.server.deliveries import (
    GivenUp,
    Policy,
    deliver,
    of_subscription,
)
from visitplannr.backend.server.ministack.firing import Fire, function_at
from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.ministack.sending import send_dead_letter
from visitplannr.backend.server.ministack.targets import taken
from visitplannr.backend.server.retries import Retries
from visitplannr.backend.server.subscription_policies import policy_of_subscription

_log = logging.getLogger(__name__)


class Subscriptions:
    """Delivers a topic's messages to functions by `fire`, and retries by `clock`."""

    def __init__(self, fire: Fire, clock: Retries) -> None:
        self._fire = fire
        self._clock = clock

    def install(self) -> None:
        """Take the place of MiniStack's own."""
        sns = service("sns")
        sns._deliver_to_lambda = self.to_function
        sns._deliver_to_sqs = partial(_to_queue, sns._deliver_to_sqs)

    def to_function(
        self,
        endpoint: str,
        envelope: str,
        topic_arn: str,
        sub_arn: str,
        _msg_id: str,
        _raw_message: str,
        _message_attributes: Mapping[str, Any],
    ) -> None:
        """Invoke a subscribed function; MiniStack calls it in a thread of its own."""
        policy = _policy(service("sns")._find_subscription(topic_arn, sub_arn))
        function, name = function_at(endpoint)
        if function is None:
            give_up(topic_arn, policy, envelope, _missing(f"function {name}"))
            return
        event = _event(sub_arn, envelope)

        def attempt() -> None:
            taken(self._fire(function, event, "sns", named=endpoint, asynchronous=True))

        if given_up := deliver(attempt, policy, self._clock, self._clock.sleep):
            give_up(topic_arn, policy, envelope, given_up)


def _to_queue(
    dispatch: Callable[..., None],
    endpoint: str,
    envelope: str,
    raw: bool,  # noqa: FBT001 - MiniStack's argument
    raw_message: str,
    **more: Any,
) -> None:
    if service("sqs")._queue_by_arn(endpoint):
        dispatch(endpoint, envelope, raw, raw_message, **more)
        return
    topic_arn = more.get("topic_arn", "")
    body = raw_message if raw else envelope
    policy = _policy(subscription_to(endpoint, topic_arn))
    give_up(topic_arn, policy, body, _missing(f"queue {endpoint}"))


def subscription_to(endpoint: str, topic_arn: str) -> Mapping[str, Any] | None:
    """Find the subscription of an endpoint; None if it, or its topic, is gone."""
    topic = service("sns")._topic_by_arn_any_scope(topic_arn) or {}
    found: Iterable[Mapping[str, Any]] = topic.get("subscriptions", ())
    return next((one for one in found if one.get("endpoint") == endpoint), None)


def _event(sub_arn: str, envelope: str) -> dict[str, Any]:
    """Give a message as functions get it (SNS guide, "Fanout Amazon SNS events to Lambda")."""
    record = {
        "EventVersion": "1.0",
        "EventSubscriptionArn": sub_arn,
        "EventSource": "aws:sns",
        "Sns": json.loads(envelope),
    }
    return {"Records": [record]}


def _policy(subscription: Mapping[str, Any] | None) -> Policy:
    return policy_of_subscription((subscription or {}).get("attributes") or {})


def _missing(what: str) -> GivenUp:
    return GivenUp("InvalidParameter", f"there is no {what}", 0, None)


def give_up(topic_arn: str, policy: Policy, body: str, given_up: GivenUp) -> None:
    """Say that a message is not delivered, and let it be a dead letter."""
    _log.warning("%s cannot deliver a message: %s", topic_arn, given_up.message)
    send_dead_letter(policy.dead_letters, body, of_subscription(given_up, str(uuid.uuid4())))
