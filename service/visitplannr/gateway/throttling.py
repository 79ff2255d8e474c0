"""Throttling: token buckets for the routes of a stage (api-gateway.md X21)."""

import time
from collections.abc import Callable

from visitplannr.gateway.request import RefusedError
from visitplannr.model.application import Api, Throttle
from visitplannr.model.routes import Route

ACCOUNT = Throttle(rate=10_000.0, burst=5_000)


class RouteThrottledError(RefusedError):
    """Raise for a request over the limits of its route; the text names them."""


class TokenBucket:
    """Holds up to `burst` tokens and gains `rate` a second; each request takes one."""

    def __init__(self, throttle: Throttle, now: Callable[[], float] = time.monotonic) -> None:
        self.throttle = throttle
        self._now = now
        self._tokens = float(throttle.burst)
        self._filled_at = now()

    def take(self) -> bool:
        """Take a token if there is one."""
        now = self._now()
        gained = (now - self._filled_at) * self.throttle.rate
        self._tokens = min(self._tokens + gained, float(self.throttle.burst))
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class RouteThrottles:
    """One bucket a route: its own limits, else the stage's, else the account's."""

    def __init__(self, api: Api, routes: tuple[Route, ...]) -> None:
        stage = api.throttles.get("*/*", ACCOUNT)
        self._buckets = {
            route: TokenBucket(api.throttles.get(f"{route.resource}/{route.method}", stage))
            for route in routes
        }

    def count(self, route: Route) -> None:
        """Count a request.

        Raises:
            RouteThrottledError: there are too many.
        """
        bucket = self._buckets[route]
        if not bucket.take():
            limits = bucket.throttle
            raise RouteThrottledError(
                f"{route} takes {limits.rate:g} requests a second and {limits.burst} at once"
            )
