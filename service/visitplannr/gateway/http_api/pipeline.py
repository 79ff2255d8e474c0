"""What happens to a request to an HTTP API, in order, from limits to integration."""

import time
from collections.abc import Mapping
from typing import Any

from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.http_api.authorization import Authorization
from visitplannr.gateway.http_api.cors import Cors
from visitplannr.gateway.http_api.errors import HttpApiError
from visitplannr.gateway.http_api.event import build_event, payload_format
from visitplannr.gateway.http_api.response import to_response
from visitplannr.gateway.http_api.routing import match_route
from visitplannr.gateway.identifiers import new_ids
from visitplannr.gateway.integration import (
    BrokenInvocationError,
    FunctionFailedError,
    Integration,
    IntegrationTimeoutError,
    UnsupportedIntegrationError,
    function_behind,
)
from visitplannr.gateway.limits import BODY_LIMIT, HEAD_LIMIT, head_size
from visitplannr.gateway.proxy_response import MalformedResponseError
from visitplannr.gateway.request import Request, Response
from visitplannr.gateway.routing import Match, Router, explain_no_route
from visitplannr.gateway.throttling import RouteThrottles
from visitplannr.model.application import HttpApi
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationError,
    Invoke,
    PayloadTooLargeError,
    ThrottledError,
)

INTEGRATION_SECONDS = 30.0
_STATUSES: dict[type[InvocationError], int] = {
    BrokenInvocationError: 500,
    FunctionFailedError: 500,
    FunctionNotFoundError: 500,
    IntegrationTimeoutError: 503,
    PayloadTooLargeError: 413,
    ThrottledError: 500,
    UnsupportedIntegrationError: 501,
}


class HttpPipeline:
    """Serves one stage of an HTTP API; `jwks` names the file or URL of JWT keys."""

    def __init__(
        self,
        api: HttpApi,
        invoke: Invoke,
        jwks: str | None = None,
        integration_seconds: float | None = None,
    ) -> None:
        self._api = api
        self._integration_seconds = integration_seconds or INTEGRATION_SECONDS
        self._router = Router(api.document)
        self._cors = Cors(api.document)
        self._throttles = RouteThrottles(api, self._router.routes)
        self._authorization = Authorization(api, invoke, jwks)
        self._integration = Integration(invoke)

    def serves(self, request: Request) -> bool:
        """Say whether this API has a route for a request."""
        return match_route(self._router, request.method, request.path) is not None

    async def handle(self, request: Request, *, body_too_large: bool = False) -> Exchange:
        """Answer a request; whatever fails becomes a status with an explanation."""
        ids = new_ids(request.header("x-amzn-trace-id"), time.time())
        exchange = Exchange(self._api.logical_id, request, ids)
        try:
            _check_limits(request, body_too_large=body_too_large)
            answer = self._cors.preflight(request) or await self._route(request, exchange)
        except HttpApiError as error:
            exchange.explanation = error.explanation
            answer = error.response()
        identified = (*answer.headers, ("apigw-requestid", ids.extended_request_id))
        exchange.response = Response(answer.status, identified, answer.body)
        exchange.seconds = time.time() - ids.epoch
        return exchange

    async def _route(self, request: Request, exchange: Exchange) -> Response:
        match = match_route(self._router, request.method, request.path)
        if match is None:
            why = explain_no_route(self._router.routes, request.method, request.path)
            raise HttpApiError(404, f"{why} [H32]")
        if exceeded := self._throttles.exceeded(match.route):
            raise HttpApiError(429, f"{exceeded} [H60]")
        who = await self._authorization.authorise(match, request, exchange.ids)
        exchange.event = self._event(match, exchange, who)
        result = await self._integrate(match, exchange)
        try:
            answer = to_response(result, payload_format(match.route))
        except MalformedResponseError as error:
            raise HttpApiError(500, str(error)) from error
        return self._cors.applied(request, answer)

    def _event(
        self,
        match: Match,
        exchange: Exchange,
        who: Mapping[str, Mapping[str, Any]] | None,
    ) -> dict[str, Any]:
        """Build the event, with its caller the way that the payload format has it (H52)."""
        event = build_event(exchange.request, match, self._api, exchange.ids)
        if who is not None:
            flat = next(iter(who.values()))
            grouped = payload_format(match.route) == "2.0"
            event["requestContext"]["authorizer"] = who if grouped else flat
        return event

    async def _integrate(self, match: Match, exchange: Exchange) -> bytes:
        seconds = match.route.seconds(self._integration_seconds)
        try:
            exchange.function = function_behind(self._api, match.route)
            exchange.result = await self._integration.invoke(
                exchange.function,
                exchange.event or {},
                trace_id=exchange.ids.trace,
                seconds=seconds,
            )
        except InvocationError as error:
            exchange.result = error.result if isinstance(error, FunctionFailedError) else None
            raise HttpApiError(_STATUSES.get(type(error), 503), f"{error} [H62]") from error
        return exchange.result.payload


def _check_limits(request: Request, *, body_too_large: bool) -> None:
    if body_too_large:
        raise HttpApiError(413, f"the body is over {BODY_LIMIT} bytes [H61]")
    if (size := head_size(request)) > HEAD_LIMIT:
        raise HttpApiError(
            431, f"request line and headers have {size} bytes; API Gateway takes {HEAD_LIMIT} [H61]"
        )
