"""How often SNS tries to deliver a message, and how long it waits in between.

SNS guide, "Amazon SNS message delivery retries": no pause at first, then the shortest, then
growing ones, then the longest. How they grow is our choice: AWS shows it in a picture only.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.backend.server.deliveries import Policy

_MANAGED_SECONDS = 23 * 86_400.0
_HTTP_SECONDS = 3_600.0
_PLAIN_TEXT = "text/plain; charset=UTF-8"
_Growth = Callable[[float, float, float, int], float]


def _geometric(least: float, most: float, part: float, _last: int) -> float:
    return least * math.pow(most / least, part)


def _exponential(least: float, most: float, part: float, last: int) -> float:
    return least + (most - least) * (math.exp2(part * last) - 1) / (math.exp2(last) - 1)


_GROWTH: Mapping[str, _Growth] = {
    "linear": lambda least, most, part, _: least + (most - least) * part,
    "arithmetic": lambda least, most, part, _: least + (most - least) * part * (part + 1) / 2,
    "geometric": _geometric,
    "exponential": _exponential,
}


@dataclass(frozen=True, slots=True)
class Phases:
    """The pauses between tries in seconds; called with the number of retries so far."""

    immediate: int
    early: int
    growing: int
    least: float
    most: float
    growth: str = "linear"

    def __call__(self, retries: int) -> float:
        if retries < self.immediate:
            return 0.0
        growing = retries - self.immediate - self.early
        if growing < 0:
            return self.least
        if growing >= self.growing:
            return self.most
        last = self.growing - 1
        part = growing / last if last else 0.0
        return _GROWTH[self.growth](self.least, self.most, part, last or 1)


MANAGED = Phases(3, 2, 10, 1.0, 20.0, "exponential")
"""Those of functions and queues: 100,015 tries over 23 days."""


def policy_of_subscription(attributes: Mapping[str, Any]) -> Policy:
    """Read the policy of a subscription of a function or a queue."""
    return Policy(100_014, _MANAGED_SECONDS, _dead_letters(attributes), MANAGED)


def policy_over_http(attributes: Mapping[str, Any], topic: Mapping[str, Any]) -> Policy:
    """Read the policy of an HTTP subscription from its own attributes or its topic's."""
    found = _http_policy(attributes, topic, "healthyRetryPolicy")

    def number(name: str, default: int) -> int:
        return int(found.get(name, default))

    retries, immediate = number("numRetries", 3), number("numNoDelayRetries", 0)
    early, late = number("numMinDelayRetries", 0), number("numMaxDelayRetries", 0)
    phases = Phases(
        immediate,
        early,
        max(retries - immediate - early - late, 0),
        float(number("minDelayTarget", 20)),
        float(number("maxDelayTarget", 20)),
        str(found.get("backoffFunction", "linear")),
    )
    return Policy(retries, _HTTP_SECONDS, _dead_letters(attributes), phases)


def content_type(attributes: Mapping[str, Any], topic: Mapping[str, Any]) -> str:
    """Say how an HTTP subscription's messages are labelled."""
    found = _http_policy(attributes, topic, "requestPolicy")
    return str(found.get("headerContentType") or _PLAIN_TEXT)


def _http_policy(
    attributes: Mapping[str, Any], topic: Mapping[str, Any], name: str
) -> Mapping[str, Any]:
    of_topic = _read(_read(topic.get("DeliveryPolicy")).get("http"))
    default = _read(of_topic.get(f"default{name[0].upper()}{name[1:]}"))
    if str(of_topic.get("disableSubscriptionOverrides")).lower() == "true":
        return default
    return _read(_read(attributes.get("DeliveryPolicy")).get(name)) or default


def _dead_letters(attributes: Mapping[str, Any]) -> str | None:
    return _read(attributes.get("RedrivePolicy")).get("deadLetterTargetArn")


def _read(policy: Any) -> Mapping[str, Any]:
    """Read a policy that may be JSON, or missing."""
    found = json.loads(policy) if isinstance(policy, str) and policy else policy
    return found if isinstance(found, Mapping) else {}
