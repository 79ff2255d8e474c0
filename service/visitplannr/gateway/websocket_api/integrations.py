"""What is behind the routes of a WebSocket API: functions, URLs, or nothing (MOCK)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.gateway.endpoint import Endpoint
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.integration import (
    Integration,
    UnsupportedIntegrationError,
    function_behind,
)
from visitplannr.gateway.invoke_permission import permission_of
from visitplannr.gateway.proxy_response import (
    MalformedResponseError,
    decoded,
    json_value,
    status_code,
)
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import WebSocketApi
from visitplannr.model.endpoints import HttpCall
from visitplannr.model.invocation import Invoke
from visitplannr.model.routes import Route

INTEGRATION_SECONDS = 29.0
RUN = frozenset({"AWS_PROXY", "HTTP_PROXY", "MOCK"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What is behind a route has answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str | bytes | None


class Integrations:
    """Hands events to what is behind the routes of one stage."""

    def __init__(self, api: WebSocketApi, invoke: Invoke, settings: GatewaySettings) -> None:
        self._api = api
        self._integration = Integration(invoke, permission_of(api, settings.access))
        self._endpoint = Endpoint(settings.call)
        self._seconds = settings.integration_seconds or INTEGRATION_SECONDS

    async def answer(self, route: Route, event: Mapping[str, Any], exchange: Exchange) -> Answer:
        """Hand an event over, and note in the exchange what came of it.

        Raises:
            EndpointError, InvocationError, MalformedResponseError: there is no answer.
        """
        exchange.event = event
        if route.integration_type == "MOCK":
            return Answer(200, {}, None)
        if route.integration_type == "HTTP_PROXY" and not route.is_private:
            return await self._called(route, event)
        exchange.function = function_behind(self._api, route)
        result = await self._integration.hand_over(event, route, exchange, self._seconds)
        return _read(result.payload)

    async def _called(self, route: Route, event: Mapping[str, Any]) -> Answer:
        integration = route.integration
        url = integration.get("uri")
        if not isinstance(url, str):
            raise UnsupportedIntegrationError(f"{route.resource} has no URL behind it")
        body = str(event.get("body") or "").encode()
        method = str(integration.get("httpMethod") or "POST")
        call = HttpCall(method, url, (("Content-Type", "application/json"),), body)
        answer = await self._endpoint.call(call, url, route.seconds(self._seconds))
        headers = {name.lower(): value for name, value in answer.headers}
        return Answer(answer.status, headers, answer.body.decode("utf-8", errors="replace"))


def _read(payload: bytes) -> Answer:
    """Read a function's result: an object with a status, and maybe a body (W6, W15)."""
    result = json_value(payload)
    if not isinstance(result, dict) or result.get("statusCode") is None:
        taken = "an object with a statusCode"
        raise MalformedResponseError("the result", result, taken, "W6")
    given = result.get("headers")
    headers = given if isinstance(given, dict) else {}
    body = result.get("body")
    if body is not None and not isinstance(body, str):
        raise MalformedResponseError("body", body, "a string", "W15")
    if body and result.get("isBase64Encoded") is True:
        body = decoded(body.encode(errors="replace"))
    named = {str(name).lower(): str(value) for name, value in headers.items()}
    return Answer(status_code(result["statusCode"]), named, body)
