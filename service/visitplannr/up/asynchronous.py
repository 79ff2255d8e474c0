"""Join asynchronous invocations to the backend, which has their rules and their destinations."""

import functools

from visitplannr.backend.destinations import deliver, read_rules
from visitplannr.backend.endpoint import Backend
from visitplannr.model.asynchronous import AsynchronousRules, Delivery
from visitplannr.runtime.asynchronous import AsynchronousSettings
from visitplannr.up.clock import MovableClock
from visitplannr.up.daemon_thread import in_daemon_thread


def asynchronous_settings(
    backend: Backend, first_pause: float, clock: MovableClock
) -> AsynchronousSettings:
    """Retry after `first_pause` seconds, and after twice as many, by the clock.

    The backend is asked in threads: it may be waiting for one of our functions itself.
    """
    client = backend.client("lambda")

    async def rules(function: str) -> AsynchronousRules:
        return await in_daemon_thread(functools.partial(read_rules, client, function))

    async def tell(delivery: Delivery) -> None:
        await in_daemon_thread(functools.partial(deliver, backend, delivery))

    pauses = (first_pause, 2 * first_pause)
    return AsynchronousSettings(rules, tell, pauses, clock.sleep, clock)
