"""What happens to a request to a REST API, in API Gateway's order, from limits to integration."""

import time
from typing import Any

from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.identifiers import RequestIds, new_ids
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
from visitplannr.gateway.rest_api.authorization import Authorization
from visitplannr.gateway.rest_api.event import build_event
from visitplannr.gateway.rest_api.gateway_responses import (
    GatewayError,
    GatewayResponse,
    GatewayResponses,
)
from visitplannr.gateway.rest_api.mapping import forbidden_header
from visitplannr.gateway.rest_api.mock_integration import mock_response
from visitplannr.gateway.rest_api.request_validation import RequestValidation
from visitplannr.gateway.rest_api.response import to_response
from visitplannr.gateway.rest_api.routing import match_route
from visitplannr.gateway.rest_api.usage_plans import UsagePlans
from visitplannr.gateway.routing import Match, Router, explain_no_route
from visitplannr.gateway.throttling import RouteThrottles
from visitplannr.model.application import RestApi
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    Invoke,
    PayloadTooLargeError,
    ThrottledError,
)

INTEGRATION_SECONDS = 29.0
_FAILURES: dict[type[InvocationError], tuple[GatewayResponse, str]] = {
    BrokenInvocationError: (GatewayResponse.API_CONFIGURATION_ERROR, ""),
    FunctionFailedError: (GatewayResponse.INTEGRATION_FAILURE, " [X10]"),
    FunctionNotFoundError: (GatewayResponse.API_CONFIGURATION_ERROR, " [X13]"),
    IntegrationTimeoutError: (GatewayResponse.INTEGRATION_TIMEOUT, " [X12]"),
    PayloadTooLargeError: (GatewayResponse.REQUEST_TOO_LARGE, " [X17]"),
    ThrottledError: (GatewayResponse.INTEGRATION_FAILURE, " [X14]"),
    UnsupportedIntegrationError: (GatewayResponse.NOT_IMPLEMENTED, ""),
}


class RestPipeline:
    """Serves one stage of a REST API."""

    def __init__(
        self, api: RestApi, invoke: Invoke, integration_seconds: float | None = None
    ) -> None:
        self._api = api
        self._integration_seconds = integration_seconds or INTEGRATION_SECONDS
        self._router = Router(api.document)
        self._responses = GatewayResponses(api.document)
        self._throttles = RouteThrottles(api, self._router.routes)
        self._authorization = Authorization(api, self._router.routes, invoke)
        self._usage_plans = UsagePlans(api)
        self._validations = {
            route: RequestValidation(route, api.document) for route in self._router.routes
        }
        self._integration = Integration(invoke)

    def serves(self, request: Request) -> bool:
        """Say whether this API has a route for a request."""
        return match_route(self._router, request.method, request.path) is not None

    async def handle(self, request: Request, *, body_too_large: bool = False) -> Exchange:
        """Answer a request; whatever fails becomes a gateway response and an explanation."""
        ids = new_ids(request.header("x-amzn-trace-id"), time.time())
        exchange = Exchange(self._api.logical_id, request, ids)
        try:
            _check_limits(request, body_too_large=body_too_large)
            match = self._match(request)
            self._check_throttle(match)
            event = build_event(request, match, self._api, ids)
            exchange.event = event
            await self._admit(match, request, event)
            self._validations[match.route].check(request)
            _check_mappings(match)
            exchange.response = await self._respond(match, event, exchange)
        except GatewayError as error:
            answer = self._responses.render(error, request, ids)
            exchange.explanation = error.explanation
            exchange.response = _with_ids(answer, ids, trace=False)
        exchange.seconds = time.time() - ids.epoch
        return exchange

    async def _admit(self, match: Match, request: Request, event: dict[str, Any]) -> None:
        """Authorise a request and count it for its API key; put both into the event."""
        context = event["requestContext"]
        who = await self._authorization.authorise(match.route, request, event)
        if who is not None:
            context["authorizer"] = who.request_context()
        if key := self._usage_plans.admit(match.route, request, who.usage_key if who else None):
            context["identity"].update(apiKey=key.value, apiKeyId=key.key_id)

    async def _respond(self, match: Match, event: dict[str, Any], exchange: Exchange) -> Response:
        request, ids = exchange.request, exchange.ids
        if match.route.integration_type == "MOCK":
            return _with_ids(mock_response(match.route.integration, request), ids, trace=False)
        exchange.result = await self._integrate(match, event, exchange)
        accept = request.header("accept")
        try:
            answer = to_response(exchange.result.payload, self._api.binary_media_types, accept)
        except MalformedResponseError as error:
            raise GatewayError(GatewayResponse.INTEGRATION_FAILURE, str(error)) from error
        return _with_ids(answer, ids, trace=True)

    def _match(self, request: Request) -> Match:
        match = match_route(self._router, request.method, request.path)
        if match is None:
            why = explain_no_route(self._router.routes, request.method, request.path)
            raise GatewayError(GatewayResponse.MISSING_AUTHENTICATION_TOKEN, f"{why} [X34, X35]")
        return match

    def _check_throttle(self, match: Match) -> None:
        if exceeded := self._throttles.exceeded(match.route):
            raise GatewayError(GatewayResponse.THROTTLED, f"{exceeded} [X21]")

    async def _integrate(
        self, match: Match, event: dict[str, Any], exchange: Exchange
    ) -> InvocationResult:
        seconds = match.route.seconds(self._integration_seconds)
        try:
            exchange.function = function_behind(self._api, match.route)
            return await self._integration.invoke(
                exchange.function, event, trace_id=exchange.ids.trace, seconds=seconds
            )
        except InvocationError as error:
            exchange.result = error.result if isinstance(error, FunctionFailedError) else None
            response, rule = _FAILURES.get(type(error), (GatewayResponse.UNAVAILABLE, ""))
            raise GatewayError(response, f"{error}{rule}") from error


def _check_limits(request: Request, *, body_too_large: bool) -> None:
    if body_too_large:
        raise GatewayError(
            GatewayResponse.PAYLOAD_TOO_LARGE, f"the body is over {BODY_LIMIT} bytes [X16]"
        )
    if (size := head_size(request)) > HEAD_LIMIT:
        raise GatewayError(
            GatewayResponse.HEADERS_TOO_LARGE,
            f"request line and headers have {size} bytes; API Gateway takes {HEAD_LIMIT} [X19]",
        )


def _check_mappings(match: Match) -> None:
    parameters = match.route.integration.get("requestParameters") or {}
    if name := forbidden_header(parameters):
        raise GatewayError(
            GatewayResponse.API_CONFIGURATION_ERROR,
            f"{match.route} maps to the header {name}, which no mapping may set [X15]",
        )


def _with_ids(response: Response, ids: RequestIds, *, trace: bool) -> Response:
    """Add the headers that AWS puts on every answer, the trace on those of functions (R12)."""
    added = [
        ("x-amzn-RequestId", ids.request_id),
        ("x-amz-apigw-id", ids.extended_request_id),
        *([("X-Amzn-Trace-Id", f"Root={ids.root}")] if trace else []),
    ]
    return Response(response.status, (*response.headers, *added), response.body)
