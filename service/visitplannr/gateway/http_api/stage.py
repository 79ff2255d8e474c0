"""What an HTTP API does in the steps of the frame (gateway/stage.py)."""

from visitplannr.gateway.cors import CORS, Cors
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.http_api.authorization import Authorization
from visitplannr.gateway.http_api.errors import as_http_api_error
from visitplannr.gateway.http_api.event import build_event, payload_format
from visitplannr.gateway.http_api.response import to_response
from visitplannr.gateway.http_api.routing import HttpRouter
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.integration import Integration
from visitplannr.gateway.request import RefusedError, Response
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import Event, GatewaySettings, Stage
from visitplannr.gateway.throttling import RouteThrottles
from visitplannr.model.application import HttpApi
from visitplannr.model.invocation import InvocationError, InvocationResult, Invoke
from visitplannr.model.routes import Route

INTEGRATION_SECONDS = 30.0


class HttpStage(Stage[HttpApi]):
    """Serves one stage of an HTTP API."""

    def __init__(self, api: HttpApi, invoke: Invoke, settings: GatewaySettings) -> None:
        router = HttpRouter(api)
        seconds = settings.integration_seconds or INTEGRATION_SECONDS
        super().__init__(api, router, Integration(invoke), seconds)
        self._cors = Cors(api.document.get(CORS))
        self._throttles = RouteThrottles(api, router.routes)
        self._authorization = Authorization(api, invoke, settings.jwks)

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

    def mock(self, match: Match, ids: RequestIds) -> Response | None:
        """Answer none: HTTP APIs have no MOCK integrations."""

    def respond(self, match: Match, result: InvocationResult, ids: RequestIds) -> Response:
        """Map the result by its payload format, with the API's own CORS headers (H41)."""
        answer = to_response(result.payload, payload_format(match.route))
        return _with_id(self._cors.applied(match.request, answer), ids)

    def refuse(self, error: RefusedError | InvocationError, exchange: Exchange) -> Response:
        """Answer with the error's status and its text."""
        refused = as_http_api_error(error)
        exchange.explanation = refused.explanation
        return _with_id(refused.response(), exchange.ids)


def _with_id(response: Response, ids: RequestIds) -> Response:
    """Add the header that is on every answer of an HTTP API."""
    headers = (*response.headers, ("apigw-requestid", ids.extended_request_id))
    return Response(response.status, headers, response.body)
