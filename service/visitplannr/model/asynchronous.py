"""What becomes of asynchronous invocations: Lambda's EventInvokeConfig and dead-letter queue."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

TWO_RETRIES = 2
SIX_HOURS = 21_600.0


@dataclass(frozen=True, slots=True)
class AsynchronousRules:
    """A function's rules; destinations and `dead_letters` are ARNs, `max_age` is in seconds.

    `is_switched_off` says that its reserved concurrency is 0.
    """

    function_arn: str = ""
    retries: int = TWO_RETRIES
    max_age: float = SIX_HOURS
    on_success: str | None = None
    on_failure: str | None = None
    dead_letters: str | None = None
    is_switched_off: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a destination gets: `body` is JSON, `attributes` those of a dead letter.

    `detail_type` is what an event bus calls it, `key` the object's name in a bucket.
    """

    destination: str
    body: str
    function_arn: str
    detail_type: str = ""
    key: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


ReadRules = Callable[[str], Awaitable[AsynchronousRules]]
"""Gives the rules of a function, named as it was invoked."""

Deliver = Callable[[Delivery], Awaitable[None]]


async def no_rules(_function: str) -> AsynchronousRules:
    """Give the rules of a function that has none of its own."""
    return AsynchronousRules()


async def to_nobody(_delivery: Delivery) -> None:
    """Deliver nothing."""
