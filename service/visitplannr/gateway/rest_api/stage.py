"""What a REST API does in the steps of the frame (gateway/stage.py)."""

from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.integration import Integration
from visitplannr.gateway.request import RefusedError, Response
from visitplannr.gateway.rest_api.authorization import Authorization
from visitplannr.gateway.rest_api.event import build_event
from visitplannr.gateway.rest_api.gateway_responses import GatewayResponses
from visitplannr.gateway.rest_api.integrations import Integrations
from visitplannr.gateway.rest_api.refusals import as_gateway_error
from visitplannr.gateway.rest_api.request_validation import RequestValidation
from visitplannr.gateway.rest_api.response import to_response
from visitplannr.gateway.rest_api.routing import RestRouter
from visitplannr.gateway.rest_api.usage_plans import UsagePlans
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import Event, GatewaySettings, Stage
from visitplannr.gateway.throttling import RouteThrottles
from visitplannr.model.application import RestApi
from visitplannr.model.invocation import InvocationError, InvocationResult, Invoke
from visitplannr.model.routes import Route

INTEGRATION_SECONDS = 29.0


class RestStage(Stage[RestApi]):
    """Serves one stage of a REST API."""

    def __init__(self, api: RestApi, invoke: Invoke, settings: GatewaySettings) -> None:
        router = RestRouter(api)
        seconds = settings.integration_seconds or INTEGRATION_SECONDS
        super().__init__(api, router, Integration(invoke), seconds)
        self._responses = GatewayResponses(api.document)
        self._throttles = RouteThrottles(api, router.routes)
        self._authorization = Authorization(
            api, router.routes, invoke, settings.keys_of, settings.now
        )
        self._usage_plans = UsagePlans(api)
        self._integrations = Integrations(api, router.routes, self._integration, settings, seconds)
        self._answers = dict.fromkeys(self._integrations.routes, self._integrated)
        self._validations = {
            route: RequestValidation(route, api.document) for route in router.routes
        }

    def preflight(self, exchange: Exchange) -> Response | None:
        """Answer none: a REST API's preflights have routes, with MOCK integrations."""

    def throttle(self, route: Route) -> None:
        """Count the request for its route (X21)."""
        self._throttles.count(route)

    def event(self, match: Match, ids: RequestIds) -> Event:
        """Build the event of payload format 1.0."""
        return build_event(match, self.api, ids)

    async def admit(self, match: Match, event: Event, _ids: RequestIds) -> None:
        """Ask the route's authorizer, then count the request for its API key (X52, X53)."""
        request, context = match.request, event["requestContext"]
        who = await self._authorization.authorise(match.route, request, event)
        if who is not None:
            context["authorizer"] = who.request_context()
        if key := self._usage_plans.admit(match.route, request, who.usage_key if who else None):
            context["identity"].update(apiKey=key.value, apiKeyId=key.key_id)

    def validate(self, match: Match) -> None:
        """Check parameters, body and mappings (X15, X50, X51)."""
        self._validations[match.route].check(match.request)

    def respond(self, match: Match, result: InvocationResult, ids: RequestIds) -> Response:
        """Map the result by the proxy contract, as the client accepts it."""
        accept = match.request.header("accept")
        answer = to_response(result.payload, self.api.binary_media_types, accept)
        return _with_ids(answer, ids, ("X-Amzn-Trace-Id", f"Root={ids.root}"))

    async def _integrated(self, match: Match, event: Event, exchange: Exchange) -> Response:
        """Answer for a route with a MOCK, HTTP or AWS integration (X40, X60 to X75)."""
        answer = await self._integrations.answer(match, event, exchange)
        return _with_ids(answer, exchange.ids)

    def refuse(self, error: RefusedError | InvocationError, exchange: Exchange) -> Response:
        """Render the error's gateway response."""
        refused = as_gateway_error(error)
        exchange.explanation = refused.explanation
        answer = self._responses.render(refused, exchange.request, exchange.ids)
        return _with_ids(answer, exchange.ids)


def _with_ids(response: Response, ids: RequestIds, *more: tuple[str, str]) -> Response:
    """Add the headers that AWS puts on every answer (R12)."""
    added = (("x-amzn-RequestId", ids.request_id), ("x-amz-apigw-id", ids.extended_request_id))
    return Response(response.status, (*response.headers, *added, *more), response.body)
