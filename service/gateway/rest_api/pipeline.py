"""What happens to a request, in API Gateway's order, from limits to integration."""

import asyncio
import difflib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from service.gateway.identifiers import RequestIds, new_ids
from service.gateway.request import Request, Response
from service.gateway.rest_api.authorization import Authorization
from service.gateway.rest_api.event import build_event
from service.gateway.rest_api.gateway_responses import (
    GatewayError,
    GatewayResponse,
    GatewayResponses,
)
from service.gateway.rest_api.mock_integration import mock_response
from service.gateway.rest_api.request_validation import RequestValidation
from service.gateway.rest_api.response import to_response
from service.gateway.routing import Match, Router
from service.template.invocation import (
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    Invoke,
    PayloadTooLargeError,
    ThrottledError,
)
from service.template.model import RestApi

HEAD_LIMIT = 10_240
BODY_LIMIT = 10_485_760
INTEGRATION_SECONDS = 29.0


class RestPipeline:
    """Serves one stage of a REST API; `report` hears why, where AWS keeps it to itself."""

    def __init__(
        self,
        api: RestApi,
        invoke: Invoke,
        report: Callable[[str], None],
        integration_seconds: float = INTEGRATION_SECONDS,
    ) -> None:
        self._api = api
        self._invoke = invoke
        self._report = report
        self._integration_seconds = integration_seconds
        self._router = Router(api.document)
        self._responses = GatewayResponses(api.document)
        self._authorization = Authorization(api, self._router.routes, invoke)
        self._validations = {
            route: RequestValidation(route, api.document) for route in self._router.routes
        }
        self._in_flight: set[asyncio.Future[InvocationResult]] = set()

    def serves(self, request: Request) -> bool:
        """Say whether this API has a route for a request."""
        return self._router.match(request.method, request.path) is not None

    async def handle(self, request: Request, *, body_too_large: bool = False) -> Response:
        """Answer a request; whatever fails becomes a gateway response and a reported line."""
        ids = new_ids(request.header("x-amzn-trace-id"), time.time())
        try:
            _check_limits(request, body_too_large=body_too_large)
            match = self._match(request)
            event = build_event(request, match, self._api, ids)
            if who := await self._authorization.authorise(match.route, request, event):
                event["requestContext"]["authorizer"] = who
            self._validations[match.route].check(request)
            if match.route.integration_type == "MOCK":
                return _with_ids(mock_response(match.route.integration, request), ids, trace=False)
            result = await self._integrate(match, event, ids)
            accept = request.header("accept")
            answer = to_response(result.payload, self._api.binary_media_types, accept)
            return _with_ids(answer, ids, trace=True)
        except GatewayError as error:
            answer = self._responses.render(error, request, ids)
            self._report(f"{request.method} {request.path} → {answer.status}: {error.explanation}")
            return _with_ids(answer, ids, trace=False)

    def _match(self, request: Request) -> Match:
        match = self._router.match(request.method, request.path)
        if match is None:
            raise GatewayError(
                GatewayResponse.MISSING_AUTHENTICATION_TOKEN, self._explain_no_route(request)
            )
        return match

    def _explain_no_route(self, request: Request) -> str:
        routes = [f"{route.method} {route.resource}" for route in self._router.routes]
        wanted = f"{request.method} {request.path}"
        nearest = difflib.get_close_matches(wanted, routes, n=1)
        hint = f"; did you mean {nearest[0]}?" if nearest else ""
        return f"no such route; there are: {', '.join(routes) or 'none'}{hint} [X34, X35]"

    async def _integrate(
        self, match: Match, event: Mapping[str, Any], ids: RequestIds
    ) -> InvocationResult:
        """Invoke the function behind a route; after 29 s the client is answered without it.

        The invocation runs as a task of its own, so that neither the time limit nor a client that
        goes away ends it: the function runs on (api-gateway.md X12).
        """
        function = self._function(match)
        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", errors="replace"
        )
        task = asyncio.ensure_future(self._invoke(function, payload, trace_id=ids.trace))
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)
        done, _ = await asyncio.wait({task}, timeout=self._integration_seconds)
        if not done:
            raise GatewayError(
                GatewayResponse.INTEGRATION_TIMEOUT,
                f"{function} did not answer in {self._integration_seconds:g} s; it runs on [X12]",
            )
        result = _result_of(task)
        if result.function_error:
            raise GatewayError(
                GatewayResponse.INTEGRATION_FAILURE,
                f"{function} failed: {_error_of(result.payload)} [X10]",
            )
        return result

    def _function(self, match: Match) -> str:
        route = match.route
        if route.integration_type != "AWS_PROXY":
            raise GatewayError(
                GatewayResponse.NOT_IMPLEMENTED,
                f"{route.method} {route.resource} has an integration of the type "
                f"{route.integration_type}; only AWS_PROXY and MOCK are run locally",
            )
        function = self._api.integrations.get((route.resource, route.method))
        if function is None:
            raise GatewayError(
                GatewayResponse.API_CONFIGURATION_ERROR,
                f"{route.method} {route.resource} has no function of this stack behind it [X13]",
            )
        return function


def _check_limits(request: Request, *, body_too_large: bool) -> None:
    if body_too_large:
        raise GatewayError(
            GatewayResponse.PAYLOAD_TOO_LARGE, f"the body is over {BODY_LIMIT} bytes [X16]"
        )
    head = sum(len(name) + len(value) + 4 for name, value in request.headers)
    head += len(request.method) + len(request.path) + len(request.query)
    if head > HEAD_LIMIT:
        raise GatewayError(
            GatewayResponse.HEADERS_TOO_LARGE,
            f"request line and headers have {head} bytes; API Gateway takes {HEAD_LIMIT} [X19]",
        )


def _result_of(task: "asyncio.Future[InvocationResult]") -> InvocationResult:
    """Give a finished invocation's result, or the gateway response for why there is none."""
    try:
        return task.result()
    except PayloadTooLargeError as error:
        raise GatewayError(GatewayResponse.REQUEST_TOO_LARGE, f"{error} [X17]") from error
    except ThrottledError as error:
        raise GatewayError(GatewayResponse.INTEGRATION_FAILURE, f"{error} [X14]") from error
    except FunctionNotFoundError as error:
        raise GatewayError(GatewayResponse.API_CONFIGURATION_ERROR, f"{error} [X13]") from error
    except InvocationError as error:
        raise GatewayError(GatewayResponse.UNAVAILABLE, str(error)) from error
    except Exception as error:
        raise GatewayError(
            GatewayResponse.API_CONFIGURATION_ERROR, f"the invocation broke: {error!r}"
        ) from error


def _error_of(payload: bytes) -> str:
    try:
        error = json.loads(payload)
        return f"{error['errorType']}: {error['errorMessage']}"
    except (ValueError, TypeError, KeyError):
        return payload[:200].decode("utf-8", errors="replace")


def _with_ids(response: Response, ids: RequestIds, *, trace: bool) -> Response:
    """Add the headers that AWS puts on every answer, the trace on those of functions (R12)."""
    added = [
        ("x-amzn-RequestId", ids.request_id),
        ("x-amz-apigw-id", ids.extended_request_id),
        *([("X-Amzn-Trace-Id", f"Root={ids.root}")] if trace else []),
    ]
    return Response(response.status, (*response.headers, *added), response.body)
