"""What answers for a REST API's methods that are no Lambda proxies (api-gateway.md X60 to X75).

Each kind of integration is a step here: MOCK, HTTP, HTTP_PROXY, and AWS for functions and services.
"""

import re
from collections.abc import Collection

from visitplannr.gateway.endpoint import Endpoint
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.integration import FunctionFailedError, Integration
from visitplannr.gateway.request import Response
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.rest_api.integration_request import (
    IntegrationRequest,
    integration_request,
)
from visitplannr.gateway.rest_api.integration_response import (
    integration_response,
    proxied_response,
)
from visitplannr.gateway.rest_api.method_request import MethodRequest
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import Event, GatewaySettings
from visitplannr.model.application import RestApi
from visitplannr.model.endpoints import (
    EndpointAnswer,
    EndpointError,
    HttpCall,
    Pairs,
    RoleError,
    ServiceCall,
)
from visitplannr.model.invocation import FunctionNotFoundError
from visitplannr.model.payload import readable
from visitplannr.model.rest_integrations import RestIntegration, rest_integration, service_uri
from visitplannr.model.routes import Route

KINDS = frozenset({"AWS", "HTTP", "HTTP_PROXY", "MOCK"})
_STATUS_CODE = re.compile(r"[\"']?statusCode[\"']?\s*:\s*[\"']?(\d{3})\b")
_CALLER = re.compile(r"arn:[\w-]+:iam::\*:user/\*")


class Integrations:
    """Answers for the routes of one API that are none of Lambda proxies.

    `functions` invokes those of the stack, `seconds` is how long an answer may take.
    """

    def __init__(
        self,
        api: RestApi,
        routes: tuple[Route, ...],
        functions: Integration,
        settings: GatewaySettings,
        seconds: float,
    ) -> None:
        self._api = api
        self._functions = functions
        self._submit = settings.submit
        self._endpoint = Endpoint(settings.call)
        self._seconds = seconds
        self._of = {route: rest_integration(route) for route in routes if is_run(route)}

    @property
    def routes(self) -> Collection[Route]:
        """Give the routes that it answers for."""
        return self._of.keys()

    async def answer(self, match: Match, event: Event, exchange: Exchange) -> Response:
        """Ask what is behind a route, and answer with what it gave.

        Raises:
            GatewayError, InvocationError: it cannot be asked, or gave nothing to answer with.
        """
        integration = self._of[match.route]
        method = MethodRequest.of(match, event, self._api)
        asked = integration_request(integration, method)
        outcome, answer = await self._asked(integration, asked, match, exchange)
        if integration.kind == "HTTP_PROXY":
            return proxied_response(answer)
        return integration_response(integration, outcome, answer, method)

    async def _asked(
        self,
        integration: RestIntegration,
        asked: IntegrationRequest,
        match: Match,
        exchange: Exchange,
    ) -> tuple[str, EndpointAnswer]:
        """Give the outcome, by which a response is selected, and the answer."""
        if integration.kind == "MOCK":
            answer = _mock(asked.body)
        elif integration.kind != "AWS":
            traced = (*asked.headers, ("X-Amzn-Trace-Id", exchange.ids.trace))
            call = HttpCall(asked.method, asked.url, traced, asked.body)
            answer = await self._called(call, asked.uri, match.route)
        elif (uri := service_uri(asked.uri)) and uri.service == "lambda":
            return await self._invoked(asked, match.route, exchange)
        else:
            answer = await self._called(
                self._service_call(integration, asked), asked.uri, match.route
            )
        return str(answer.status), answer

    async def _called(
        self, call: HttpCall | ServiceCall, name: str, route: Route
    ) -> EndpointAnswer:
        try:
            return await self._endpoint.call(call, name, route.seconds(self._seconds))
        except RoleError as error:
            refused = GatewayResponse.API_CONFIGURATION_ERROR
            raise GatewayError(refused, f"{route}: {error} [X73]") from error
        except EndpointError as error:
            refused = GatewayResponse.ENDPOINT_UNREACHABLE
            raise GatewayError(refused, f"{route}: {name}: {error} [X75]") from error

    async def _invoked(
        self, asked: IntegrationRequest, route: Route, exchange: Exchange
    ) -> tuple[str, EndpointAnswer]:
        """Hand the body to a function; the message of its error is the outcome (X72)."""
        function = self._api.integrations.get((route.resource, route.method))
        if function is None:
            raise FunctionNotFoundError(f"{route} has no function of this stack behind it")
        exchange.function = function
        await self._functions.permit(route, exchange)
        payload = asked.body or b"{}"
        if asked.header("x-amz-invocation-type") == "Event":
            await self._submit(function, payload)
            return "202", EndpointAnswer(202, (), b"")
        seconds, trace = route.seconds(self._seconds), exchange.ids.trace
        try:
            result = await self._functions.invoke(
                function, payload, trace_id=trace, seconds=seconds
            )
        except FunctionFailedError as error:
            result = error.result
        exchange.result = result
        if result.function_error:
            exchange.explanation = f"{FunctionFailedError(function, result)} [X72]"
        return _message(result.payload) or "200", EndpointAnswer(200, _JSON, result.payload)

    def _service_call(self, integration: RestIntegration, asked: IntegrationRequest) -> ServiceCall:
        uri = service_uri(asked.uri)
        if uri is None:
            reason = f"{asked.uri!r} names no service of AWS with an action or a path [X73]"
            raise GatewayError(GatewayResponse.API_CONFIGURATION_ERROR, reason)
        bucket = f"/{uri.subdomain}" if uri.subdomain and uri.service == "s3" else ""
        role = integration.credentials
        return ServiceCall(
            service=uri.service,
            action=uri.action,
            method=asked.method,
            path=f"{bucket}{uri.path}",
            query=asked.query,
            headers=asked.headers,
            body=asked.body,
            role=None if not role or _CALLER.fullmatch(role) else role,
        )


_JSON: Pairs = (("Content-Type", "application/json"),)


def is_run(route: Route) -> bool:
    """Say whether a route has an integration that is answered here."""
    return route.integration_type in KINDS and not route.is_private


def _mock(body: bytes) -> EndpointAnswer:
    """Answer with the status that the request's template names (X66).

    What is there instead of JSON with a statusCode is a fault of the API's.
    """
    found = _STATUS_CODE.search(body.decode("utf-8", errors="replace"))
    if found is None:
        reason = "a mock integration's request template gives no statusCode [X66]"
        raise GatewayError(GatewayResponse.API_CONFIGURATION_ERROR, reason)
    return EndpointAnswer(int(found[1]), (), b"")


def _message(payload: bytes) -> str:
    """Give the message of a function's error, "" if it gave none."""
    found = readable(payload)
    return str(found.get("errorMessage") or "") if isinstance(found, dict) else ""
