"""What an HTTP API does in the steps of the frame (gateway/stage.py)."""

from dataclasses import replace

from visitplannr.gateway.cors import CORS, Cors
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.http_api.authorization import Authorization
from visitplannr.gateway.http_api.errors import as_http_api_error
from visitplannr.gateway.http_api.event import build_event, payload_format
from visitplannr.gateway.http_api.integrations import (
    Integrations,
    caller_of,
    has_mappings,
    mapped_response,
)
from visitplannr.gateway.http_api.parameter_mapping import changed_request, changes_of
from visitplannr.gateway.http_api.response import to_response
from visitplannr.gateway.http_api.routing import HttpRouter
from visitplannr.gateway.http_api.selectors import RequestSelector
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.integration import Integration, function_behind
from visitplannr.gateway.request import RefusedError, Response
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import Event, GatewaySettings, Stage
from visitplannr.gateway.throttling import RouteThrottles
from visitplannr.model.application import HttpApi
from visitplannr.model.invocation import InvocationError, InvocationResult, Invoke
from visitplannr.model.routes import Route

INTEGRATION_SECONDS = 30.0
_AUTHORIZERS = frozenset({401, 403})


class HttpStage(Stage[HttpApi]):
    """Serves one stage of an HTTP API."""

    def __init__(self, api: HttpApi, invoke: Invoke, settings: GatewaySettings) -> None:
        router = HttpRouter(api)
        seconds = settings.integration_seconds or INTEGRATION_SECONDS
        super().__init__(api, router, Integration(invoke), seconds)
        self._integrations = Integrations(api, router.routes, settings, seconds)
        mapped = (route for route in router.routes if has_mappings(route))
        self._answers = {
            **dict.fromkeys(mapped, self._with_mappings),
            **dict.fromkeys(self._integrations.routes, self._integrated),
        }
        self._cors = Cors(api.document.get(CORS))
        self._throttles = RouteThrottles(api, router.routes)
        self._authorization = Authorization(api, invoke, settings.keys_of, settings.now)

    def preflight(self, exchange: Exchange) -> Response | None:
        """Answer a preflight as the API's CORS configuration says (H40)."""
        answer = self._cors.preflight(exchange.request)
        return _with_id(answer, exchange.ids) if answer else None

    def throttle(self, route: Route) -> None:
        """Count the request for its route (H60)."""
        self._throttles.count(route)

    def event(self, match: Match, ids: RequestIds) -> Event:
        """Build the event in the payload format of the route's integration."""
        return build_event(match, self.api, ids)

    async def admit(self, match: Match, event: Event, ids: RequestIds) -> None:
        """Ask the route's authorizer; the payload format says where its caller is (H50 to H55)."""
        who = await self._authorization.authorise(match, ids)
        if who is not None:
            grouped = payload_format(match.route) == "2.0"
            event["requestContext"]["authorizer"] = who if grouped else next(iter(who.values()))

    def validate(self, match: Match) -> None:
        """Take every request: HTTP APIs validate none."""

    def respond(self, match: Match, result: InvocationResult, ids: RequestIds) -> Response:
        """Map the result by its payload format, with the API's own CORS headers (H41)."""
        answer = to_response(result.payload, payload_format(match.route))
        return _with_id(self._cors.applied(match.request, answer), ids)

    def refuse(self, error: RefusedError | InvocationError, exchange: Exchange) -> Response:
        """Answer with the error's status and its text.

        Those of authorizers have the API's CORS headers, so that a page can read them (H43).
        """
        refused = as_http_api_error(error)
        exchange.explanation = refused.explanation
        answer = refused.response()
        if answer.status in _AUTHORIZERS:
            answer = self._cors.applied(exchange.request, answer)
        return _with_id(answer, exchange.ids)

    async def _integrated(self, match: Match, event: Event, exchange: Exchange) -> Response:
        answer = await self._integrations.answer(match, event, exchange)
        return _with_id(self._cors.applied(match.request, answer), exchange.ids)

    async def _with_mappings(self, match: Match, event: Event, exchange: Exchange) -> Response:
        """Have the function answer to what the parameter mappings make of the request (H74)."""
        route, context = match.route, event["requestContext"]
        select = RequestSelector(match, self.api, exchange.ids, caller_of(event))
        changes = changes_of(route.integration.get("requestParameters") or {}, select)
        changed = replace(match, request=changed_request(match.request, changes))
        exchange.event = made = self.event(changed, exchange.ids)
        if "authorizer" in context:
            made["requestContext"]["authorizer"] = context["authorizer"]
        exchange.function = function_behind(self.api, route)
        return mapped_response(route, await self.deliver(changed, made, exchange), select)


def _with_id(response: Response, ids: RequestIds) -> Response:
    """Add the header that is on every answer of an HTTP API."""
    headers = (*response.headers, ("apigw-requestid", ids.extended_request_id))
    return Response(response.status, headers, response.body)
