"""API keys and usage plans: who may call a method, how often, how much (api-gateway.md X52)."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.throttling import TokenBucket
from visitplannr.model.application import RestApi, UsagePlan
from visitplannr.model.routes import Route

_KEY_SOURCE = "x-amazon-apigateway-api-key-source"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The key that a request came with."""

    value: str
    key_id: str


class UsagePlans:
    """Admits the requests of one stage; counts in memory, for as long as the gateway runs."""

    def __init__(self, api: RestApi, now: Callable[[], float] = time.time) -> None:
        definitions = api.document.get("securityDefinitions") or {}
        self._schemes = {
            name
            for name, definition in definitions.items()
            if definition.get("type") == "apiKey"
            and definition.get("in") == "header"
            and str(definition.get("name", "")).lower() == "x-api-key"
        }
        self._from_authorizer = api.document.get(_KEY_SOURCE) == "AUTHORIZER"
        self._meters = {
            value: _Meter(plan, ApiKey(value, key_id), now)
            for plan in api.usage_plans
            for value, key_id in plan.keys.items()
        }

    def admit(self, route: Route, request: Request, usage_key: str | None) -> ApiKey | None:
        """Give the key of a request to a route that wants one, counted; None on other routes.

        `usage_key` is the `usageIdentifierKey` that the route's authorizer returned.

        Raises:
            GatewayError: INVALID_API_KEY, THROTTLED or QUOTA_EXCEEDED.
        """
        if not self._schemes.intersection(_security(route)):
            return None
        value = usage_key if self._from_authorizer else request.header("x-api-key")
        meter = self._meters.get(value or "")
        if meter is None:
            known = "is of no usage plan of this stage" if value else "is missing"
            place = "usageIdentifierKey" if self._from_authorizer else "x-api-key"
            raise GatewayError(GatewayResponse.INVALID_API_KEY, f"the {place} {known} [X52]")
        meter.count()
        return meter.key


class _Meter:
    """What one key has used of its plan."""

    def __init__(self, plan: UsagePlan, key: ApiKey, now: Callable[[], float]) -> None:
        self.key = key
        self._plan = plan
        self._now = now
        self._bucket = TokenBucket(plan.throttle, now) if plan.throttle else None
        self._period: tuple[int, ...] = ()
        self._used = 0

    def count(self) -> None:
        plan = self._plan
        if self._bucket and not self._bucket.take():
            limits = self._bucket.throttle
            raise GatewayError(
                GatewayResponse.THROTTLED,
                f"the usage plan {plan.plan_id} takes {limits.rate:g} requests a second "
                f"and {limits.burst} at once [X52]",
            )
        period = _period(plan.period, self._now())
        if period != self._period:
            self._period, self._used = period, 0
        if plan.quota is not None and self._used >= plan.quota:
            raise GatewayError(
                GatewayResponse.QUOTA_EXCEEDED,
                f"the usage plan {plan.plan_id} takes {plan.quota} requests "
                f"a {plan.period.lower()} [X52]",
            )
        self._used += 1


def _security(route: Route) -> Iterable[str]:
    return [name for item in route.operation.get("security") or () for name in item]


def _period(period: str, epoch: float) -> tuple[int, ...]:
    """Name the day, week or month of a moment, in UTC."""
    moment = time.gmtime(epoch)
    if period == "DAY":
        return moment.tm_year, moment.tm_yday
    if period == "WEEK":
        return (int(epoch // 86_400 + 3) // 7,)
    return moment.tm_year, moment.tm_mon
